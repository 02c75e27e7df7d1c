// What a seed means rests on how random bits become numbers: as Boost does it, only faster.
#include "sim/uniform.hpp"

#include <array>
#include <limits>

#include "catch.hpp"
#include "sim/fingerprint.hpp"

using namespace raftsim::sim;

namespace {

// Gives the numbers it was told to, then others.
class Told {
 public:
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  explicit Told(std::uint64_t first) : next_(first) {}
  result_type operator()() {
    const std::uint64_t now = next_;
    next_ = scramble(next_ + 1);
    return now;
  }
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  std::uint64_t next_;
};

void compare(std::uint64_t bits, std::uint64_t min, std::uint64_t max) {
  Told ours(bits);
  Told boosts(bits);
  CHECK(uniform(ours, min, max) == boost::random::uniform_int_distribution<std::uint64_t>(min, max)(boosts));
  CHECK(ours.next() == boosts.next());  // as many draws
}

constexpr std::uint64_t two_to_32 = std::uint64_t{1} << 32U;

}  // namespace

TEST_CASE("a number from a range is the one that Boost makes of the same bits") {
  for (const std::uint64_t count :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{50}, std::uint64_t{64},
        std::uint64_t{4'000'001}, two_to_32 - 1, two_to_32, two_to_32 + 1, std::uint64_t{1} << 63U}) {
    for (std::uint64_t draw = 0; draw < 200; ++draw) compare(scramble(draw), 10, 10 + (count - 1));
  }
  compare(12345, 0, ~std::uint64_t{0});
}

TEST_CASE("also where one number's share of the bits ends and the next one's begins, and where Boost draws again") {
  for (const std::uint64_t count :
       {std::uint64_t{3}, std::uint64_t{7}, std::uint64_t{1000}, std::uint64_t{4'000'001}, two_to_32 - 1}) {
    const std::uint64_t share = ~std::uint64_t{0} / count;
    for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{2}, count / 2, count - 1, count}) {
      for (std::uint64_t near = 0; near < 5; ++near) compare(number * share + near - 2, 0, count - 1);
    }
    compare(~std::uint64_t{0}, 0, count - 1);
  }
}
