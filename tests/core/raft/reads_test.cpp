// Reads without an entry in the log: by rounds, through a follower, by a lease (dissertation, section 6.4).
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

// A follower's reply to a heartbeat of this round that starts at `previous`.
AppendEntriesReply answer_to(std::uint64_t round, std::uint64_t previous = 0, std::uint32_t count = 0) {
  return {.previous = {previous}, .count = count, .success = true, .round = round};
}

// S1 of `servers` leads in term 1 and has committed the entry of its own term, with the help of S2 and S3.
Server ready_leader(int servers = 3, Options options = {}) {
  Server leader(1, servers, options);
  leader.win_election();
  for (int follower = 2; follower <= servers / 2 + 1; ++follower) leader.receive(follower, 1, answer_to(0, 0, 1));
  REQUIRE(leader.raft().commit_index() == Index{1});
  leader.outcomes();
  return leader;
}

std::vector<ReadOutcome> confirmed(std::uint64_t read, std::uint64_t index) {
  return {{.read = read, .index = {index}, .confirmed = true}};
}
std::vector<ReadOutcome> refused(std::uint64_t read) { return {{.read = read, .index = {}, .confirmed = false}}; }

std::uint64_t round_of(const std::vector<Message>& messages) {
  REQUIRE_FALSE(messages.empty());
  return body_of<AppendEntries>(messages[0]).round;
}

}  // namespace

TEST_CASE("A leader asks a quorum whether it still leads before it answers a read", "[reads]") {
  Server leader = ready_leader(5);
  const auto round = leader.read(7);
  REQUIRE(round.size() == 4);
  for (const Message& message : round) {
    CHECK(kind_of(message) == MessageKind::heartbeat);
    CHECK(body_of<AppendEntries>(message).round == 1);
  }
  CHECK(leader.outcomes().empty());
  leader.receive(2, 1, answer_to(1, 1));
  CHECK(leader.outcomes().empty());  // two of five: itself and S2
  leader.receive(2, 1, answer_to(1, 1));
  CHECK(leader.outcomes().empty());  // the same one again
  leader.receive(4, 1, answer_to(1, 1));
  CHECK(leader.outcomes() == confirmed(7, 1));
  CHECK(leader.observed(ObservationKind::read_confirmed, Reason::confirmed_by_quorum));
  leader.receive(5, 1, answer_to(1, 1));
  CHECK(leader.outcomes().empty());  // answered once
}

TEST_CASE("A follower repeats the round in its reply, whether it agrees or not", "[reads]") {
  Server follower(2, 3, {}, {.hard_state = {{1}, no_server}, .log = log_of({1})});
  auto replies =
      follower.receive(1, 1, AppendEntries{.previous = {{1}, {1}}, .leader_commit = {}, .entries = {}, .round = 9});
  CHECK(bodies<AppendEntriesReply>(replies).at(0).round == 9);
  replies =
      follower.receive(1, 1, AppendEntries{.previous = {{5}, {1}}, .leader_commit = {}, .entries = {}, .round = 10});
  CHECK_FALSE(bodies<AppendEntriesReply>(replies).at(0).success);
  CHECK(bodies<AppendEntriesReply>(replies).at(0).round == 10);

  // A rejection confirms the follower's leader as well as a success does.
  Server leader = ready_leader();
  leader.read(1);
  leader.receive(3, 1, AppendEntriesReply{.previous = {1}, .count = 0, .success = false, .round = 1});
  CHECK(leader.outcomes() == confirmed(1, 1));
}

// S2's reply before the second read arrived shows that S1 led then. A newer leader may have been elected since, and may
// have acknowledged a write that the second read must see.
TEST_CASE("A read is not confirmed by answers to a round that was sent before it", "[reads]") {
  const bool broken = GENERATE(false, true);
  Server leader = ready_leader(3, broken ? options_with({Mutation::read_joins_old_round}) : Options());
  leader.read(1);
  CHECK(leader.read(2).empty());  // waits for the next round
  leader.read(3);
  const auto next = leader.receive(2, 1, answer_to(1, 1));
  if (broken) {
    CHECK(leader.outcomes().size() == 3);
    return;
  }
  CHECK(leader.outcomes() == confirmed(1, 1));
  // All waiting reads share the next round, which is sent at once.
  REQUIRE(bodies<AppendEntries>(next).size() == 2);
  CHECK(round_of(next) == 2);
  leader.receive(2, 1, answer_to(1, 1));  // a copy of the old answer
  leader.receive(3, 1, answer_to(1, 1));
  CHECK(leader.outcomes().empty());
  leader.receive(3, 1, answer_to(2, 1));
  CHECK(leader.outcomes().size() == 2);
}

