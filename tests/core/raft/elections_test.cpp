// Terms, elections and who may win them: sections 5.1, 5.2 and 5.4.1 of the paper, without the dissertation's
// additions. The list of cases is that of etcd's raft_paper_test.go.
#include <algorithm>
#include <set>

#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

RequestVote vote_request(std::uint64_t index = 0, std::uint64_t term = 0) {
  return {.last = {{index}, {term}}, .pre_vote = false};
}
AppendEntries heartbeat() { return {}; }

bool granted(const std::vector<Message>& replies) {
  REQUIRE(replies.size() == 1);
  return body_of<RequestVoteReply>(replies[0]).granted;
}

}  // namespace

TEST_CASE("A server that sees a newer term enters it and becomes follower", "[5.1]") {
  const auto enters_term_7 = [](Server& server) {
    server.receive(2, 7, heartbeat());
    CHECK(server.raft().term() == Term{7});
    CHECK(server.raft().role() == Role::follower);
    CHECK(server.raft().leader() == server_id(2));
    CHECK(server.durable().hard_state.term == Term{7});
  };
  Server server(1, 3, plain());
  SECTION("a follower") { enters_term_7(server); }
  SECTION("a candidate") {
    server.wake();
    REQUIRE(server.raft().role() == Role::candidate);
    enters_term_7(server);
  }
  SECTION("a leader, whose progress ends with its office") {
    server.win_election();
    REQUIRE(server.raft().role() == Role::leader);
    enters_term_7(server);
    CHECK(server.raft().progress_of(server_id(2)) == nullptr);
  }
  SECTION("even from a reply: a leader of the past must not go on") {
    server.win_election();
    server.receive(3, 7, AppendEntriesReply{});
    CHECK(server.raft().role() == Role::follower);
    CHECK(server.raft().term() == Term{7});
    CHECK(server.raft().leader() == no_server);
  }
}

TEST_CASE("A message of an older term changes nothing, but is answered", "[5.1]") {
  Server server(1, 3, plain(), {.hard_state = {{5}, server_id(2)}, .log = log_of({1, 4})});
  const Raft before = server.raft();
  SECTION("an old leader is told by a rejection that names the present term") {
    const auto replies = server.receive(
        3, 4, AppendEntries{.previous = {{2}, {4}}, .leader_commit = {2}, .entries = EntryBatch({entry(4)})});
    REQUIRE(replies.size() == 1);
    CHECK(replies[0].term == Term{5});
    CHECK_FALSE(body_of<AppendEntriesReply>(replies[0]).success);
  }
  SECTION("an old candidate, too, or it would ask for ever") {
    const auto replies = server.receive(3, 4, vote_request(9, 4));
    CHECK_FALSE(granted(replies));
    CHECK(replies[0].term == Term{5});
  }
  SECTION("an old pre-candidate, too") {
    const auto replies = server.receive(3, 4, RequestVote{.last = {{1}, {1}}, .pre_vote = true});
    CHECK_FALSE(granted(replies));
    CHECK(replies[0].term == Term{5});
  }
  SECTION("an old reply is not answered") {
    CHECK(server.receive(3, 4, AppendEntriesReply{.previous = {2}, .count = 3, .success = true}).empty());
    CHECK(server.receive(3, 4, RequestVoteReply{.granted = true}).empty());
  }
  CHECK(server.raft() == before);
}

TEST_CASE("A server starts as a follower", "[5.2]") {
  const Server server(1, 3);
  CHECK(server.raft().role() == Role::follower);
  CHECK(server.raft().term() == Term{0});
  CHECK(server.raft().leader() == no_server);
}

TEST_CASE("A leader sends a heartbeat to every other server in each interval", "[5.2]") {
  Server server(1, 3, plain());
  server.win_election();
  for (const int follower : {2, 3}) {
    server.receive(follower, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true});
  }
  for (int beat = 0; beat < 3; ++beat) {
    const Instant due = server.raft().wake_at();
    const auto messages = server.wake();
    CHECK(server.now == due);
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].to == server_id(2));
    CHECK(messages[1].to == server_id(3));
    for (const Message& message : messages) CHECK(kind_of(message) == MessageKind::heartbeat);
    CHECK(server.raft().wake_at() == due + Options().heartbeat_interval);
  }
}

TEST_CASE("An early wake changes nothing", "[5.2]") {
  Server server(1, 3);
  server.now = server.raft().wake_at() - 1ns;
  const Raft before = server.raft();
  const Instant due = server.raft().wake_at();
  Effects effects;
  Raft raft = server.raft();
  raft.wake(server.now, effects);
  CHECK(raft == before);
  CHECK(effects.messages.empty());
  CHECK(raft.wake_at() == due);
}

