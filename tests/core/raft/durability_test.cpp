// What must be on the disk before a promise leaves: Figure 2's "Updated on stable storage before responding to RPCs",
// with the leader's own write in parallel (dissertation, section 10.2.1).
#include "catch.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Server slow(int number, Options options = plain(), Restored restored = {}) {
  Server server(number, 3, options, std::move(restored));
  server.slow_disk = true;
  return server;
}

}  // namespace

TEST_CASE("A follower acknowledges entries when they are durable, not before", "[durability]") {
  Server follower = slow(2);
  CHECK(follower.receive(1, 1, append({{0}, {0}}, {entry(1)})).empty());
  CHECK(follower.raft().stable_index() == Index{0});
  const auto replies = follower.disk_done();
  REQUIRE(replies.size() == 1);
  CHECK(body_of<AppendEntriesReply>(replies[0]).success);
  CHECK(follower.raft().stable_index() == Index{1});
  CHECK(follower.observed(ObservationKind::stored));

  SECTION("with ack-before-fsync it confirms what a crash takes away") {
    Server broken = slow(2, options_with({Mutation::ack_before_fsync}, plain()));
    const auto early = broken.receive(1, 1, append({{0}, {0}}, {entry(1)}));
    REQUIRE(early.size() == 1);
    broken.crash();
    CHECK(broken.raft().log().last().index == Index{0});
  }
}

TEST_CASE("One input results in one write: term and entries become durable together", "[durability]") {
  Server follower = slow(2);
  follower.receive(1, 7, append({{0}, {0}}, {entry(1), entry(2)}));
  CHECK(follower.writes_in_flight() == 1);
  follower.disk_done();
  CHECK(follower.durable().hard_state.term == Term{7});
  CHECK(follower.durable().log.last().index == Index{2});
}

TEST_CASE("A heartbeat in a new term is acknowledged once the term is durable", "[durability]") {
  Server follower = slow(2);
  CHECK(follower.receive(1, 1, append({{0}, {0}}, {})).empty());
  CHECK(follower.disk_done().size() == 1);
  // From then on heartbeats contain nothing that must be stored.
  CHECK(follower.receive(1, 1, append({{0}, {0}}, {})).size() == 1);
}

TEST_CASE("A duplicate message is not acknowledged before the write of the original is durable", "[durability]") {
  Server follower = slow(2);
  const AppendEntries message = append({{0}, {0}}, {entry(1)});
  CHECK(follower.receive(1, 1, message).empty());
  CHECK(follower.receive(1, 1, message).empty());
  CHECK(follower.writes_in_flight() == 1);
  CHECK(follower.disk_done().size() == 2);
}

TEST_CASE("Acks leave one by one as their writes complete", "[durability]") {
  Server follower = slow(2);
  follower.receive(1, 1, append({{0}, {0}}, {entry(1)}));
  follower.receive(1, 1, append({{1}, {1}}, {entry(1)}));
  // It does not depend on the second write, so it waits for the first only.
  follower.receive(1, 1, append({{0}, {0}}, {entry(1)}));
  const auto first = bodies<AppendEntriesReply>(follower.disk_done());
  REQUIRE(first.size() == 2);
  CHECK(first[0].previous + first[0].count == Index{1});
  CHECK(first[1].previous + first[1].count == Index{1});
  const auto second = bodies<AppendEntriesReply>(follower.disk_done());
  REQUIRE(second.size() == 1);
  CHECK(second[0].previous + second[0].count == Index{2});
}

TEST_CASE("A rejection promises nothing and leaves at once", "[durability]") {
  Server follower = slow(2);
  CHECK(follower.receive(1, 1, append({{5}, {1}}, {entry(1)})).size() == 1);
  CHECK(follower.receive(3, 1, RequestVote{}).size() == 1);  // denied: this term has a leader
}