TEST_CASE("Answers to a later round confirm those before", "[reads]") {
  Server leader = ready_leader();
  leader.read(1);
  leader.read(2);
  const auto heartbeat = leader.wake();  // the first round may have been lost: a heartbeat is a round for both
  CHECK(round_of(heartbeat) == 2);
  leader.receive(2, 1, answer_to(2, 1));
  CHECK(leader.outcomes().size() == 2);
}

TEST_CASE("Each server counts for the latest round it answered", "[reads]") {
  Server leader = ready_leader(5);
  leader.read(1);
  leader.wake();
  leader.wake();
  leader.receive(2, 1, answer_to(3, 1));  // S2 is at round 3, ...
  CHECK(leader.outcomes().empty());
  leader.receive(4, 1, answer_to(1, 1));  // S4 at round 1: three of five have answered round 1 or a later one
  CHECK(leader.outcomes() == confirmed(1, 1));
}

TEST_CASE("Without reads, rounds cost nothing", "[reads]") {
  Server leader = ready_leader();
  CHECK(round_of(leader.wake()) == 0);
  leader.read(1);
  leader.receive(2, 1, answer_to(1, 1));
  CHECK(round_of(leader.wake()) == 1);  // no read waits: no new round
}

// The entry of the last term at index 1 may or may not be committed: that leader may have acknowledged it. A new leader
// knows only when its own entry is committed.
TEST_CASE("On a new leader reads wait until an entry of its own term is committed", "[reads]") {
  const bool broken = GENERATE(false, true);
  Server leader(1, 3, broken ? options_with({Mutation::readindex_before_term_commit}) : Options(),
                {.hard_state = {{1}, no_server}, .log = log_of({1})});
  leader.win_election();
  REQUIRE(leader.raft().term() == Term{2});
  const auto early = leader.read(1);
  if (broken) {
    CHECK(round_of(early) == 1);
    leader.receive(2, 2, answer_to(1));
    CHECK(leader.outcomes() == confirmed(1, 0));  // although index 1 may have been acknowledged
    return;
  }
  CHECK(early.empty());
  leader.wake();
  leader.receive(2, 2, answer_to(1));
  CHECK(leader.outcomes().empty());
  const auto round = bodies<AppendEntries>(leader.receive(2, 2, answer_to(1, 1, 1)));
  CHECK(leader.raft().commit_index() == Index{2});
  CHECK(round.back().round == 2);
  leader.receive(3, 2, answer_to(2));
  CHECK(leader.outcomes() == confirmed(1, 2));
}

TEST_CASE("A deposed leader refuses all waiting reads", "[reads]") {
  Server leader = ready_leader();
  leader.read(1);
  leader.read(2);
  leader.receive(3, 1, ReadIndex{.read = 33});
  SECTION("by a newer term") {
    const auto messages = leader.receive(2, 5, AppendEntries{});
    const auto replies = bodies<ReadIndexReply>(messages);
    REQUIRE(replies.size() == 1);
    CHECK(replies[0] == ReadIndexReply{.read = 33, .index = {}, .confirmed = false});
  }
  SECTION("by silence") { leader.wait(Options().election_timeout_min); }
  REQUIRE(leader.raft().role() == Role::follower);
  const auto outcomes = leader.outcomes();
  REQUIRE(outcomes.size() == 2);
  CHECK_FALSE(outcomes[0].confirmed);
  CHECK_FALSE(outcomes[1].confirmed);
}

TEST_CASE("A single-server cluster confirms its own reads", "[reads]") {
  Server leader(1, 1);
  leader.win_election();
  leader.read(4);
  CHECK(leader.outcomes() == confirmed(4, 1));
  leader.slow_disk = true;
  leader.propose({"not durable yet"});
  leader.read(5);
  CHECK(leader.outcomes() == confirmed(5, 1));
}

TEST_CASE("The number of waiting reads is limited", "[reads]") {
  Options options;
  options.max_waiting_reads = 2;
  Server leader = ready_leader(3, options);
  leader.read(1);
  leader.read(2);
  CHECK(leader.outcomes().empty());
  leader.read(3);
  CHECK(leader.outcomes() == refused(3));
  CHECK(bodies<ReadIndexReply>(leader.receive(2, 1, ReadIndex{.read = 9})).at(0) ==
        ReadIndexReply{.read = 9, .index = {}, .confirmed = false});
}

// A learner follows any leader it hears; that does not show whom the voters have elected.
TEST_CASE("Answers of learners do not confirm reads", "[reads][learners]") {
  const bool broken = GENERATE(false, true);
  const Configuration configuration{
      .voters = ServerSet::first(3), .outgoing = {}, .learners = {server_id(4), server_id(5)}};
  Server leader(1, configuration, broken ? options_with({Mutation::learner_acks_read}) : Options());
  leader.win_election();
  leader.receive(2, 1, answer_to(0, 0, 1));
  leader.read(1);
  leader.receive(4, 1, answer_to(1));
  leader.receive(5, 1, answer_to(1));
  CHECK(leader.outcomes() == (broken ? confirmed(1, 1) : std::vector<ReadOutcome>()));
  if (broken) return;
  leader.receive(3, 1, answer_to(1));
  CHECK(leader.outcomes() == confirmed(1, 1));
}