TEST_CASE("A server that hears no leader starts an election: a new term, a vote for itself, and requests to all",
          "[5.2]") {
  Server server(1, 3, plain());
  SECTION("a follower") {}
  SECTION("a candidate whose election came to nothing tries again") {
    server.wake();
    REQUIRE(server.raft().role() == Role::candidate);
  }
  const Term before = server.raft().term();
  const auto messages = server.wake();
  CHECK(server.raft().role() == Role::candidate);
  CHECK(server.raft().term() == before.next());
  CHECK(server.raft().vote() == server_id(1));
  CHECK(server.durable().hard_state == HardState{before.next(), server_id(1)});
  REQUIRE(bodies<RequestVote>(messages).size() == 2);
  CHECK(messages[0].term == before.next());
  CHECK(server.observed(ObservationKind::received_vote));
}

TEST_CASE("A candidate becomes leader when a quorum has voted for it, and follower when a quorum has refused",
          "[5.2]") {
  struct Case {
    int servers;
    std::vector<bool> votes;  // of S2, S3, ...
    Role role;
  };
  const auto given = GENERATE(
      Case{1, {}, Role::leader}, Case{3, {true, true}, Role::leader}, Case{3, {true}, Role::leader},
      Case{5, {true, true, true, true}, Role::leader}, Case{5, {true, true, true}, Role::leader},
      Case{5, {true, true}, Role::leader}, Case{3, {false, false}, Role::follower},
      Case{5, {false, false, false, false}, Role::follower}, Case{5, {true, false, false, false}, Role::follower},
      Case{3, {}, Role::candidate}, Case{5, {true}, Role::candidate}, Case{5, {false, false}, Role::candidate},
      Case{4, {true}, Role::candidate}, Case{4, {true, true}, Role::leader}, Case{5, {}, Role::candidate});
  Server server(1, given.servers, plain());
  server.wake();
  int voter = 2;
  for (const bool vote : given.votes) server.receive(voter++, 1, RequestVoteReply{.granted = vote});
  CHECK(server.raft().role() == given.role);
  CHECK(server.raft().term() == Term{1});
}

TEST_CASE("A vote counts once, however often it arrives", "[5.2]") {
  Server server(1, 5, plain());
  server.wake();
  for (int copy = 0; copy < 5; ++copy) server.receive(2, 1, RequestVoteReply{.granted = true});
  CHECK(server.raft().role() == Role::candidate);
  server.receive(3, 1, RequestVoteReply{.granted = true});
  CHECK(server.raft().role() == Role::leader);
}

TEST_CASE("Votes that come after the election is decided change nothing", "[5.2]") {
  Server server(1, 3, plain());
  server.win_election();
  server.receive(2, 1, AppendEntriesReply{.previous = {0}, .count = 1, .success = true});
  const Raft before = server.raft();
  CHECK(server.receive(3, 1, RequestVoteReply{.granted = true}).empty());
  CHECK(server.raft() == before);
}

TEST_CASE("A server votes once in a term, first come, first served", "[5.2]") {
  Server server(1, 3, plain(), {.hard_state = {{1}, no_server}, .log = {}});
  CHECK(granted(server.receive(2, 1, vote_request())));
  CHECK_FALSE(granted(server.receive(3, 1, vote_request())));

  SECTION("the same candidate may ask again: its reply may have been lost") {
    CHECK(granted(server.receive(2, 1, vote_request())));
  }
  SECTION("a crash does not make it forget") {
    server.crash();
    CHECK_FALSE(granted(server.receive(3, 1, vote_request())));
    CHECK(granted(server.receive(2, 1, vote_request())));
  }
  SECTION("a leader's message does not take the vote back: only a new term does") {
    server.receive(2, 1, heartbeat());
    CHECK_FALSE(granted(server.receive(3, 1, vote_request())));
    CHECK(granted(server.receive(3, 2, vote_request())));
  }
}

TEST_CASE("A candidate that hears the leader of its term or of a newer one follows it", "[5.2]") {
  const std::uint64_t term = GENERATE(1U, 2U);
  Server server(1, 3, plain());
  server.wake();
  REQUIRE(server.raft().role() == Role::candidate);
  server.receive(3, term, heartbeat());
  CHECK(server.raft().role() == Role::follower);
  CHECK(server.raft().term() == Term{term});
  CHECK(server.raft().leader() == server_id(3));
  CHECK((term == 2 || server.raft().vote() == server_id(1)));  // the vote stays with its term
}

TEST_CASE("Two leaders in one term fail an assertion", "[5.2]") {
  Server server(1, 3, plain());
  server.win_election();
  CHECK_THROWS_AS(server.receive(2, 1, heartbeat()), AssertionFailed);
}

TEST_CASE("Each attempt waits for a newly drawn timeout", "[5.2]") {
  Server server(1, 3, plain());
  std::set<Duration> waits;
  for (int attempt = 0; attempt < 10; ++attempt) {
    const Instant before = server.now;
    server.wake();
    waits.insert(server.now - before);
  }
  CHECK(waits.size() == 10);
}