TEST_CASE("A vote leaves when term and vote are durable, not before", "[durability]") {
  Server voter = slow(2);
  CHECK(voter.receive(1, 1, RequestVote{}).empty());
  SECTION("asked again, it waits for the same write") {
    CHECK(voter.receive(1, 1, RequestVote{}).empty());
    CHECK(voter.writes_in_flight() == 1);
    CHECK(voter.disk_done().size() == 2);
  }
  SECTION("a crash before that, and it may vote for another: nobody has heard of the first vote") {
    voter.crash();
    CHECK(voter.raft().vote() == no_server);
  }
  SECTION("and then it is kept") {
    REQUIRE(voter.disk_done().size() == 1);
    voter.crash();
    CHECK(voter.raft().vote() == server_id(1));
  }
}

TEST_CASE("With vote-reply-before-fsync or term-vote-not-persisted a server votes twice in a term",
          "[durability][mutation]") {
  const Mutation mutation = GENERATE(Mutation::vote_reply_before_fsync, Mutation::term_vote_not_persisted);
  Server voter = slow(2, options_with({mutation}, plain()));
  const auto first = voter.receive(1, 1, RequestVote{});
  REQUIRE(first.size() == 1);
  CHECK(body_of<RequestVoteReply>(first[0]).granted);
  voter.crash();
  const auto second = voter.receive(3, 1, RequestVote{});
  REQUIRE(second.size() == 1);
  CHECK(body_of<RequestVoteReply>(second[0]).granted);
}

TEST_CASE("A candidate requests votes, and counts its own, once its vote for itself is durable", "[durability]") {
  Server candidate = slow(1);
  CHECK(candidate.wake().empty());
  CHECK(candidate.raft().role() == Role::candidate);
  SECTION("then the requests leave") {
    const auto requests = candidate.disk_done();
    CHECK(bodies<RequestVote>(requests).size() == 2);
    CHECK(candidate.observed(ObservationKind::received_vote));
  }
  SECTION("a vote of others does not make a quorum before") {
    candidate.receive(2, 1, RequestVoteReply{.granted = true});
    CHECK(candidate.raft().role() == Role::candidate);
    candidate.disk_done();
    CHECK(candidate.raft().role() == Role::leader);
  }
  SECTION("an election that is over by then is not started") {
    candidate.receive(3, 2, append({{0}, {0}}, {}));
    CHECK(candidate.disk_done().empty());
  }
  SECTION("nor is one that the candidate gave up for the next") {
    CHECK(candidate.wake().empty());
    CHECK(candidate.disk_done().empty());
    const auto requests = candidate.disk_done();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].term == Term{2});
  }
}

TEST_CASE("Pre-votes need no disk", "[durability]") {
  Server server = slow(1, Options());
  CHECK(bodies<RequestVote>(server.wake()).size() == 2);
  CHECK(server.writes_in_flight() == 0);
  Server voter = slow(2, Options());
  CHECK(voter.receive(1, 1, RequestVote{.last = {}, .pre_vote = true}).size() == 1);
  CHECK(voter.writes_in_flight() == 0);
}

TEST_CASE("A leader sends entries while it writes them, and counts itself when they are durable", "[durability]") {
  const auto elected = [](Options options) {
    Server leader(1, 3, options);
    leader.win_election();
    leader.receive(2, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true});
    leader.slow_disk = true;
    return leader;
  };
  Server leader = elected(plain());
  CHECK(bodies<AppendEntries>(leader.propose({"a"})).size() == 1);  // S3 is still being probed
  leader.receive(2, 1, AppendEntriesReply{.previous = {1}, .count = 1, .success = true});
  CHECK(leader.raft().commit_index() == Index{1});
  leader.disk_done();
  CHECK(leader.raft().commit_index() == Index{2});

  SECTION("two followers are a quorum without it") {
    leader.propose({"b"});
    leader.receive(2, 1, AppendEntriesReply{.previous = {2}, .count = 1, .success = true});
    leader.receive(3, 1, AppendEntriesReply{.previous = {0}, .count = 3, .success = true});
    CHECK(leader.raft().commit_index() == Index{3});
    CHECK(leader.raft().stable_index() == Index{2});
  }
  SECTION("with self-not-durable an entry is committed that one disk has") {
    Server broken = elected(options_with({Mutation::self_not_durable}, plain()));
    broken.propose({"a"});
    broken.receive(2, 1, AppendEntriesReply{.previous = {1}, .count = 1, .success = true});
    CHECK(broken.raft().commit_index() == Index{2});
    CHECK(broken.raft().stable_index() == Index{1});
  }
}

