// Snapshots that replace the log, and their transfer to followers that lack compacted entries: section 7 of the paper.
#include "catch.hpp"
#include "core/assertion.hpp"
#include "core/raft/incoming_snapshot.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Options with_chunks_of(std::uint64_t bytes) {
  Options options = plain();
  options.snapshot_chunk_bytes = bytes;
  return options;
}

// A snapshot with this state and the configuration S1, S2 and S3.
Snapshot snapshot_at(std::uint64_t index, std::uint64_t term, std::string_view state) {
  return {
      .last = {{index}, {term}}, .configuration = Configuration::of_voters(ServerSet::first(3)), .state = Bytes(state)};
}

InstallSnapshot chunk_of(const Snapshot& snapshot, std::uint64_t offset, std::uint64_t bytes) {
  return {make_shared_value<const SnapshotChunk>(
      SnapshotChunk{.snapshot = snapshot.id(),
                    .configuration = snapshot.configuration,
                    .offset = offset,
                    .bytes = Bytes(snapshot.state.view().substr(offset, bytes))})};
}
InstallSnapshot whole(const Snapshot& snapshot) { return chunk_of(snapshot, 0, snapshot.state.size()); }

// S1 leads S2 and S3 in term 1; S3 has been cut off from the start and lacks everything. The log up to 4 is compacted.
struct CompactedLeader {
  explicit CompactedLeader(const Options& options = plain()) : cluster(3, options) {
    cluster.cut_off(3);
    cluster.elect(1);
    cluster.propose(1, {"a", "b", "c"});
    cluster.post(cluster[1].take_snapshot(4, "state after abc"));
  }
  Cluster cluster;
};

}  // namespace

// The founders' configuration is not an entry of the log, so a joining server has a part of the log for which it knows
// no configuration.
TEST_CASE("A server takes a snapshot only up to an index for which it knows the configuration", "[7]") {
  const Configuration nobody;
  Raft joining({4}, nobody, plain(), Restored{}, Instant{}, std::chrono::milliseconds(200));
  Effects effects;
  const Configuration learning{.voters = ServerSet::first(3), .outgoing = {}, .learners = {{4}}};
  const std::vector<Entry> entries{{.term = {1}, .payload = Bytes("a")},
                                   {.term = {1}, .kind = EntryKind::configuration, .payload = encode(learning)}};
  const AppendEntries both{.previous = {}, .leader_commit = {2}, .entries = EntryBatch(entries)};
  joining.receive(Instant{}, {.from = {1}, .to = {4}, .term = {1}, .body = both}, effects);
  REQUIRE(joining.commit_index() == Index{2});
  CHECK_FALSE(joining.knows_configuration_at({1}));
  CHECK_THROWS_AS(joining.take_snapshot({1}, Bytes("a"), effects), AssertionFailed);
  CHECK(joining.knows_configuration_at({2}));
  effects.clear();
  joining.take_snapshot({2}, Bytes("a"), effects);
  CHECK(joining.last_snapshot() == Index{2});
}

TEST_CASE("A snapshot replaces the log that it covers", "[7]") {
  CompactedLeader story;
  const Raft& leader = story.cluster[1].raft();
  CHECK(leader.log().base() == LogPosition{{4}, {1}});
  CHECK(leader.log().last() == LogPosition{{4}, {1}});
  CHECK(leader.last_snapshot() == Index{4});
  // The log continues where it was, and followers that have the compacted entries notice nothing.
  story.cluster.propose(1, {"d"});
  CHECK(story.cluster[2].raft().log().last().index == Index{5});
  CHECK(leader.commit_index() == Index{5});
}

TEST_CASE("Some entries covered by a snapshot may stay in the log for slightly lagging followers", "[7]") {
  Options options = plain();
  options.trailing_entries = 2;
  CompactedLeader story(options);
  CHECK(story.cluster[1].raft().log().base() == LogPosition{{2}, {1}});
  CHECK(story.cluster[1].raft().last_snapshot() == Index{4});
}

TEST_CASE("A follower that lacks compacted entries gets the snapshot, and then the log", "[7]") {
  CompactedLeader story;
  story.cluster.propose(1, {"d"});
  story.cluster.reconnect(3);
  SharedSnapshot restored;
  int chunks = 0;
  story.cluster.on_deliver = [&](const Message& message) {
    chunks += std::holds_alternative<InstallSnapshot>(message.body) ? 1 : 0;
    if (story.cluster[3].installed) restored = story.cluster[3].installed;
  };
  for (int beat = 0; beat < 6; ++beat) story.cluster.wake(1);
  CHECK(chunks == 1);
  REQUIRE(restored);
  CHECK(restored->state.view() == "state after abc");
  const Raft& follower = story.cluster[3].raft();
  CHECK(follower.log().base() == LogPosition{{4}, {1}});
  CHECK(follower.log().last() == LogPosition{{5}, {1}});
  CHECK(follower.commit_index() == Index{5});
  CHECK(story.cluster[1].progress(3).state() == ProgressState::replicate);
  CHECK(story.cluster[1].progress(3).match_index() == Index{5});
}

