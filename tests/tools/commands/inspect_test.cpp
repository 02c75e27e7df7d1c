// `raftsim inspect` on a short hand-written run in which an ack is held and overtaken (stale_ack_history.hpp).
#include <algorithm>

#include "catch.hpp"
#include "checkers/stale_ack_history.hpp"
#include "tools/exit_code.hpp"
#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/lineage.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/inspect/view.hpp"
#include "tools/lines.hpp"

using namespace raftsim;
using namespace raftsim::tools;
using test::joined;
using test::Lines;
using test::says;

namespace {

checkers::Trace trace() { return checkers::StaleAckHistory().trace(); }

std::vector<sim::EventId> ids(const InspectOptions& options) {
  const checkers::Trace all = trace();
  std::vector<sim::EventId> result;
  for (const std::size_t position : select(all, options).shown) result.push_back(all.events[position].id);
  return result;
}
using Ids = std::vector<sim::EventId>;

Lines story_of(sim::PacketId packet) {
  const checkers::Trace all = trace();
  return lineage(all, PacketIndex(all), packet);
}

}  // namespace

TEST_CASE("The view of a trace starts with its identity and what was found") {
  CHECK(joined(summary(trace())) == R"(
stale-ack: seed 42, mutation match-overwrite
  acks delayed
  14 events in 0.090000 s, 3 servers, 1 client; fingerprint abcdef0123456789; written by 0.1.0

violated: match-index-monotonic (safety) at event 14, 0.090000 s
  expected  match_index of S3 at S1 stays at 2 or grows
  seen      it went back to 1
)");

  checkers::Trace other = trace();
  other.verdict.reset();
  other.edited = true;
  CHECK(says(summary(other), "nothing was violated"));
  CHECK(says(summary(other), "warning: this file was edited"));
}

TEST_CASE("One line per event, one column per server, and the reason for each decision") {
  InspectOptions options;
  options.from = "12ms";
  options.to = "0.09";
  CHECK(joined(view(trace(), options)) == joined(summary(trace())) + R"(
S3: L2 12/10 = leader of term 2, last index 12, commit index 10 (F follower, P pre-candidate, C candidate,
    (..) paused); > where it happened, * changed; #8 is a packet, t2 a term, [disk +2] operations handed in

    seconds   event   S1       S2       S3      what happened
   0.012000       6  >L1 1/0*  F1 0/0   F0 0/0  S1 <- S2 RequestVoteReply #3 t1 granted: counts the vote of S2; becomes leader of term 1 (a quorum granted its vote); appends 1 (the no-op at the start of a term) -> AppendEntries S3 #4 [disk +2]
   0.020000       7   L1 1/0   F1 0/0  >F1 1/0* S3 <- S1 AppendEntries #4 t1 prev 0/t0 +1 commit 0: adopts term 1 (the remote term is higher); appends 1 [disk +2]
   0.025000       8   L1 1/0   F1 0/0  >F1 1/0  S3 disk: fsync log-1 done: durable up to 1 -> AppendEntriesReply S1 #5 delayed (hold-acks)
   0.030000       9  >L1 2/0*  F1 0/0   F1 1/0  S1 <- C1 ClientRequest #6 sequence 17 command set x: takes a command as 2; appends 2 -> AppendEntries S3 #7
   0.040000      10   L1 2/0   F1 0/0  >F1 2/0* S3 <- S1 AppendEntries #7 t1 prev 1/t1 +1 commit 0: appends 2
   0.045000      11   L1 2/0   F1 0/0  >F1 2/0  S3 disk: fsync log-1 done: durable up to 2 -> AppendEntriesReply S1 #8
   0.050000      12   L1 2/0   down*    F1 2/0  nemesis !! leader-crash: crash S2
   0.060000      13  >L1 2/2*  down     F1 2/0  S1 <- S3 AppendEntriesReply #8 t1 prev 1 +1 ok, matches 2: S3: match 0 -> 2 next 1 -> 3, replicate (an ack moved it); commits up to 2 (a quorum matches this entry of the current term)
   0.090000      14  >L1 2/2   down     F1 2/0  S1 <- S3 AppendEntriesReply #5 t1 prev 0 +1 ok, matches 1: S3: match 2 -> 1 BACK next 3 -> 2 BACK (an ack moved it)
                   ^ violated: match-index-monotonic: it went back to 1
9 of 14 events shown (9 matched)
)");
}