TEST_CASE("Only the leader's messages and granted votes restart the timer", "[5.2]") {
  Server server(1, 3, plain(), {.hard_state = {{3}, no_server}, .log = log_of({1, 3})});
  server.receive(2, 3, heartbeat());
  const Instant due = server.raft().wake_at();
  server.now += 40ms;

  SECTION("the leader's message") {
    server.receive(2, 3, heartbeat());
    CHECK(server.raft().wake_at() == due + 40ms);
  }
  SECTION("a vote granted") {
    REQUIRE(granted(server.receive(3, 4, vote_request(2, 3))));
    CHECK(server.raft().wake_at() == due + 40ms);
  }
  SECTION("a vote denied, though its term is newer") {
    REQUIRE_FALSE(granted(server.receive(3, 4, vote_request(1, 1))));
    CHECK(server.raft().wake_at() == due);
  }
  SECTION("a leader of the past") {
    server.receive(3, 2, heartbeat());
    CHECK(server.raft().wake_at() == due);
  }
  SECTION("a reply that has come late") {
    server.receive(3, 3, AppendEntriesReply{});
    CHECK(server.raft().wake_at() == due);
  }
}

TEST_CASE("With timer-reset-by-junk a candidate that cannot win keeps others from trying", "[5.2][mutation]") {
  Server server(1, 3, options_with({Mutation::timer_reset_by_junk}, plain()),
                {.hard_state = {{3}, no_server}, .log = log_of({1, 3})});
  const Instant due = server.raft().wake_at();
  server.now += 40ms;
  REQUIRE_FALSE(granted(server.receive(3, 4, vote_request(1, 1))));
  CHECK(server.raft().wake_at() > due);
}

TEST_CASE("A request for votes contains the position of the candidate's last entry", "[5.4.1]") {
  Server server(1, 3, plain(), {.hard_state = {{2}, no_server}, .log = log_of({1, 2})});
  const auto requests = bodies<RequestVote>(server.wake());
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].last == LogPosition{{2}, {2}});
}

TEST_CASE("A vote goes only to a candidate whose log is at least as up to date", "[5.4.1]") {
  struct Case {
    Log voter;
    LogPosition candidate;
    bool granted;
  };
  const auto given = GENERATE(Case{log_of({1}), {{1}, {1}}, true},      // the same
                              Case{log_of({1}), {{2}, {1}}, true},      // longer
                              Case{log_of({1, 1}), {{1}, {1}}, false},  // shorter
                              Case{log_of({1}), {{1}, {2}}, true},      // a newer last term
                              Case{log_of({1, 1}), {{1}, {2}}, true},   // counts more than length
                              Case{log_of({2}), {{1}, {1}}, false},     // an older last term
                              Case{log_of({2}), {{9}, {1}}, false}, Case{log_of({1, 2}), {{1}, {1}}, false},
                              Case{log_of({}), {{0}, {0}}, true});
  Server server(1, 3, plain(), {.hard_state = {{2}, no_server}, .log = given.voter});
  CHECK(granted(server.receive(2, 3, RequestVote{.last = given.candidate})) == given.granted);
  CHECK(server.raft().term() == Term{3});  // the term is adopted either way

  Server broken(1, 3, options_with({Mutation::uptodate_missing}, plain()),
                {.hard_state = {{2}, no_server}, .log = given.voter});
  CHECK(granted(broken.receive(2, 3, RequestVote{.last = given.candidate})));
}

TEST_CASE("A leader starts its term with an entry of its own and sends it to all at once", "[5.2]") {
  Server server(1, 3, plain(), {.hard_state = {{2}, no_server}, .log = log_of({1, 2})});
  const auto messages = server.win_election();
  const auto appends = bodies<AppendEntries>(messages);
  REQUIRE(appends.size() == 2);
  for (const AppendEntries& append : appends) {
    CHECK(append.previous == LogPosition{{2}, {2}});
    REQUIRE(append.entries.size() == 1);
    CHECK(append.entries.view()[0] == Entry{.term = {3}, .kind = EntryKind::no_op, .payload = {}});
  }
  CHECK(server.raft().log().last() == LogPosition{{3}, {3}});
}

TEST_CASE("A cluster of one elects itself and commits alone", "[5.2]") {
  Server server(1, 1);
  server.wake();
  REQUIRE(server.raft().role() == Role::leader);
  CHECK(server.raft().commit_index() == Index{1});
  server.propose({"a", "b"});
  CHECK(server.raft().commit_index() == Index{3});
  server.wait(1s);
  CHECK(server.raft().role() == Role::leader);
}

TEST_CASE("Three servers elect a leader, and another one after it fails", "[5.2]") {
  Cluster cluster(3);
  cluster.elect(1);
  CHECK(cluster[1].raft().role() == Role::leader);
  CHECK(cluster[3].raft().leader() == server_id(1));
  cluster.cut_off(1);
  cluster.now += 200ms;
  cluster.elect(2);
  CHECK(cluster[2].raft().role() == Role::leader);
  CHECK(cluster[2].raft().term() > cluster[1].raft().term());
  cluster.reconnect(1);
  cluster.wake(2);  // a heartbeat
  CHECK(cluster[1].raft().role() == Role::follower);
  CHECK(cluster[1].raft().leader() == server_id(2));
}