TEST_CASE("A snapshot travels in chunks, one at a time", "[7]") {
  CompactedLeader story(with_chunks_of(6));
  story.cluster.reconnect(3);
  std::vector<std::uint64_t> offsets;
  story.cluster.on_deliver = [&](const Message& message) {
    if (const auto* install = std::get_if<InstallSnapshot>(&message.body)) offsets.push_back(install->chunk->offset);
  };
  for (int beat = 0; beat < 6; ++beat) story.cluster.wake(1);
  CHECK(offsets == std::vector<std::uint64_t>{0, 6, 12});  // "state after abc" has 15 bytes
  CHECK(story.cluster[3].raft().commit_index() == Index{4});
}

TEST_CASE("A lost chunk is sent again, and the transfer resumes from there", "[7]") {
  CompactedLeader story(with_chunks_of(6));
  Server& leader = story.cluster[1];
  const auto first =
      bodies<InstallSnapshot>(leader.receive(3, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true}));
  REQUIRE(first.size() == 1);
  CHECK(bodies<InstallSnapshot>(leader.wake()).empty());  // it is not overdue yet
  std::vector<InstallSnapshot> again;
  for (int beat = 0; beat < 10 && again.empty(); ++beat) again = bodies<InstallSnapshot>(leader.wake());
  REQUIRE(again.size() == 1);
  CHECK(again[0] == first[0]);
  const auto second = bodies<InstallSnapshot>(leader.receive(
      3, 1,
      InstallSnapshotReply{.last = {4}, .snapshot = again[0].chunk->snapshot.digest, .offset = 0, .next_offset = 6}));
  REQUIRE(second.size() == 1);
  CHECK(second[0].chunk->offset == 6);
}

TEST_CASE("A reply to a chunk other than the one in flight is stale", "[7][progress]") {
  // The window of one chunk leaves one question open. The network duplicates the reply to the first chunk while the
  // second is in flight: if accepted, it would make the leader send the second chunk once more for each copy.
  Progress progress(Index{1}, start);
  const auto snapshot = make_shared_value<const Snapshot>(snapshot_at(9, 2, "0123456789"));
  progress.become_snapshot(snapshot);
  CHECK(progress.state() == ProgressState::snapshot);
  CHECK(progress.next_index() == Index{10});
  progress.sent_chunk(start);
  const InstallSnapshotReply first{.last = {9}, .snapshot = snapshot->id().digest, .offset = 0, .next_offset = 4};
  CHECK(progress.answer_chunk(first) == AckOutcome::moved);
  progress.sent_chunk(start);
  CHECK(progress.answer_chunk(first) == AckOutcome::stale);
  CHECK(progress.transfer().offset() == 4);
  CHECK(progress.transfer().unanswered());

  SECTION("so is an answer that is about another snapshot") {
    CHECK(progress.answer_chunk({.last = {8}, .snapshot = 7, .offset = 4, .next_offset = 8}) == AckOutcome::stale);
  }
  SECTION("but a follower that crashed says that it has nothing any more") {
    CHECK(progress.answer_chunk({.last = {9}, .snapshot = snapshot->id().digest, .offset = 4, .next_offset = 0}) ==
          AckOutcome::moved);
    CHECK(progress.transfer().offset() == 0);
  }
  SECTION("a rejection of entries that were sent before is history, too") {
    CHECK(progress.reject({.previous = {3}, .conflict = {{2}, {1}}, .last_index = {2}}, log_of({1, 1, 1}), Options()) ==
          AckOutcome::stale);
    CHECK(progress.state() == ProgressState::snapshot);
  }
  SECTION("a success short of the snapshot's end counts, and the snapshot is needed still") {
    CHECK(progress.acknowledge({5}, start, Options()) == AckOutcome::moved);
    CHECK(progress.match_index() == Index{5});
    CHECK(progress.state() == ProgressState::snapshot);
  }
  SECTION("a success up to its end makes it superfluous") {
    CHECK(progress.acknowledge({9}, start, Options()) == AckOutcome::moved);
    CHECK(progress.state() == ProgressState::replicate);
    CHECK(progress.next_index() == Index{10});
  }
}