TEST_CASE("The story of a stale ack: what it answers, what overtook it, what it did") {
  CHECK(joined(story_of(5)) == R"(
packet S3 -> S1 AppendEntriesReply #5 t1 prev 0 +1 ok, matches 1
  sent        0.025000 by S3 (incarnation 1), in term 1, at event 8
  answers     AppendEntries #4 t1 prev 0/t0 +1 commit 0, sent 0.012000
  fate        delivered 0.090000 at event 14, 65 ms after it was sent, delayed (hold-acks)
  overtaken   by 1 packet on the same link
              AppendEntriesReply #8 t1 prev 1 +1 ok, matches 2, sent 0.045000
  did         S3: match 2 -> 1 BACK next 3 -> 2 BACK (an ack moved it)
  receiver    S1 (incarnation 1), then L1 2/2
  because     event 8 at 0.025000: S3 disk: fsync log-1 done: durable up to 1 -> AppendEntriesReply S1 #5 delayed (hold-acks)
              event 7 at 0.020000: S3 <- S1 AppendEntries #4 t1 prev 0/t0 +1 commit 0: adopts term 1 (the remote term is higher); appends 1 [disk +2]
              event 6 at 0.012000: S1 <- S2 RequestVoteReply #3 t1 granted: counts the vote of S2; becomes leader of term 1 (a quorum granted its vote); appends 1 (the no-op at the start of a term) -> AppendEntries S3 #4 [disk +2]
              event 5 at 0.011000: S2 <- S1 RequestVote #1 t1 last 0/t0: adopts term 1 (the remote term is higher); votes for S1 -> RequestVoteReply S1 #3
              event 4 at 0.010000: S1 wakes: becomes candidate of term 1 (no leader heard for an election timeout) -> RequestVote S2 #1, S3 #2 lost
              event 1 at 0.000000: S1 starts: boots: term 0, voted for nobody, log up to 0
)");
}

TEST_CASE("The story of other packets") {
  CHECK(says(story_of(2), "fate        lost"));
  CHECK(says(story_of(7), "entries     2..2") == false);
  CHECK(says(story_of(7), "entries     2 (t1 C1#17)"));
  CHECK(says(story_of(7), "did         appends 2"));
  CHECK(says(story_of(3), "answers     RequestVote #1 t1"));
  CHECK_FALSE(says(story_of(8), "overtaken"));
  CHECK_THROWS_WITH(story_of(99), "packet 99 is not in this trace");

  SECTION("a copy names its original, and the original its copy") {
    checkers::Trace all = trace();
    checkers::TracedSend copy = all.events[7].sent[0];
    copy.packet.id = 20;
    copy.packet.duplicate_of = 5;
    copy.delivered_at.reset();
    all.events[7].sent.push_back(copy);
    const PacketIndex packets(all);
    CHECK(says(lineage(all, packets, 20), "copy of     #5"));
    CHECK(says(lineage(all, packets, 20), "fate        held (hold-acks) when the run ended"));
    CHECK(says(lineage(all, packets, 5), "copied as   #20"));
  }
  SECTION("an ack in time may answer a request that was late") {
    checkers::Trace all = trace();
    std::swap(*all.events[6].packet, *all.events[9].packet);
    all.events[10].sent[0].packet.content = all.events[7].sent[0].packet.content;
    CHECK(says(lineage(all, PacketIndex(all), 8), "overtaken by 1 packet, first AppendEntries #7"));
  }
  SECTION("a packet that found its receiver down did nothing") {
    checkers::Trace all = trace();
    all.events[13].stale = true;
    CHECK(says(lineage(all, PacketIndex(all), 5), "and found the receiver down"));
    CHECK_FALSE(says(lineage(all, PacketIndex(all), 5), "did "));
  }
  SECTION("a paused host takes a packet when it resumes, and that is when it does what it does") {
    checkers::Trace all = trace();
    checkers::TracedEvent put_off = all.events[13];
    put_off.observations.clear();
    put_off.deferred = true;
    all.events[13].postponed = true;
    all.events[13].id = 15;
    all.events.insert(all.events.begin() + 13, put_off);
    CHECK(says(lineage(all, PacketIndex(all), 5), "at event 15"));
  }
}