// --- through a follower ---

TEST_CASE("A follower asks its leader up to which index it must have applied", "[reads][follower-reads]") {
  Cluster cluster(3);
  cluster.elect(1);
  cluster.propose(1, {"a"});
  cluster.post(cluster[2].read(5));
  cluster.settle();
  CHECK(cluster[2].outcomes() == confirmed(5, 2));
  CHECK(cluster[1].outcomes().empty());  // not the leader's own read
}

TEST_CASE("A follower without a leader, or with a deposed one, confirms nothing", "[reads][follower-reads]") {
  Server follower(2, 3);
  follower.read(1);
  CHECK(follower.outcomes() == refused(1));
  follower.receive(1, 1, AppendEntries{});
  follower.read(2);
  SECTION("it says no") { follower.receive(1, 1, ReadIndexReply{.read = 2, .index = {}, .confirmed = false}); }
  SECTION("a newer leader") { follower.receive(3, 2, AppendEntries{}); }
  SECTION("an election") {
    while (follower.raft().role() == Role::follower) follower.wake();
  }
  SECTION("silence: question or answer is lost") {
    const Instant asked = follower.now;
    CHECK(follower.raft().wake_at() == asked + Options().election_timeout_min);
    follower.wake();
    CHECK(follower.raft().role() == Role::follower);
  }
  CHECK(follower.outcomes() == refused(2));
  CHECK(follower.raft().wake_at() > follower.now);
  follower.receive(1, 2, ReadIndexReply{.read = 2, .index = {8}, .confirmed = true});
  CHECK(follower.outcomes().empty());  // the read stays given up
}

TEST_CASE("A server that is not the leader tells the requester so", "[reads][follower-reads]") {
  Server server(2, 3);
  const auto replies = bodies<ReadIndexReply>(server.receive(3, 0, ReadIndex{.read = 6}));
  REQUIRE(replies.size() == 1);
  CHECK(replies[0] == ReadIndexReply{.read = 6, .index = {}, .confirmed = false});
}

// After etcd 06b9fc9. A read request or reply does not depend on terms, so it must not be dropped for an old one: the
// reply's index was confirmed after the request was sent, and stays valid whatever happened afterwards.
TEST_CASE("A follower's read survives a difference in terms", "[reads][follower-reads]") {
  SECTION("the leader answers a question of an earlier term") {
    Server leader(1, 3, {}, {.hard_state = {{3}, no_server}, .log = log_of({3})});
    leader.win_election();
    leader.receive(2, 4, answer_to(0, 1, 1));
    const auto round = leader.receive(2, 2, ReadIndex{.read = 1});
    CHECK(bodies<AppendEntries>(round).size() == 2);
    const auto messages = leader.receive(3, 4, answer_to(1, 1));
    CHECK(bodies<ReadIndexReply>(messages).at(0) == ReadIndexReply{.read = 1, .index = {2}, .confirmed = true});
  }
  SECTION("the follower takes an answer of a newer term, and enters that term") {
    Server follower(2, 3);
    follower.receive(1, 1, AppendEntries{});
    follower.read(1);
    follower.receive(1, 4, ReadIndexReply{.read = 1, .index = {7}, .confirmed = true});
    CHECK(follower.outcomes() == confirmed(1, 7));
    CHECK(follower.raft().term() == Term{4});
  }
  SECTION("a question that is stamped with no term and dropped is never answered") {
    Cluster cluster(3, options_with({Mutation::follower_read_forgets_term}));
    cluster.elect(1);
    cluster.post(cluster[2].read(5));
    cluster.settle();
    CHECK(cluster[2].outcomes().empty());
  }
}

TEST_CASE("Duplicate requests and replies are harmless", "[reads][follower-reads]") {
  Server leader = ready_leader();
  leader.receive(2, 1, ReadIndex{.read = 1});
  leader.receive(2, 1, ReadIndex{.read = 1});
  Server follower(2, 3);
  follower.receive(1, 1, AppendEntries{});
  follower.read(1);
  for (int copy = 0; copy < 2; ++copy) {
    for (const Message& message : leader.receive(3, 1, answer_to(static_cast<std::uint64_t>(copy) + 1, 1))) {
      if (message.to == server_id(2)) follower.receive(message);
    }
  }
  CHECK(follower.outcomes() == confirmed(1, 1));
}
