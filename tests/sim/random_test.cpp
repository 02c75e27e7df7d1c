// Keyed randomness: each decision has a name, and its answer depends on the seed and that name alone.
#include "sim/random.hpp"

#include <vector>

#include "catch.hpp"
#include "sim/fingerprint.hpp"

using namespace raftsim::sim;

namespace {

const Distribution dice = Distribution::uniform(std::uint64_t{1}, std::uint64_t{6});
const Distribution wide = Distribution::uniform(std::uint64_t{0}, ~std::uint64_t{0});

}  // namespace

TEST_CASE("the order in which decisions are asked for does not matter") {
  const Choices choices(42);
  std::vector<std::uint64_t> forwards;
  std::vector<std::uint64_t> backwards;
  for (std::uint64_t nth = 0; nth < 100; ++nth)
    forwards.push_back(choices.decide({Purpose::packet_delay, 7, nth}, wide));
  for (std::uint64_t nth = 100; nth-- > 0;) {
    static_cast<void>(choices.decide({Purpose::packet_loss, 7, nth}, wide));  // another one asks in between
    backwards.insert(backwards.begin(), choices.decide({Purpose::packet_delay, 7, nth}, wide));
  }
  CHECK(forwards == backwards);
}

TEST_CASE("seed, purpose, who and how-manieth each make another decision") {
  const Key key{Purpose::packet_delay, 7, 3};
  const std::uint64_t answer = Choices(42).decide(key, wide);
  CHECK(Choices(42).decide(key, wide) == answer);
  CHECK(Choices(43).decide(key, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_loss, 7, 3}, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_delay, 8, 3}, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_delay, 7, 4}, wide) != answer);
}

TEST_CASE("neighbouring keys are as different as any: every face of the dice comes up about as often") {
  std::vector<int> faces(7);
  for (std::uint32_t who = 0; who < 60; ++who) {
    for (std::uint64_t nth = 0; nth < 100; ++nth) {
      ++faces[Choices(1).decide({Purpose::packet_delay, who, nth}, dice)];
    }
  }
  CHECK(faces[0] == 0);
  for (std::size_t face = 1; face <= 6; ++face) {
    CHECK(faces[face] > 900);
    CHECK(faces[face] < 1100);
  }
}

TEST_CASE("a mixture picks a part by weight and then a number in it") {
  const Distribution mixture{{{9, 10, 19}, {1, 1000, 1000}, {0, 5, 5}}};
  int tails = 0;
  for (std::uint64_t nth = 0; nth < 10'000; ++nth) {
    const std::uint64_t number = Choices(5).decide({Purpose::packet_delay, 0, nth}, mixture);
    CHECK(((number >= 10 && number <= 19) || number == 1000));
    tails += number == 1000 ? 1 : 0;
  }
  CHECK(tails > 900);
  CHECK(tails < 1100);
}

TEST_CASE("a chance is a ratio: zero never happens and one always does") {
  const Choices choices(9);
  int yes = 0;
  for (std::uint64_t nth = 0; nth < 10'000; ++nth) {
    CHECK_FALSE(choices.decide_chance({Purpose::packet_loss, 0, nth}, {0, 10}));
    CHECK(choices.decide_chance({Purpose::packet_loss, 0, nth}, {10, 10}));
    yes += choices.decide_chance({Purpose::packet_loss, 0, nth}, {3, 10}) ? 1 : 0;
  }
  CHECK(yes > 2800);
  CHECK(yes < 3200);
}

TEST_CASE("an override answers in place of chance, for its key only, and as it stands") {
  const Key key{Purpose::packet_delay, 7, 3};
  const Key loss{Purpose::packet_loss, 7, 3};
  const Choices plain(42);
  const Choices overridden(42, {{loss, 1}, {key, 1}, {key, 99}});
  CHECK(overridden.decide(key, dice) == 99);  // the last of two, outside of the distribution
  CHECK(overridden.decide({Purpose::packet_delay, 7, 4}, dice) == plain.decide({Purpose::packet_delay, 7, 4}, dice));
  // "What if this packet had been lost?" can be asked of a network that loses none.
  CHECK(overridden.decide_chance(loss, {0, 1}));
  CHECK_FALSE(overridden.decide_chance({Purpose::packet_loss, 7, 4}, {0, 1}));
  CHECK_FALSE(Choices(42, {{loss, 0}}).decide_chance(loss, {1, 1}));
}

// These numbers are the meaning of every seed and trace there is. If a library release maps random bits to numbers
// differently, or somebody "improves" the mixing, this is where it shows.
TEST_CASE("golden values") {
  const Choices choices(42);
  const Distribution milliseconds = Distribution::uniform(std::uint64_t{1'000'000}, std::uint64_t{5'000'000});
  CHECK(choices.decide({Purpose::packet_delay, 0x10002, 0}, milliseconds) == 3'730'418);
  CHECK(choices.decide({Purpose::packet_delay, 0x10002, 17}, milliseconds) == 4'535'585);
  CHECK(choices.decide({Purpose::fsync_latency, 4, 1'000'000}, wide) == 862'067'863'537'599'273U);
  CHECK(choices.decide({Purpose::sector_outcome, 1, 5}, {{{5, 0, 3}, {2, 100, 900}}}) == 411);
  int lost = 0;
  for (std::uint64_t nth = 0; nth < 1000; ++nth) {
    lost += choices.decide_chance({Purpose::packet_loss, 1, nth}, {1, 10}) ? 1 : 0;
  }
  CHECK(lost == 107);
}

TEST_CASE("a fingerprint depends on every number taken in and on their order") {
  Fingerprint one;
  Fingerprint other;
  CHECK(one.value() == other.value());
  one.mix(1);
  one.mix(2);
  other.mix(2);
  other.mix(1);
  CHECK(one.value() != other.value());
  Fingerprint zeros;
  const std::uint64_t before = zeros.value();
  zeros.mix(0);
  CHECK(zeros.value() != before);
}