TEST_CASE("Duplicate and reordered chunks are harmless", "[7]") {
  const Snapshot snapshot = snapshot_at(4, 1, "0123456789");
  Server follower(2, 3, plain());
  CHECK(only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 4, 4))).next_offset ==
        0);  // overtook the first
  CHECK(only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 0, 4))).next_offset == 4);
  CHECK(only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 0, 4))).next_offset == 4);
  CHECK(only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 4, 4))).next_offset == 8);
  CHECK(only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 0, 4))).next_offset == 8);
  CHECK_FALSE(follower.installed);
  const auto done = only_body<InstallSnapshotReply>(follower.receive(1, 1, chunk_of(snapshot, 8, 2)));
  CHECK(done.installed);
  REQUIRE(follower.installed);
  CHECK(*follower.installed == snapshot);
}

TEST_CASE("Chunks of two snapshots are never combined", "[7]") {
  // A new leader sends its own snapshot; chunks of the old leader's are still in the network.
  const Snapshot old_one = snapshot_at(4, 1, "aaaaaaaa");
  const Snapshot new_one = snapshot_at(5, 1, "bbbbbbbb");
  IncomingSnapshot incoming;
  CHECK(incoming.take(*chunk_of(old_one, 0, 4).chunk));
  CHECK_FALSE(incoming.take(*chunk_of(new_one, 4, 4).chunk));
  CHECK(incoming.take(*chunk_of(new_one, 0, 4).chunk));  // starts over
  CHECK_FALSE(incoming.take(*chunk_of(old_one, 4, 4).chunk));
  CHECK(incoming.take(*chunk_of(new_one, 4, 4).chunk));
  CHECK(*incoming.assembled() == new_one);
}

TEST_CASE("A transfer resumes where it was when another leader sends the same snapshot", "[7]") {
  const Snapshot snapshot = snapshot_at(4, 1, "0123456789");
  Server follower(2, 3, plain());
  follower.receive(1, 1, chunk_of(snapshot, 0, 6));
  const auto reply = only_body<InstallSnapshotReply>(follower.receive(3, 2, chunk_of(snapshot, 0, 6)));
  CHECK(reply.next_offset == 6);
  follower.receive(3, 2, chunk_of(snapshot, 6, 4));
  CHECK(follower.raft().commit_index() == Index{4});
}

TEST_CASE("A follower reports a snapshot as installed only when it is durable", "[7][durability]") {
  Server follower(2, 3, plain());
  follower.slow_disk = true;
  CHECK(follower.receive(1, 1, whole(snapshot_at(4, 1, "state"))).empty());
  CHECK(follower.raft().commit_index() == Index{4});
  CHECK(follower.raft().stable_index() == Index{0});
  CHECK(only_body<InstallSnapshotReply>(follower.disk_done()).installed);
  CHECK(follower.raft().stable_index() == Index{4});
}

TEST_CASE("Entries after the snapshot's last entry are kept", "[7][figure 13]") {
  // Rule 6: the follower is not behind at all; the snapshot was in flight while the log caught up.
  Server follower(2, 3, plain(), {.hard_state = {{2}, no_server}, .log = log_of({1, 1, 2, 2})});
  follower.receive(1, 2, whole(snapshot_at(3, 2, "state")));
  CHECK(follower.raft().log().base() == LogPosition{{3}, {2}});
  CHECK(follower.raft().log().last() == LogPosition{{4}, {2}});
  CHECK(follower.raft().commit_index() == Index{3});
  follower.crash();
  CHECK(follower.raft().log().last() == LogPosition{{4}, {2}});
}

TEST_CASE("A log that conflicts with the snapshot is discarded as a whole", "[7][figure 13]") {
  // Rule 7: entries 3 and 4 are from a leader that never committed them.
  Server follower(2, 3, plain(), {.hard_state = {{2}, no_server}, .log = log_of({1, 1, 2, 2})});
  follower.receive(1, 3, whole(snapshot_at(3, 3, "state")));
  CHECK(follower.raft().log().base() == LogPosition{{3}, {3}});
  CHECK(follower.raft().log().last() == LogPosition{{3}, {3}});
  SECTION("and does not come back after a crash") {
    follower.crash();
    CHECK(follower.raft().log().last() == LogPosition{{3}, {3}});
    CHECK(follower.raft().commit_index() == Index{3});  // what a snapshot covers is committed
  }
}

TEST_CASE("A write in flight when a snapshot replaces the log makes nothing durable", "[7][durability]") {
  Server follower(2, 3, plain());
  follower.slow_disk = true;
  follower.receive(1, 1, AppendEntries{.previous = {}, .entries = EntryBatch({entry(1), entry(1), entry(1)})});
  follower.receive(3, 2, whole(snapshot_at(2, 2, "state")));
  while (follower.writes_in_flight() > 1) follower.disk_done();
  CHECK(follower.raft().stable_index() == Index{0});
  follower.disk_done();
  CHECK(follower.raft().stable_index() == Index{2});
}