TEST_CASE("An ack of an earlier term is dropped, as what it promises may have been overwritten",
          "[durability][stale]") {
  Server follower = slow(2);
  follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1)}));
  follower.receive(3, 2, append({{0}, {0}}, {entry(2)}));
  REQUIRE(follower.writes_in_flight() == 2);
  CHECK(follower.disk_done().empty());
  const auto replies = follower.disk_done();
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].to == server_id(3));
  CHECK(replies[0].term == Term{2});
}

// After etcd-io/raft's testdata/async_storage_writes_append_aba_race.txt: entries are written, overwritten by another
// leader, and written again, while the first write is still in flight.
TEST_CASE("An overwritten write does not make the entries now at its indexes durable", "[durability][aba]") {
  const auto until_first_write_is_done = [](Options options) {
    Server follower = slow(2, options);
    follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1), entry(1)}));  // A: 1..3
    follower.receive(3, 2, append({{1}, {1}}, {entry(2)}));                      // B: 2 replaces 2..3
    follower.receive(1, 3, append({{1}, {1}}, {entry(1), entry(1)}));            // A again: 2..3
    REQUIRE(terms_of(follower.raft().log()) == std::vector<std::uint64_t>{1, 1, 1});
    REQUIRE(follower.writes_in_flight() == 3);
    follower.disk_done();
    return follower;
  };
  Server follower = until_first_write_is_done(plain());
  CHECK(follower.raft().stable_index() == Index{1});
  CHECK(follower.observed(ObservationKind::ignored, Reason::overwritten_write));
  follower.disk_done();
  CHECK(follower.raft().stable_index() == Index{1});
  follower.disk_done();
  CHECK(follower.raft().stable_index() == Index{3});

  SECTION("with stable-aba the entry of another term is taken for durable") {
    Server broken = until_first_write_is_done(options_with({Mutation::stable_aba}, plain()));
    CHECK(broken.raft().stable_index() == Index{3});
    // The next completed write replaces 2..3 on the disk by one entry.
    broken.disk_done();
    CHECK(broken.durable().log.last().index == Index{2});
  }
}

TEST_CASE("A completion reported twice changes nothing the second time", "[durability]") {
  Raft raft(server_id(2), {server_id(1), server_id(2), server_id(3)}, plain(), {}, start, 200ms);
  Effects effects;
  raft.receive(start, {.from = server_id(1), .to = server_id(2), .term = {1}, .body = append({{0}, {0}}, {entry(1)})},
               effects);
  REQUIRE(effects.write.has_value());
  const Ticket ticket = effects.write->ticket;
  effects.clear();
  raft.stored(start, ticket, effects);
  CHECK(effects.messages.size() == 1);
  const Raft before = raft;
  effects.clear();
  raft.stored(start, ticket, effects);
  CHECK(effects.messages.empty());
  CHECK(effects.observations.empty());
  CHECK(raft == before);
}

TEST_CASE("A restarted server knows its term, its vote and its log, and nothing else", "[durability]") {
  Server server(1, 3, plain());
  server.win_election();
  server.propose({"a"});
  server.receive(2, 1, AppendEntriesReply{.previous = {0}, .count = 2, .success = true});
  REQUIRE(server.raft().commit_index() == Index{2});
  server.crash();
  CHECK(server.raft().term() == Term{1});
  CHECK(server.raft().vote() == server_id(1));
  CHECK(server.raft().log().last().index == Index{2});
  CHECK(server.raft().role() == Role::follower);
  CHECK(server.raft().commit_index() == Index{0});
}
