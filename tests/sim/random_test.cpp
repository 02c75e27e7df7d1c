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

TEST_CASE("seed, purpose, who, nth and item each make another decision") {
  const Key key{Purpose::packet_delay, 7, 3, 2};
  const std::uint64_t answer = Choices(42).decide(key, wide);
  CHECK(Choices(42).decide(key, wide) == answer);
  CHECK(Choices(43).decide(key, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_loss, 7, 3, 2}, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_delay, 8, 3, 2}, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_delay, 7, 4, 2}, wide) != answer);
  CHECK(Choices(42).decide({Purpose::packet_delay, 7, 3, 3}, wide) != answer);
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

TEST_CASE("neighbouring items are as different as any") {
  std::vector<int> faces(7);
  for (std::uint64_t item = 0; item < 6000; ++item) {
    ++faces[Choices(1).decide({Purpose::sector_outcome, 1, 0, item}, dice)];
  }
  for (std::size_t face = 1; face <= 6; ++face) {
    CHECK(faces[face] > 900);
    CHECK(faces[face] < 1100);
  }
}

TEST_CASE("a distribution that is shifted gives the same draw, that much later") {
  const Distribution mixture{{{9, 10, 19}, {1, 1000, 2000}}};
  for (std::uint64_t nth = 0; nth < 100; ++nth) {
    const Key key{Purpose::packet_delay, 0, nth};
    CHECK(Choices(5).decide(key, mixture.shifted(700)) == Choices(5).decide(key, mixture) + 700);
  }
}

// --- overrides ---

TEST_CASE("an override answers in place of chance, for its key only") {
  const Key key{Purpose::packet_delay, 7, 3};
  const Key loss{Purpose::packet_loss, 7, 3};
  const Choices plain(42);
  const Choices overridden(42, {{loss, 1}, {key, 1}, {key, 5}});
  CHECK(overridden.decide(key, dice) == 5);  // the last of two
  CHECK(overridden.draw(key, dice) == plain.decide(key, dice));
  CHECK(overridden.decide({Purpose::packet_delay, 7, 4}, dice) == plain.decide({Purpose::packet_delay, 7, 4}, dice));
  // "What if this packet had been lost?" can be asked of a network that loses none.
  CHECK(overridden.decide_chance(loss, {0, 1}));
  CHECK_FALSE(overridden.decide_chance({Purpose::packet_loss, 7, 4}, {0, 1}));
  CHECK_FALSE(Choices(42, {{loss, 0}}).decide_chance(loss, {1, 1}));
  // And for garbage from a disk that leaves none.
  CHECK(Choices(42, {{key, 8}}).decide(key, {{{1, 0, 3}, {0, 8, 8}}}) == 8);
}

// Overrides come from files. What asks may use the answer as an index, or add it to a time.
TEST_CASE("an answer that its decision cannot have is refused with key and range") {
  const auto refusal = [](const Override& override, const Distribution& distribution) -> std::string {
    try {
      static_cast<void>(Choices(42, {override}).decide(override.key, distribution));
    } catch (const BadOverride& bad) {
      CHECK(bad.override_of() == override);
      CHECK(bad.allowed() == distribution);
      return bad.what();
    }
    return "";
  };
  CHECK(refusal({{Purpose::sector_outcome, 2, 3, 4}, 17}, {{{1, 0, 3}, {1, 8, 8}}}) ==
        "override of sector-outcome (who 2, nth 3, item 4): expected an answer from 0 to 3, or 8, found 17");
  CHECK(refusal({{Purpose::first_of_scenario, 0, 0}, 0}, dice) ==
        "override of purpose 64 (who 0, nth 0, item 0): expected an answer from 1 to 6, found 0");
  CHECK(refusal({{Purpose::packet_delay, 2, 3}, 1}, dice).empty());
  const Choices maybe(42, {{{Purpose::packet_loss, 0, 0}, 2}});
  CHECK_THROWS_AS(maybe.decide_chance({Purpose::packet_loss, 0, 0}, {1, 2}), BadOverride);
}

TEST_CASE("every decision that is asked for can be taken down, and repeats itself as an override") {
  Choices choices(42);
  std::vector<Decision> log;
  choices.record(&log);
  const Key delay{Purpose::packet_delay, 1, 2, 3};
  const Key loss{Purpose::packet_loss, 1, 2, 3};
  const std::uint64_t answer = choices.decide(delay, dice);
  CHECK(choices.decide_chance(loss, {1, 1}));  // certain: it is a decision all the same
  CHECK(log == std::vector<Decision>{{delay, dice, answer}, {loss, {{{0, 0, 0}, {1, 1, 1}}}, 1}});
  CHECK(answer == Choices(42).decide(delay, dice));  // to record changes nothing

  const Choices other_seed(43, {{log[0].key, log[0].answer}, {log[1].key, log[1].answer}});
  CHECK(other_seed.decide(delay, dice) == answer);
  CHECK(other_seed.decide_chance(loss, {1, 1000}));
}

TEST_CASE("who watches a world does not watch its copies") {
  Choices choices(42, {{{Purpose::packet_delay, 0, 0}, 6}});
  std::vector<Decision> log;
  choices.record(&log);
  const Choices copy = choices;
  CHECK(copy.decide({Purpose::packet_delay, 0, 0}, dice) == 6);  // what was overridden still is
  CHECK(log.empty());
  const Choices moved = std::move(choices);
  static_cast<void>(moved.decide({Purpose::packet_delay, 0, 1}, dice));
  CHECK(log.size() == 1);
}

TEST_CASE("an override that nobody asked for is told") {
  const Override asked{{Purpose::packet_delay, 0, 1}, 3};
  const Override not_asked{{Purpose::packet_delay, 0, 2}, 4};
  Choices choices(42, {not_asked, asked});
  std::vector<Decision> log;
  choices.record(&log);
  static_cast<void>(choices.decide(asked.key, dice));
  CHECK(not_asked_for(choices.overrides(), log) == std::vector<Override>{not_asked});
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

TEST_CASE("Choices that get another seed draw as if they had had it from the start, but for what is overridden") {
  const Key key{Purpose::packet_delay, 1, 2, 3};
  const Key given{Purpose::packet_delay, 1, 2, 4};
  const auto any = Distribution::uniform(std::uint64_t{0}, std::uint64_t{1} << 40U);
  Choices choices(1, {{given, 5}});
  const auto before = choices.draw(key, any);
  choices.reseed(2);
  CHECK(choices.root_seed() == 2);
  CHECK(choices.draw(key, any) == Choices(2).draw(key, any));
  CHECK(choices.draw(key, any) != before);
  CHECK(choices.decide(given, any) == 5);
}
