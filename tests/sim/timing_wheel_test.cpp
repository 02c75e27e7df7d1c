// A wheel finds what is near without comparing; the queue keeps the rest elsewhere.
#include "sim/timing_wheel.hpp"

#include <vector>

#include "catch.hpp"
#include "sim/event_queue.hpp"
#include "sim/fingerprint.hpp"

using namespace raftsim::sim;

namespace {

constexpr std::int64_t millisecond = 1'000'000;

}  // namespace

TEST_CASE("a wheel takes what happens in the next few milliseconds, and nothing that is past") {
  TimingWheel wheel;
  wheel.advance(100 * millisecond);
  CHECK(wheel.admits(100 * millisecond));
  CHECK(wheel.admits(130 * millisecond));
  CHECK(!wheel.admits(99 * millisecond));
  CHECK(!wheel.admits(140 * millisecond));
  wheel.advance(99 * millisecond);  // time does not go back
  CHECK(!wheel.admits(99 * millisecond));
  wheel.advance(120 * millisecond);
  CHECK(wheel.admits(140 * millisecond));
}

TEST_CASE("what shares a bucket comes out in order, however it went in") {
  TimingWheel wheel;
  wheel.push({500, 1, 5});
  wheel.push({300, 2, 4});
  wheel.push({700, 1, 6});
  wheel.push({300, 1, 3});
  std::vector<std::uint32_t> slots;
  for (; !wheel.empty(); wheel.pop()) slots.push_back(wheel.top().slot);
  CHECK(slots == std::vector<std::uint32_t>{3, 4, 5, 6});
}

TEST_CASE("near and far, once around the wheel and again: a queue keeps one order") {
  EventQueue queue;
  std::uint64_t random = 0;
  const auto next = [&](std::int64_t below) {
    return static_cast<std::int64_t>(scramble(++random) % static_cast<std::uint64_t>(below));
  };
  Event event;
  event.kind = EventKind::deliver;
  std::int64_t now = 0;
  std::uint64_t last = 0;
  const auto pop = [&] {
    const Event out = queue.pop();
    const std::int64_t at = out.at.time_since_epoch().count();
    CHECK((at > now || (at == now && out.sequence > last) || last == 0));
    now = at;
    last = out.sequence;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t ahead = next(3) == 0 ? next(200 * millisecond) : next(3) == 0 ? next(5) : next(5 * millisecond);
    event.at = Time(Duration(now + 1 + ahead));
    queue.push(event);
    if (queue.size() > 50 || next(4) == 0) pop();
  }
  while (!queue.empty()) pop();
}
