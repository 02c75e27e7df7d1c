// What a reply to AppendEntries may do to a leader's view of a follower, rule by rule.
#include "core/raft/progress.hpp"

#include "catch.hpp"
#include "core/assertion.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

constexpr bool guarded = true;
constexpr bool unguarded = false;

// Just elected, with a log of ten entries before the no-op.
Progress probing_at_11() {
  Progress progress({11}, start);
  progress.sent({11}, 16, start);
  return progress;
}

// Matched up to 10; 11..13, 14..16 and 17..19 are on their way.
Progress replicating() {
  Progress progress({11}, start);
  progress.sent({10}, 0, start);
  progress.acknowledge({10}, start, guarded);
  progress.sent({13}, 300, start + 1ms);
  progress.sent({16}, 300, start + 2ms);
  progress.sent({19}, 300, start + 3ms);
  REQUIRE(progress.state() == ProgressState::replicate);
  REQUIRE(progress.match_index() == Index{10});
  REQUIRE(progress.next_index() == Index{20});
  return progress;
}

}  // namespace

TEST_CASE("A new leader assumes nothing about a follower", "[progress]") {
  const Progress progress({11}, start);
  CHECK(progress.state() == ProgressState::probe);
  CHECK(progress.match_index() == Index{0});
  CHECK(progress.next_index() == Index{11});
}

TEST_CASE("While probing, one message is on its way and nextIndex waits for the answer", "[progress]") {
  Progress progress({11}, start);
  CHECK(progress.may_send(Options()));
  progress.sent({14}, 64, start);
  CHECK_FALSE(progress.may_send(Options()));
  CHECK(progress.next_index() == Index{11});

  SECTION("a success moves on to replicating") {
    CHECK(progress.acknowledge({14}, start, guarded) == Reason::success);
    CHECK(progress.state() == ProgressState::replicate);
    CHECK(progress.match_index() == Index{14});
    CHECK(progress.next_index() == Index{15});
    CHECK(progress.may_send(Options()));
  }
  SECTION("a rejection moves the question back") {
    CHECK(progress.reject({10}, {6}, guarded) == Reason::rejection);
    CHECK(progress.state() == ProgressState::probe);
    CHECK(progress.next_index() == Index{7});
    CHECK(progress.may_send(Options()));
  }
  SECTION("silence makes it ask again") {
    CHECK_FALSE(progress.overdue(start + 99ms, 100ms));
    CHECK(progress.overdue(start + 100ms, 100ms));
    CHECK(progress.give_up_waiting() == Reason::probe_timeout);
    CHECK(progress.may_send(Options()));
    CHECK(progress.next_index() == Index{11});
  }
}

TEST_CASE("A heartbeat's success does not answer a probe", "[progress]") {
  Progress progress = probing_at_11();
  // Heartbeats start from matchIndex, here 0: of course the logs agree there.
  CHECK(progress.acknowledge({0}, start, guarded) == Reason::none);
  CHECK(progress.state() == ProgressState::probe);
  CHECK_FALSE(progress.may_send(Options()));

  SECTION("nor when it agrees just where the probe starts: the probe's entries are still unconfirmed") {
    progress = replicating();
    progress.give_up_waiting();
    progress.sent({19}, 900, start);
    CHECK(progress.acknowledge({10}, start, guarded) == Reason::none);
    CHECK(progress.state() == ProgressState::probe);
  }
  SECTION("unless the probe carries no entries: then it asks the same") {
    progress = Progress({1}, start);
    progress.sent({0}, 0, start);
    CHECK(progress.acknowledge({0}, start, guarded) == Reason::success);
    CHECK(progress.state() == ProgressState::replicate);
  }
}

TEST_CASE("While replicating, nextIndex runs ahead of what is acknowledged", "[progress]") {
  Progress progress = replicating();
  CHECK(progress.acknowledge({13}, start + 5ms, guarded) == Reason::success);
  CHECK(progress.match_index() == Index{13});
  CHECK(progress.next_index() == Index{20});
  CHECK(progress.inflight().messages() == 2);
  CHECK(progress.inflight().bytes() == 600);
  SECTION("an ack covers all messages before it: theirs may be lost or late") {
    CHECK(progress.acknowledge({19}, start + 5ms, guarded) == Reason::success);
    CHECK(progress.inflight().empty());
    CHECK(progress.inflight().bytes() == 0);
  }
}

TEST_CASE("An ack that a later one overtook is true but old: it changes nothing", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({19}, start, guarded);
  const Progress before = progress;
  CHECK(progress.acknowledge({13}, start + 9ms, guarded) == Reason::stale_success);
  CHECK(progress.acknowledge({16}, start + 9ms, guarded) == Reason::stale_success);
  CHECK(progress == before);
}

TEST_CASE("An ack that arrives twice changes nothing the second time", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({16}, start, guarded);
  const Progress before = progress;
  CHECK(progress.acknowledge({16}, start + 9ms, guarded) == Reason::none);
  CHECK(progress == before);
}