TEST_CASE("Without a filter, a violation is explained before the events") {
  const Lines all = view(trace(), {});
  CHECK(says(all, "causes of the violation"));
  CHECK(says(all, "overtaken   by 1 packet"));
  CHECK(says(all, "earlier events that touched index 1"));
  CHECK(says(all, "  event 7 at 0.020000: S3 <- S1"));
  CHECK_FALSE(says(view(trace(), {.hosts = {"S2"}}), "causes of the violation"));

  SECTION("one that no packet brought, by what led to its event") {
    checkers::Trace other = trace();
    other.verdict->event = 8;
    CHECK(says(view(other, {}), "because     event 8"));
  }
  SECTION("one at an event that the trace has not") {
    checkers::Trace other = trace();
    other.verdict->event = 1000;
    CHECK_FALSE(says(view(other, {}), "causes of the violation"));
  }
}

TEST_CASE("Filters narrow down what is shown, and all of them must match") {
  CHECK(ids({}).size() == 14);
  CHECK(ids({.hosts = {"S2"}}) == Ids{2, 4, 5, 6, 12});
  CHECK(ids({.hosts = {"C1"}}) == Ids{9});
  CHECK(ids({.kinds = {"disk_done"}}) == ids({.kinds = {"Disk-Done"}}));
  CHECK(ids({.kinds = {"AppendEntriesReply"}}) == Ids{8, 11, 13, 14});
  CHECK(ids({.kinds = {"moved-progress"}}) == Ids{13, 14});
  CHECK(ids({.kinds = {"fault"}}) == Ids{12});
  CHECK(ids({.hosts = {"S3"}, .kinds = {"appended"}}) == Ids{6, 7, 9, 10});
  CHECK(ids({.from = "45ms", .to = "60000us"}) == Ids{11, 12, 13});
  CHECK(ids({.term = 1}) == Ids{4, 5, 6, 7, 8, 9, 10, 11, 13, 14});
  CHECK(ids({.message = 5}) == Ids{8, 14});
  CHECK(ids({.limit = 3}) == Ids{1, 2, 3});
}

TEST_CASE("An index is followed through the log: sent, appended, acknowledged, stored, committed") {
  CHECK(ids({.index = 2}) == Ids{9, 10, 11, 13});
  // The commit of 2 also commits 1, and the stale ack is for 1.
  CHECK(ids({.index = 1}) == Ids{6, 7, 8, 13, 14});
}

TEST_CASE("Events around the violation or around an event are shown with the requested context") {
  CHECK(ids({.around = "violation", .context = 2}) == Ids{12, 13, 14});
  CHECK(ids({.around = "VIOLATION", .context = 1}) == Ids{13, 14});
  CHECK(ids({.around = "7", .context = 1}) == Ids{6, 7, 8});
  // Context counts what the filters let through; the event itself is always shown.
  CHECK(ids({.hosts = {"S2"}, .around = "7", .context = 2}) == Ids{5, 6, 7, 12});

  checkers::Trace calm = trace();
  calm.verdict.reset();
  CHECK_THROWS_WITH(select(calm, {.around = "violation"}), "--around violation: nothing was violated in this run");
  CHECK_THROWS_WITH(ids({.around = "soon"}), "--around soon: expected \"violation\" or the number of an event");
}