TEST_CASE("A stale snapshot does not move the state back", "[7]") {
  // It was delayed while the follower committed more. The leader should learn that it is superfluous.
  Server follower(2, 3, plain());
  follower.receive(
      1, 1, AppendEntries{.previous = {}, .leader_commit = {3}, .entries = EntryBatch({entry(1), entry(1), entry(1)})});
  const auto reply = only_body<InstallSnapshotReply>(follower.receive(1, 1, whole(snapshot_at(2, 1, "old"))));
  CHECK(reply.installed);
  CHECK_FALSE(follower.installed);
  CHECK(follower.observed(ObservationKind::ignored, Reason::stale_snapshot));
  CHECK(follower.raft().commit_index() == Index{3});
  CHECK(follower.raft().log().last().index == Index{3});
}

TEST_CASE("AppendEntries that start before a snapshot are accepted from its end on", "[7][5.3]") {
  // A message that was sent before the snapshot arrives after it.
  Server follower(2, 3, plain());
  follower.receive(1, 1, whole(snapshot_at(3, 1, "state")));
  const auto messages = follower.receive(
      1, 1, AppendEntries{.previous = {{1}, {1}}, .entries = EntryBatch({entry(1), entry(1), entry(1), entry(1)})});
  REQUIRE(messages.size() == 1);
  const auto& reply = body_of<AppendEntriesReply>(messages[0]);
  CHECK(reply.success);
  CHECK(reply.previous + reply.count == Index{5});
  CHECK(follower.raft().log().base().index == Index{3});
  CHECK(follower.raft().log().last().index == Index{5});
}

TEST_CASE("A rejection whose hint is before the leader's log makes it send the snapshot", "[7][5.3]") {
  CompactedLeader story;
  Server& leader = story.cluster[1];
  story.cluster.reconnect(3);
  const auto messages = leader.receive(
      3, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true});  // from before it was cut off
  CHECK(leader.progress(3).state() == ProgressState::snapshot);
  CHECK(bodies<InstallSnapshot>(messages).size() == 1);
  // Nothing but heartbeats is sent before the follower has it.
  CHECK(bodies<AppendEntries>(leader.propose({"d"})).size() == 1);
  for (const Message& message : leader.wake()) {
    if (message.to != server_id(3)) continue;
    const auto& heartbeat = body_of<AppendEntries>(message);
    CHECK(heartbeat.entries.empty());
    CHECK(heartbeat.previous == LogPosition{});  // all logs match there; the entry at match_index is compacted
  }
}

TEST_CASE("A rejection of an entry that the leader has since compacted still moves the probe back", "[7][5.3]") {
  // S3 led in term 2 and has an entry of its own at index 4, where S1, who leads term 4, has one of term 3. While S3's
  // reply to S1's first message is in flight, S1 commits with S2's help and compacts its log beyond that index. The
  // reply names index 4 as the conflict, because S3's term there is the older one; the logs can match only before it.
  Server leader(1, 3, plain(), Restored{.hard_state = {.term = {3}, .vote = no_server}, .log = log_of({1, 1, 1, 3})});
  leader.win_election();
  leader.receive(2, 4, AppendEntriesReply{.previous = {4}, .count = 1, .success = true});
  leader.take_snapshot(5, "state");
  REQUIRE(leader.raft().log().base().index == Index{5});
  leader.receive(3, 4, AppendEntriesReply{.previous = {4}, .count = 1, .success = false, .conflict = {{4}, {2}}});
  CHECK(leader.progress(3).state() == ProgressState::snapshot);
}

TEST_CASE("A restarted server continues from its snapshot", "[7]") {
  CompactedLeader story;
  story.cluster.propose(1, {"d"});
  Server& server = story.cluster[1];
  server.crash();
  CHECK(server.raft().log().base() == LogPosition{{4}, {1}});
  CHECK(server.raft().log().last() == LogPosition{{5}, {1}});
  CHECK(server.raft().commit_index() == Index{4});  // the rest is committed again when a leader reports it
  CHECK(server.raft().snapshot()->state.view() == "state after abc");
}

TEST_CASE("A snapshot of an older term is rejected, and its sender learns of the newer term", "[7][5.1]") {
  Server follower(2, 3, plain(), {.hard_state = {{5}, no_server}, .log = {}});
  const auto messages = follower.receive(1, 4, whole(snapshot_at(3, 1, "state")));
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].term == Term{5});
  CHECK_FALSE(body_of<InstallSnapshotReply>(messages[0]).installed);
  CHECK(follower.raft().commit_index() == Index{0});
}

TEST_CASE("A snapshot may only cover committed entries beyond the last snapshot", "[7]") {
  CompactedLeader story;
  CHECK_THROWS_AS(story.cluster[1].take_snapshot(4, "again"), AssertionFailed);
  CHECK_THROWS_AS(story.cluster[1].take_snapshot(5, "not there yet"), AssertionFailed);
}
