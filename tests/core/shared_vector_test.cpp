// A growable array whose copies share common items: no copy ever sees another's changes.
#include "core/shared_vector.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"

namespace raftsim::core {
namespace {

// Counts the living objects, and how many were ever made as copies.
struct Counted {
  static inline int alive = 0;
  static inline int copied = 0;
  int number = 0;
  Counted() { ++alive; }
  explicit Counted(int of) : number(of) { ++alive; }
  Counted(const Counted& other) : number(other.number) {
    ++alive;
    ++copied;
  }
  Counted(Counted&& other) noexcept : number(other.number) { ++alive; }
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }
  friend bool operator==(const Counted&, const Counted&) = default;
};
using Numbers = SharedVector<Counted>;
constexpr int chunk = static_cast<int>(Numbers::chunk_items);

Numbers up_to(int count) {
  Numbers numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(Counted(i));
  return numbers;
}

TEST_CASE("Copying a long vector copies no item, and appending to the copy copies no full chunk") {
  const Numbers original = up_to(10 * chunk + 3);
  Counted::copied = 0;
  Numbers copy = original;
  CHECK(copy == original);
  CHECK(Counted::copied == 0);

  copy.push_back(Counted(-1));  // continues where the original ends
  CHECK(Counted::copied == 0);
  Numbers another = original;
  another.push_back(Counted(-2));  // another vector has appended there
  CHECK(Counted::copied == 3);
  CHECK(copy.back().number == -1);
  CHECK(another.back().number == -2);
  CHECK(original.size() == 10 * chunk + 3);
  CHECK(original.back().number == 10 * chunk + 2);

  another.edit(chunk + 1).number = -3;
  CHECK(Counted::copied == 3 + chunk);
  CHECK(original[chunk + 1].number == chunk + 1);
}

TEST_CASE("Truncated, dropped or cleared items are destroyed, unless a copy still has them") {
  REQUIRE(Counted::alive == 0);
  {
    Numbers numbers = up_to(3 * chunk);
    CHECK(Counted::alive == 3 * chunk);
    numbers.truncate(chunk + 1);
    CHECK(Counted::alive == chunk + 1);
    const Numbers copy = numbers;
    numbers.clear();
    CHECK(Counted::alive == chunk + 1);
    CHECK(copy == up_to(chunk + 1));
  }
  CHECK(Counted::alive == 0);
}

TEST_CASE("Full chunks are freed as soon as all their items are dropped from the front") {
  Numbers numbers = up_to(300 * chunk + 2);
  numbers.drop_front(200 * chunk + 1);
  CHECK(Counted::alive == 100 * chunk + 2);
  CHECK(numbers.front().number == 200 * chunk + 1);
  Numbers copy = numbers;
  copy.drop_front(99 * chunk);
  copy.push_back(Counted(-1));
  CHECK(numbers.size() == 100 * chunk + 1);
  CHECK(numbers[99 * chunk].number == 299 * chunk + 1);
  CHECK(copy.front().number == 299 * chunk + 1);
  CHECK(copy.size() == chunk + 2);
}

TEST_CASE("A moved-from vector is empty and can be used again") {
  Numbers from = up_to(chunk + 1);
  Numbers to = std::move(from);
  from.push_back(Counted(7));  // NOLINT(bugprone-use-after-move): that is the point
  CHECK(from.size() == 1);
  from = std::move(to);
  CHECK(from == up_to(chunk + 1));
}

TEST_CASE("Changing one of a million items copies its chunk and few pointers") {
  using Indexes = SharedVector<std::uint64_t>;
  Indexes original;
  for (std::uint64_t index = 0; index < 1'000'000; ++index) original.push_back(index);
  Indexes copy = original;
  copy.edit(123'456) = 0;
  CHECK(&copy[0] == &original[0]);
  CHECK(&copy[123'456] != &original[123'456]);
  CHECK(original[123'456] == 123'456);
  CHECK(copy[999'999] == 999'999);
}

TEST_CASE("A vector and its copies behave like std::vector, whichever is changed and however") {
  using Text = SharedVector<std::string>;
  struct Pair {
    Text shared;
    std::vector<std::string> plain;
  };
  std::vector<Pair> all(1);
  std::uint64_t state = 1;
  const auto draw = [&](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33U) % below;
  };
  for (int step = 0; step < 4000; ++step) {
    auto& [shared, plain] = all[draw(all.size())];
    const std::size_t size = plain.size();
    switch (draw(8)) {
      case 0:
        if (all.size() < 6) all.push_back(Pair{all[draw(all.size())]});
        break;
      case 1:
        all[draw(all.size())] = Pair{all[draw(all.size())]};
        break;
      case 2:
        if (draw(4) == 0) plain.resize(std::min(size, size - std::min(size, draw(300))));
        shared.truncate(plain.size());
        break;
      case 3: {
        const std::size_t dropped = draw(4) == 0 ? std::min(size, draw(300)) : 0;
        plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(dropped));
        shared.drop_front(dropped);
        break;
      }
      case 4:
        if (size > 0) {
          const std::size_t place = draw(size);
          plain[place] = shared.edit(place) = "changed in step " + std::to_string(step);
        }
        break;
      default:
        for (std::size_t added = draw(100); added > 0; --added) {
          plain.push_back("step " + std::to_string(step) + ", " + std::to_string(added));
          shared.push_back(plain.back());
        }
    }
    if (step % 16 != 0) continue;
    for (const Pair& each : all) {
      REQUIRE(each.shared.size() == each.plain.size());
      REQUIRE(std::equal(each.shared.begin(), each.shared.end(), each.plain.begin()));
      REQUIRE((each.plain.empty() || each.shared.back() == each.plain.back()));
    }
  }
}

}  // namespace
}  // namespace raftsim::core
