// How a reply to AppendEntries may change a leader's view of a follower, rule by rule.
#include "core/raft/progress.hpp"

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

const Options guarded;
Options without_the_guard() {
  Options options;
  options.stale_ack_guard = false;
  return options;
}
const Options unguarded = without_the_guard();

// The follower rejects entries after `previous`, since its log ends at `hint`.
AckOutcome reject(Progress& progress, Index previous, Index hint, const Options& options = guarded) {
  const Log log = log_of({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  return progress.reject({.previous = previous, .conflict = {hint, {1}}, .last_index = hint}, log, options);
}
// The follower's log ends at `last_index`, and its entry at `previous` is of another term than the leader's.
AckOutcome reject_conflict(Progress& progress, Index previous, Index hint, Index last_index) {
  const Log log = log_of({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  return progress.reject({.previous = previous, .conflict = {hint, {1}}, .last_index = last_index}, log, guarded);
}

// Just elected, with a log of ten entries before the no-op.
Progress probing_at_11() {
  Progress progress({11}, start);
  progress.sent({11}, 16, start);
  return progress;
}

// Matched up to 10; 11..13, 14..16 and 17..19 are in flight.
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

TEST_CASE("While probing, one message is in flight and nextIndex waits for the reply", "[progress]") {
  Progress progress({11}, start);
  CHECK(progress.may_send(Options()));
  progress.sent({14}, 64, start);
  CHECK_FALSE(progress.may_send(Options()));
  CHECK(progress.next_index() == Index{11});

  SECTION("a success moves on to replicating") {
    CHECK(progress.acknowledge({14}, start, guarded) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::replicate);
    CHECK(progress.match_index() == Index{14});
    CHECK(progress.next_index() == Index{15});
    CHECK(progress.may_send(Options()));
  }
  SECTION("a rejection moves the question back") {
    CHECK(reject(progress, {10}, {6}) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::probe);
    CHECK(progress.next_index() == Index{7});
    CHECK(progress.may_send(Options()));
  }
  SECTION("silence makes it ask again") {
    CHECK(progress.resend_at(guarded) == start + 100ms);
    progress.give_up_waiting();
    CHECK(progress.may_send(Options()));
    CHECK(progress.asks_again());
    CHECK(progress.next_index() == Index{11});
  }
}

TEST_CASE("A heartbeat's success does not answer a probe", "[progress]") {
  Progress progress = probing_at_11();
  // Heartbeats start from matchIndex, here 0, where the logs always match.
  CHECK(progress.acknowledge({0}, start, guarded) == AckOutcome::unchanged);
  CHECK(progress.state() == ProgressState::probe);
  CHECK_FALSE(progress.may_send(Options()));

  SECTION("nor when it agrees just where the probe starts: the probe's entries are still unconfirmed") {
    progress = replicating();
    progress.give_up_waiting();
    progress.sent({19}, 900, start);
    CHECK(progress.acknowledge({10}, start, guarded) == AckOutcome::unchanged);
    CHECK(progress.state() == ProgressState::probe);
  }
  SECTION("unless the probe carries no entries: then it asks the same") {
    progress = Progress({1}, start);
    progress.sent({0}, 0, start);
    CHECK(progress.acknowledge({0}, start, guarded) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::replicate);
  }
}

TEST_CASE("While replicating, nextIndex runs ahead of the acks", "[progress]") {
  Progress progress = replicating();
  CHECK(progress.acknowledge({13}, start + 5ms, guarded) == AckOutcome::moved);
  CHECK(progress.match_index() == Index{13});
  CHECK(progress.next_index() == Index{20});
  CHECK(progress.inflight().messages() == 2);
  CHECK(progress.inflight().bytes() == 600);
  SECTION("an ack covers all messages before it: theirs may be lost or late") {
    CHECK(progress.acknowledge({19}, start + 5ms, guarded) == AckOutcome::moved);
    CHECK(progress.inflight().empty());
    CHECK(progress.inflight().bytes() == 0);
  }
}

TEST_CASE("An ack that a later one overtook is true but old: it changes nothing", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({19}, start, guarded);
  const Progress before = progress;
  CHECK(progress.acknowledge({13}, start + 9ms, guarded) == AckOutcome::stale);
  CHECK(progress.acknowledge({16}, start + 9ms, guarded) == AckOutcome::stale);
  CHECK(progress == before);
}

TEST_CASE("An ack that arrives twice changes nothing the second time", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({16}, start, guarded);
  const Progress before = progress;
  CHECK(progress.acknowledge({16}, start + 9ms, guarded) == AckOutcome::unchanged);
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

TEST_CASE("A rejection of an index known to match is stale", "[progress][stale]") {
  Progress progress = replicating();
  const Progress before = progress;
  CHECK(reject(progress, {10}, {3}) == AckOutcome::stale);
  CHECK(reject(progress, {7}, {3}) == AckOutcome::stale);
  CHECK(progress == before);
}

TEST_CASE("A rejection while replicating means that a message was lost: probe from there", "[progress]") {
  Progress progress = replicating();
  // 11..13 was lost: 14..16, which follows 13, is rejected. The follower's log ends at 10.
  CHECK(reject(progress, {13}, {10}) == AckOutcome::moved);
  CHECK(progress.state() == ProgressState::probe);
  CHECK(progress.next_index() == Index{11});
  CHECK(progress.inflight().empty());
  SECTION("and the rejections of the rest of the window do not move it again") {
    const Progress before = progress;
    CHECK(reject(progress, {16}, {10}) == AckOutcome::stale);
    CHECK(progress == before);
  }
}

TEST_CASE("While probing, only a rejection of the probed position counts", "[progress][stale]") {
  Progress progress = probing_at_11();
  REQUIRE(reject(progress, {10}, {8}) == AckOutcome::moved);
  progress.sent({11}, 48, start);
  const Progress before = progress;
  // Copies of the first rejection, as a network may deliver them.
  for (int copy = 0; copy < 3; ++copy) CHECK(reject(progress, {10}, {8}) == AckOutcome::stale);
  CHECK(progress == before);
  CHECK(reject(progress, {8}, {5}) == AckOutcome::moved);
  CHECK(progress.next_index() == Index{6});
}

TEST_CASE("A rejection never moves nextIndex to or below matchIndex", "[progress][stale]") {
  Progress progress = replicating();
  // The hint is from a log that has entries of another leader after 2.
  CHECK(reject_conflict(progress, {12}, {2}, {12}) == AckOutcome::moved);
  CHECK(progress.match_index() == Index{10});
  CHECK(progress.next_index() == Index{11});
}

TEST_CASE("A rejection moves the probe back, whatever its hint says", "[progress]") {
  Progress progress = probing_at_11();
  CHECK(reject(progress, {10}, {10}) == AckOutcome::moved);
  CHECK(progress.next_index() == Index{10});
}

TEST_CASE("A window without acks for too long is considered lost", "[progress]") {
  Progress progress = replicating();
  CHECK(progress.resend_at(guarded) == start + 101ms);
  SECTION("what counts is the last time that an ack brought something new") {
    progress.acknowledge({13}, start + 80ms, guarded);
    CHECK(progress.resend_at(guarded) == start + 180ms);
    progress.acknowledge({13}, start + 170ms, guarded);  // a heartbeat's
    CHECK(progress.resend_at(guarded) == start + 180ms);
  }
  SECTION("then the leader goes back to what it knows") {
    progress.give_up_waiting();
    CHECK(progress.state() == ProgressState::probe);
    CHECK(progress.next_index() == Index{11});
    CHECK(progress.inflight().bytes() == 0);
    SECTION("and an ack that was only late brings it forward again") {
      CHECK(progress.acknowledge({16}, start, guarded) == AckOutcome::moved);
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

// 10 is acknowledged. A rejection of 16 that says "my log ends at 7" was written before 10 was stored: the follower's
// log does not get shorter than what it has acknowledged in this term.
TEST_CASE("A rejection by a log that ended before matchIndex is stale, whatever it rejects", "[progress][stale]") {
  Progress progress = replicating();
  const Progress before = progress;
  CHECK(reject(progress, {16}, {7}) == AckOutcome::stale);
  CHECK(progress == before);  // the window continues: no round trip of probing
  SECTION("one whose log reached that far may be of now: something in the window was lost") {
    CHECK(reject(progress, {16}, {10}) == AckOutcome::moved);
    CHECK(progress.next_index() == Index{11});
  }
}

TEST_CASE("A rejection of index 0 says nothing about the log", "[progress][stale]") {
  Progress progress = probing_at_11();
  const Progress before = progress;
  CHECK(reject(progress, {0}, {0}) == AckOutcome::stale);
  CHECK(reject(progress, {0}, {0}, unguarded) == AckOutcome::stale);
  CHECK(progress == before);
}

namespace {

struct Reply {
  bool success;
  std::uint64_t index;
  friend auto operator<=>(const Reply&, const Reply&) = default;
};

}  // namespace

// Every order in which the replies of one follower can arrive, each of them once or twice.
TEST_CASE("The order of replies does not matter: matchIndex ends at the largest ack", "[progress][stale]") {
  // True ones: written by a follower whose log ended at 7, then at 13, 16 and 19.
  std::vector<Reply> replies{{false, 10}, {false, 13}, {true, 7}, {true, 13}, {true, 16}, {true, 19}};
  std::sort(replies.begin(), replies.end());
  do {
    Progress progress({11}, start);
    progress.sent({19}, 900, start);
    for (const Reply& reply : replies) {
      const Index match = progress.match_index();
      if (reply.success) {
        progress.acknowledge({reply.index}, start, guarded);
      } else {
        reject(progress, {reply.index}, {7});
      }
      REQUIRE(progress.match_index() >= match);
      REQUIRE(progress.next_index() > progress.match_index());
    }
    REQUIRE(progress.match_index() == Index{19});
    REQUIRE(progress.next_index() == Index{20});
    REQUIRE(progress.state() == ProgressState::replicate);
  } while (std::next_permutation(replies.begin(), replies.end()));
}

// --- silence ---

namespace {

// How long the leader waits before each of its next `count` probes of this follower.
std::vector<Duration> waits(Progress& progress, Instant now, const Options& options, int count) {
  std::vector<Duration> found;
  for (int i = 0; i < count; ++i) {
    const Instant due = progress.resend_at(options);
    found.push_back(due - now);
    now = due;
    progress.give_up_waiting();
    progress.sent(progress.next_index().previous(), 0, now);
  }
  return found;
}

Options waiting(Duration resend_after, Duration election_timeout) {
  Options options;
  options.resend_after = resend_after;
  options.election_timeout_min = election_timeout;
  return options;
}

}  // namespace

TEST_CASE("The wait for a probe's reply doubles each time, up to an election timeout", "[progress]") {
  Progress progress = probing_at_11();
  CHECK(waits(progress, start, waiting(20ms, 150ms), 6) ==
        std::vector<Duration>{20ms, 40ms, 80ms, 150ms, 150ms, 150ms});
  SECTION("or as resend_after says, when that is longer") {
    progress = probing_at_11();
    CHECK(waits(progress, start, waiting(400ms, 150ms), 3) == std::vector<Duration>{400ms, 400ms, 400ms});
  }
}

TEST_CASE("Any answer of a silent follower makes the leader probe again soon", "[progress]") {
  const Options options = waiting(20ms, 150ms);
  Progress progress = probing_at_11();
  waits(progress, start, options, 3);
  const Instant asked = start + 140ms;
  CHECK(progress.resend_at(options) == asked + 150ms);
  progress.heard(asked + 1ms);  // a heartbeat's answer, say
  CHECK(progress.resend_at(options) == asked + 20ms);
}

TEST_CASE("A repeated probe carries no entries, and its answer releases them", "[progress]") {
  Progress progress({11}, start);
  progress.sent({14}, 64, start);
  CHECK_FALSE(progress.asks_again());
  progress.give_up_waiting();
  REQUIRE(progress.asks_again());
  progress.sent({10}, 0, start + 100ms);
  SECTION("yes, there") {
    CHECK(progress.acknowledge({10}, start + 110ms, guarded) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::replicate);
    CHECK(progress.next_index() == Index{11});
  }
  SECTION("no: the next question is a new one") {
    CHECK(reject(progress, {10}, {6}) == AckOutcome::moved);
    CHECK(progress.next_index() == Index{7});
    CHECK_FALSE(progress.asks_again());
  }
  SECTION("the first message was only late: they need not go out again") {
    CHECK(progress.acknowledge({14}, start + 110ms, guarded) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::replicate);
    CHECK(progress.next_index() == Index{15});
  }
}

// A slow link: 11..13, 14..16 and 17..19 are queued when the leader times out and sends all of them again.
TEST_CASE("Late acks of a window considered lost do not make the leader send it a third time", "[progress]") {
  Progress progress = replicating();
  progress.give_up_waiting();
  progress.sent({19}, 900, start + 101ms);
  CHECK(progress.acknowledge({13}, start + 150ms, guarded) == AckOutcome::moved);
  CHECK(progress.match_index() == Index{13});
  CHECK_FALSE(progress.may_send(Options()));  // 14..19 are still arriving, twice
  CHECK(progress.resend_at(guarded) == start + 250ms);
  CHECK(progress.acknowledge({16}, start + 200ms, guarded) == AckOutcome::moved);
  CHECK_FALSE(progress.may_send(Options()));
  CHECK(progress.acknowledge({19}, start + 240ms, guarded) == AckOutcome::moved);
  CHECK(progress.state() == ProgressState::replicate);
  CHECK(progress.next_index() == Index{20});
}

TEST_CASE("An unanswered chunk is sent again with increasing delays", "[progress][7]") {
  const Options options = waiting(20ms, 150ms);
  const auto snapshot = make_shared_value<const Snapshot>(
      Snapshot{.last = {{9}, {1}}, .configuration = {}, .state = Bytes("0123456789")});
  Progress progress({1}, start);
  progress.become_snapshot(snapshot);
  CHECK(progress.resend_at(options) == never);
  Instant now = start;
  std::vector<Duration> found;
  for (int i = 0; i < 5; ++i) {
    progress.sent_chunk(now);
    found.push_back(progress.resend_at(options) - now);
    now = progress.resend_at(options);
    progress.give_up_waiting();
  }
  CHECK(found == std::vector<Duration>{20ms, 40ms, 80ms, 150ms, 150ms});
  SECTION("answers to heartbeats do not change that: they do not show that the link carries chunks") {
    progress.sent_chunk(now);
    progress.heard(now + 1ms);
    CHECK(progress.resend_at(options) == now + 150ms);
  }
  SECTION("an answer to a chunk does") {
    progress.sent_chunk(now);
    progress.answer_chunk({.last = {9}, .snapshot = snapshot->id().digest, .offset = 0, .next_offset = 4});
    progress.sent_chunk(now + 5ms);
    CHECK(progress.resend_at(options) == now + 25ms);
  }
}

// --- without the guard ---

TEST_CASE("Without the guard each reply rewrites the leader's view, whenever it was sent", "[progress][stale]") {
  Progress progress = replicating();
  progress.acknowledge({19}, start, unguarded);
  REQUIRE(progress.match_index() == Index{19});
  SECTION("a late ack takes the follower back to a state that it has long left") {
    CHECK(progress.acknowledge({13}, start, unguarded) == AckOutcome::rewound);
    CHECK(progress.match_index() == Index{13});
    CHECK(progress.next_index() == Index{14});
  }
  SECTION("a late rejection lets nextIndex fall below matchIndex") {
    CHECK(reject(progress, {10}, {3}, unguarded) == AckOutcome::rewound);
    CHECK(progress.next_index() == Index{4});
    CHECK(progress.next_index() <= progress.match_index());
  }
}

TEST_CASE("Replies that arrive in order have the same effect with and without the guard", "[progress][stale]") {
  for (const Options& options : {guarded, unguarded}) {
    Progress progress = replicating();
    CHECK(progress.acknowledge({13}, start, options) == AckOutcome::moved);
    CHECK(progress.next_index() == Index{20});  // 14..19 stay in flight
    CHECK(progress.inflight().messages() == 2);
    CHECK(progress.acknowledge({13}, start, options) == AckOutcome::unchanged);
    CHECK(reject(progress, {16}, {13}, options) == AckOutcome::moved);
    CHECK(progress.next_index() == Index{14});
  }
}