TEST_CASE("An option that names something missing from the trace is refused") {
  CHECK_THROWS_WITH(ids({.hosts = {"S4"}}), "unknown host \"S4\": this trace has S1..S3 and C1..C1");
  CHECK_THROWS_WITH(ids({.kinds = {"AppendEntrys"}}),
                    "--kind: unknown kind 'AppendEntrys'; did you mean 'AppendEntries'?");
  CHECK_THROWS_WITH(ids({.kinds = {"banana"}}), Catch::StartsWith("--kind: unknown kind 'banana'. Available: ") &&
                                                    Catch::Contains("deliver") &&
                                                    Catch::Contains("AppendEntriesReply"));
  CHECK_THROWS_WITH(
      ids({.kinds = {"installsnapshot"}}),
      Catch::StartsWith("--kind installsnapshot: not in this trace; it has ") && Catch::Contains("AppendEntriesReply"));
  for (const char* wrong : {"soon", "-1s", "1.5 s", "3h", "nan", "1e99"}) CHECK_THROWS_AS(time_from(wrong), BadInput);
  CHECK(time_from("1.5") == sim::Time(std::chrono::milliseconds(1500)));
  CHECK(time_from("40ns") == sim::Time(std::chrono::nanoseconds(40)));
}

TEST_CASE("Color is for terminals only") {
  const auto escapes = [](const InspectOptions& options) { return says(view(trace(), options), "\033["); };
  CHECK_FALSE(escapes({}));
  CHECK(escapes({.color = true}));
}

TEST_CASE("A server's state follows from its reports and from what was done to it") {
  checkers::Trace all = trace();
  ClusterState state(3);
  CHECK(state.servers()[0].text() == "-");
  for (const checkers::TracedEvent& event : all.events) state.apply(event);
  CHECK(state.servers()[0].text() == "L1 2/2");
  CHECK(state.servers()[1].text() == "down");

  checkers::TracedEvent next;
  next.host = sim::HostId{2};
  SECTION("paused and resumed") {
    next.faults.push_back({"pauses", "pause", next.host});
    state.apply(next);
    CHECK(state.servers()[2].text() == "(F1 2/0)");
    next.faults.clear();
    next.kind = sim::EventKind::resume;
    state.apply(next);
    CHECK(state.servers()[2].text() == "F1 2/0");
  }
  SECTION("crashed at a moment of its disk, then back with what the disk kept") {
    next.kind = sim::EventKind::disk_done;
    next.crashed = true;
    state.apply(next);
    CHECK(state.servers()[2].text() == "down");
    next = {};
    next.host = sim::HostId{2};
    next.kind = sim::EventKind::restart;
    next.incarnation = 2;
    next.observations.emplace_back(core::ServerId{3},
                                   core::Booted{.term = {1}, .vote = {}, .last = {1}, .snapshot = {}});
    state.apply(next);
    CHECK(state.servers()[2].text() == "F1 1/0");
  }
  SECTION("a snapshot over a longer log that did not agree ends it") {
    next.observations.emplace_back(core::ServerId{3}, core::InstalledSnapshot{.last = {{1}, {1}}, .log_last = {1}});
    state.apply(next);
    CHECK(state.servers()[2].text() == "F1 1/1");
  }
  SECTION("a file that was edited speaks of servers that it does not have") {
    const auto before = state.servers();
    next.observations.emplace_back(core::ServerId{9}, core::Truncated{{1}});
    next.observations.emplace_back(core::ServerId{1}, core::MovedProgress{{9}, core::ProgressState::probe, {1}, {2}});
    next.observations.emplace_back(core::ServerId{3}, core::Configured{{1}, core::Configuration::of_voters({{9}})});
    state.apply(next);
    CHECK(state.servers() == before);
    CHECK(state.progress({1}, {9}) == nullptr);
  }
  SECTION("a truncated log ends before what was removed") {
    next.observations.emplace_back(core::ServerId{3}, core::Truncated{{2}});
    state.apply(next);
    CHECK(state.servers()[2].last == core::Index{1});
  }
}
