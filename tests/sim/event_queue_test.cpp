// What happens next, and in which order what happens at the same instant.
#include "sim/event_queue.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "sim/fingerprint.hpp"

using namespace raftsim::sim;

namespace {

Event event(std::int64_t at, EventKind kind, std::uint64_t subject = 0) {
  Event result;
  result.at = Time(Duration(at));
  result.kind = kind;
  result.subject = subject;
  return result;
}

}  // namespace

TEST_CASE("events of one instant: faults, then hardware, then the network, then timers") {
  EventQueue queue;
  const std::vector<EventKind> order = {EventKind::act,       EventKind::restart, EventKind::resume,
                                        EventKind::disk_done, EventKind::deliver, EventKind::wake};
  for (auto kind = order.rbegin(); kind != order.rend(); ++kind) queue.push(event(5, *kind));
  queue.push(event(4, EventKind::wake));
  CHECK(queue.pop().at == Time(Duration(4)));
  for (const EventKind kind : order) CHECK(queue.pop().kind == kind);
  CHECK(queue.empty());
}

TEST_CASE("events of one instant and kind come out as they went in") {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 50; ++i) queue.push(event(5, EventKind::deliver, i));
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(queue.pop().subject == i);
}

TEST_CASE("what waited for a paused host follows its resume, before anything else of that instant, in its own order") {
  EventQueue queue;
  queue.push(event(5, EventKind::disk_done, 1));
  for (const EventKind kind : {EventKind::wake, EventKind::deliver, EventKind::disk_done}) {
    Event waited = event(5, kind, 2);
    waited.postponed = true;
    queue.push(waited);
  }
  CHECK(queue.pop().kind == EventKind::wake);
  CHECK(queue.pop().kind == EventKind::deliver);
  CHECK(queue.pop().subject == 2);
  CHECK(queue.pop().subject == 1);
}

TEST_CASE("a long random history comes out sorted") {
  EventQueue queue;
  std::uint64_t random = 0;
  const auto next = [&](std::uint64_t below) { return scramble(++random) % below; };
  std::vector<std::tuple<std::int64_t, int, std::uint64_t>> expected;
  std::vector<std::tuple<std::int64_t, int, std::uint64_t>> seen;
  const auto pop = [&] {
    const Event out = queue.pop();
    seen.emplace_back(out.at.time_since_epoch().count(), static_cast<int>(out.kind), out.sequence);
  };
  std::int64_t now = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto at = now + 1 + static_cast<std::int64_t>(next(30));
    const auto kind = static_cast<EventKind>(next(6));
    expected.emplace_back(at, static_cast<int>(kind), queue.push(event(at, kind)));
    if (next(2) == 0) {
      now = queue.top().at.time_since_epoch().count();
      pop();
    }
  }
  while (!queue.empty()) pop();
  std::sort(expected.begin(), expected.end());
  CHECK(seen == expected);
}