TEST_CASE("Acks in any order lead to the same state", "[progress][stale]") {
  std::vector<std::uint64_t> acks{10, 13, 13, 16, 19};
  Progress in_order = replicating();
  for (const auto ack : acks) in_order.acknowledge({ack}, start, guarded);
  do {
    Progress progress = replicating();
    for (const auto ack : acks) {
      const Index match = progress.match_index();
      const Index next = progress.next_index();
      progress.acknowledge({ack}, start, guarded);
      REQUIRE(progress.match_index() >= match);
      REQUIRE(progress.next_index() >= next);
    }
    REQUIRE(progress == in_order);
  } while (std::next_permutation(acks.begin(), acks.end()));
}

TEST_CASE("A rejection of what is known to match is history", "[progress][stale]") {
  Progress progress = replicating();
  const Progress before = progress;
  CHECK(progress.reject({10}, {3}, guarded) == Reason::stale_rejection);
  CHECK(progress.reject({7}, {3}, guarded) == Reason::stale_rejection);
  CHECK(progress == before);
}

TEST_CASE("A rejection while replicating means that something was lost: probe from there", "[progress]") {
  Progress progress = replicating();
  // 11..13 was lost: 14..16, which follows 13, is rejected. The follower's log ends at 10.
  CHECK(progress.reject({13}, {10}, guarded) == Reason::rejection);
  CHECK(progress.state() == ProgressState::probe);
  CHECK(progress.next_index() == Index{11});
  CHECK(progress.inflight().empty());
  SECTION("and the rejections of the rest of the window do not move it again") {
    const Progress before = progress;
    CHECK(progress.reject({16}, {10}, guarded) == Reason::stale_rejection);
    CHECK(progress == before);
  }
}

TEST_CASE("While probing, only a rejection of the position that is being asked about counts", "[progress][stale]") {
  Progress progress = probing_at_11();
  REQUIRE(progress.reject({10}, {8}, guarded) == Reason::rejection);
  progress.sent({11}, 48, start);
  const Progress before = progress;
  // Copies of the first rejection, as a network makes them.
  for (int copy = 0; copy < 3; ++copy) CHECK(progress.reject({10}, {8}, guarded) == Reason::stale_rejection);
  CHECK(progress == before);
  CHECK(progress.reject({8}, {5}, guarded) == Reason::rejection);
  CHECK(progress.next_index() == Index{6});
}

TEST_CASE("A rejection never moves nextIndex to or below matchIndex", "[progress][stale]") {
  Progress progress = replicating();
  // Delayed since before the follower caught up to 10, and so with a hint of those days.
  CHECK(progress.reject({12}, {2}, guarded) == Reason::rejection);
  CHECK(progress.match_index() == Index{10});
  CHECK(progress.next_index() == Index{11});
}

TEST_CASE("A hint that does not move the question back breaks the promise of a rejection", "[progress]") {
  Progress progress = probing_at_11();
  CHECK_THROWS_AS(progress.reject({10}, {10}, guarded), AssertionFailed);
}

TEST_CASE("A window in which nothing is acknowledged for long is taken for lost", "[progress]") {
  Progress progress = replicating();
  CHECK_FALSE(progress.overdue(start + 100ms, 100ms));
  CHECK(progress.overdue(start + 101ms, 100ms));
  SECTION("what counts is the last time that an ack brought something new") {
    progress.acknowledge({13}, start + 80ms, guarded);
    CHECK_FALSE(progress.overdue(start + 179ms, 100ms));
    progress.acknowledge({13}, start + 170ms, guarded);  // a heartbeat's
    CHECK(progress.overdue(start + 180ms, 100ms));
  }
  SECTION("then the leader goes back to what it knows") {
    CHECK(progress.give_up_waiting() == Reason::window_stalled);
    CHECK(progress.state() == ProgressState::probe);
    CHECK(progress.next_index() == Index{11});
    CHECK(progress.inflight().bytes() == 0);
    SECTION("and an ack that was only late brings it forward again") {
      CHECK(progress.acknowledge({16}, start, guarded) == Reason::success);
      CHECK(progress.state() == ProgressState::replicate);
      CHECK(progress.next_index() == Index{17});
    }
  }
}

TEST_CASE("The window closes by messages and by bytes, and opens with acks", "[progress]") {
  Options options;
  options.max_inflight_messages = 3;
  Progress progress = replicating();
  CHECK_FALSE(progress.may_send(options));
  options.max_inflight_messages = 4;
  CHECK(progress.may_send(options));
  options.max_inflight_bytes = 900;
  CHECK_FALSE(progress.may_send(options));
  progress.acknowledge({13}, start, guarded);
  CHECK(progress.may_send(options));
}

TEST_CASE("Without the guard each reply rewrites the leader's view, whenever it was sent", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({19}, start, unguarded);
  REQUIRE(progress.match_index() == Index{19});
  SECTION("a late ack takes the follower back to a state that it has long left") {
    CHECK(progress.acknowledge({13}, start, unguarded) == Reason::success);
    CHECK(progress.match_index() == Index{13});
    CHECK(progress.next_index() == Index{14});
  }
  SECTION("a late rejection lets nextIndex fall below matchIndex") {
    CHECK(progress.reject({10}, {3}, unguarded) == Reason::rejection);
    CHECK(progress.next_index() == Index{4});
    CHECK(progress.next_index() <= progress.match_index());
  }
}
