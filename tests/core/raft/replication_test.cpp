// Log replication: section 5.3 of the paper. The list of cases is that of etcd's raft_paper_test.go.
#include "catch.hpp"
#include "core/assertion.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

// S1 leads term 1 of `servers`, and all have its no-op at index 1.
Server settled_leader(int servers, Options options = plain()) {
  Server leader(1, servers, options);
  leader.win_election();
  for (int follower = 2; follower <= servers; ++follower) leader.receive(follower, 1, success(0, 1));
  for (int follower = 2; follower <= servers; ++follower) leader.receive(follower, 1, success(1, 0));
  REQUIRE(leader.raft().commit_index() == Index{1});
  return leader;
}

}  // namespace

TEST_CASE("A command goes into the leader's log and to all followers at once", "[5.3]") {
  Server leader = settled_leader(3);
  const auto appends = bodies<AppendEntries>(leader.propose({"some data"}));
  CHECK(leader.proposed == Index{2});
  REQUIRE(appends.size() == 2);
  for (const AppendEntries& sent : appends) {
    CHECK(sent.previous == LogPosition{{1}, {1}});
    CHECK(sent.leader_commit == Index{1});
    REQUIRE(sent.entries.size() == 1);
    CHECK(sent.entries.view()[0] == entry(1, "some data"));
  }
  CHECK(leader.raft().log().last().index == Index{2});
  CHECK(leader.raft().commit_index() == Index{1});  // no other server has it yet
}

TEST_CASE("Several commands proposed at once make one message to each follower", "[5.3]") {
  Server leader = settled_leader(3);
  leader.slow_disk = true;
  const auto appends = bodies<AppendEntries>(leader.propose({"a", "b", "c"}));
  CHECK(leader.proposed == Index{2});
  REQUIRE(appends.size() == 2);
  CHECK(appends[0].entries.size() == 3);
  CHECK(&appends[0].entries.view()[0] == &appends[1].entries.view()[0]);  // one batch, shared
  CHECK(leader.writes_in_flight() == 1);
}

TEST_CASE("Only a leader accepts commands", "[5.3]") {
  Server server(1, 3, plain());
  CHECK(server.propose({"a"}).empty());
  CHECK_FALSE(server.proposed.has_value());
  server.wake();
  server.propose({"a"});
  CHECK_FALSE(server.proposed.has_value());
}

TEST_CASE("An entry is committed once a quorum has it", "[5.3]") {
  struct Case {
    int servers;
    int acks;
    bool committed;
  };
  const auto given = GENERATE(Case{3, 0, false}, Case{3, 1, true}, Case{3, 2, true}, Case{5, 1, false},
                              Case{5, 2, true}, Case{5, 4, true}, Case{4, 1, false}, Case{4, 2, true});
  Server leader = settled_leader(given.servers);
  leader.propose({"a"});
  for (int i = 0; i < given.acks; ++i) leader.receive(2 + i, 1, success(1, 1));
  CHECK((leader.raft().commit_index() == Index{2}) == given.committed);
}

TEST_CASE("The leader sends the commit index with its next message, or at once if there is none", "[5.3]") {
  Server leader = settled_leader(5);
  leader.propose({"a"});
  CHECK(leader.receive(2, 1, success(1, 1)).empty());
  const auto messages = leader.receive(3, 1, success(1, 1));
  REQUIRE(leader.raft().commit_index() == Index{2});
  // S2 and S3 have the entry and can commit it. S4 and S5 have not acknowledged it: telling them now would be useless.
  REQUIRE(messages.size() == 2);
  for (const Message& message : messages) {
    CHECK(kind_of(message) == MessageKind::heartbeat);
    CHECK(body_of<AppendEntries>(message).previous.index == Index{2});
    CHECK(body_of<AppendEntries>(message).leader_commit == Index{2});
  }
  SECTION("a slower follower is told when it confirms") {
    const auto late = bodies<AppendEntries>(leader.receive(4, 1, success(1, 1)));
    REQUIRE(late.size() == 1);
    CHECK(late[0].leader_commit == Index{2});
  }
  SECTION("nobody is told twice") {
    CHECK(leader.receive(2, 1, success(2, 0)).empty());
    CHECK(leader.receive(3, 1, success(2, 0)).empty());
  }
  SECTION("the next command carries it along") {
    const auto appends = bodies<AppendEntries>(leader.propose({"b"}));
    REQUIRE(appends.size() == 4);
    CHECK(appends[3].leader_commit == Index{2});
  }
}

TEST_CASE("Committing an entry of its own term commits all before it", "[5.3]") {
  const Log log = GENERATE(log_of({}), log_of({2}), log_of({1, 2}), log_of({1}));
  Server leader(1, 3, plain(), {.hard_state = {{2}, no_server}, .log = log});
  leader.win_election();
  const std::uint64_t length = log.last().index.value;
  leader.receive(2, 3, success(length, 1));
  CHECK(leader.raft().commit_index() == Index{length + 1});
}

TEST_CASE("A follower commits what the leader has committed, up to the entries that the message covers", "[5.3]") {
  Server follower(2, 3, plain(), {.hard_state = {{1}, no_server}, .log = {}});
  SECTION("with the entries") {
    follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1)}, 1));
    CHECK(follower.raft().commit_index() == Index{1});
  }
  SECTION("not past the entries of the message") {
    follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1)}, 9));
    CHECK(follower.raft().commit_index() == Index{2});
  }
  SECTION("with a heartbeat, up to its previous entry") {
    follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1)}));
    follower.receive(1, 1, append({{1}, {1}}, {}, 2));
    CHECK(follower.raft().commit_index() == Index{1});
  }
  SECTION("and never back: the message may be old") {
    follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1)}, 2));
    follower.receive(1, 1, append({{0}, {0}}, {entry(1)}, 1));
    CHECK(follower.raft().commit_index() == Index{2});
  }
}

TEST_CASE("A tail that the leader has not confirmed is not committed", "[5.3]") {
  // Entry 2 of this follower is from an earlier leader; the current one has committed another entry 2.
  const Restored state{.hard_state = {{2}, no_server}, .log = log_of({1, 1})};
  Server follower(2, 3, plain(), state);
  follower.receive(1, 2, append({{1}, {1}}, {}, 2));
  CHECK(follower.raft().commit_index() == Index{1});

  Server broken(2, 3, options_with({Mutation::commit_past_new}, plain()), state);
  broken.receive(1, 2, append({{1}, {1}}, {}, 2));
  CHECK(broken.raft().commit_index() == Index{2});
}

TEST_CASE("A follower accepts entries only after one that it shares with the leader", "[5.3]") {
  const Log log = log_of({1, 2, 2, 5});
  const Restored state{.hard_state = {{6}, no_server}, .log = log};
  struct Case {
    LogPosition previous;
    bool accepted;
    LogPosition conflict;
    Reason reason;
  };
  const auto given = GENERATE(Case{{{0}, {0}}, true, {}, Reason::none}, Case{{{1}, {1}}, true, {}, Reason::none},
                              Case{{{4}, {5}}, true, {}, Reason::none},
                              // the log ends before: it is reported where it ends
                              Case{{{7}, {6}}, false, {{4}, {5}}, Reason::missing_previous},
                              // another term there: the last entry of no higher a term than the leader's
                              Case{{{4}, {6}}, false, {{4}, {5}}, Reason::conflicting_previous},
                              Case{{{4}, {4}}, false, {{3}, {2}}, Reason::conflicting_previous},
                              Case{{{3}, {1}}, false, {{1}, {1}}, Reason::conflicting_previous},
                              Case{{{7}, {1}}, false, {{1}, {1}}, Reason::missing_previous});
  Server follower(2, 3, plain(), state);
  const AppendEntriesReply reply = only_body<AppendEntriesReply>(follower.receive(1, 6, append(given.previous, {})));
  CHECK(reply.success == given.accepted);
  CHECK(reply.previous == given.previous.index);
  CHECK(reply.count == 0);
  CHECK(reply.conflict == given.conflict);
  if (!given.accepted) CHECK(follower.observed(ObservationKind::rejected_append, given.reason));
  CHECK(follower.raft().log() == log);
}

TEST_CASE("A follower makes its log match the leader's and keeps what already matches", "[5.3]") {
  struct Case {
    LogPosition previous;
    std::vector<std::uint64_t> sent;
    std::vector<std::uint64_t> log;
    std::uint64_t first_written;  // 0: nothing
  };
  // The follower's log is 1, 2.
  const auto given = GENERATE(Case{{{2}, {2}}, {3}, {1, 2, 3}, 3},     // more
                              Case{{{1}, {1}}, {3, 4}, {1, 3, 4}, 2},  // a conflict at 2
                              Case{{{0}, {0}}, {1}, {1, 2}, 0},        // nothing new: nothing is removed
                              Case{{{0}, {0}}, {1, 2, 3}, {1, 2, 3}, 3}, Case{{{0}, {0}}, {3}, {3}, 1},
                              Case{{{1}, {1}}, {}, {1, 2}, 0});  // a heartbeat removes nothing
  Server follower(2, 3, plain(), {.hard_state = {{4}, no_server}, .log = log_of({1, 2})});
  follower.receive(1, 4, append({{0}, {0}}, {}));  // the term's leader is known
  follower.slow_disk = true;
  std::vector<Entry> entries;
  for (const auto term : given.sent) entries.push_back(entry(term));
  follower.receive(1, 4, append(given.previous, entries));
  CHECK(terms_of(follower.raft().log()) == given.log);
  REQUIRE(follower.writes_in_flight() == (given.first_written == 0 ? 0 : 1));
  if (given.first_written != 0) {
    CHECK(follower.raft().stable_index() == Index{given.first_written - 1});
    follower.disk_done();
  }
  CHECK(follower.durable().log == follower.raft().log());
}

TEST_CASE("A duplicate or overtaken message removes nothing", "[5.3][stale]") {
  const AppendEntries early = append({{0}, {0}}, {entry(1, "a"), entry(1, "b")});
  const AppendEntries late = append({{2}, {1}}, {entry(1, "c"), entry(1, "d")});
  Server follower(2, 3, plain());
  follower.receive(1, 1, early);
  follower.receive(1, 1, late);
  // It acknowledges what the message contains, and no more.
  const AppendEntriesReply reply = only_body<AppendEntriesReply>(follower.receive(1, 1, early));
  CHECK(reply.success);
  CHECK(reply.previous + reply.count == Index{2});
  CHECK(follower.raft().log().last().index == Index{4});
  CHECK(follower.observed(ObservationKind::ignored, Reason::already_present));

  SECTION("with truncate-always it takes back what it has confirmed") {
    Server broken(2, 3, options_with({Mutation::truncate_always}, plain()));
    broken.receive(1, 1, early);
    broken.receive(1, 1, late);
    broken.receive(1, 1, early);
    CHECK(broken.raft().log().last().index == Index{2});
  }
}

TEST_CASE("A follower acknowledges the request, not everything in its log", "[5.3]") {
  const Restored state{.hard_state = {{2}, no_server}, .log = log_of({1, 1, 1})};
  Server follower(2, 3, plain(), state);
  const AppendEntriesReply reply = only_body<AppendEntriesReply>(follower.receive(1, 2, append({{1}, {1}}, {})));
  CHECK(reply.previous + reply.count == Index{1});

  Server broken(2, 3, options_with({Mutation::ack_own_lastindex}, plain()), state);
  const AppendEntriesReply wrong = only_body<AppendEntriesReply>(broken.receive(1, 2, append({{1}, {1}}, {})));
  CHECK(wrong.previous + wrong.count == Index{3});
}

TEST_CASE("With delete-in-loop a conflict removes entries of the same batch", "[5.3][mutation]") {
  const Restored state{.hard_state = {{2}, no_server}, .log = log_of({1, 1})};
  const AppendEntries batch = append({{1}, {1}}, {entry(2, "a"), entry(2, "b"), entry(2, "c")});
  Server follower(2, 3, plain(), state);
  follower.receive(1, 2, batch);
  CHECK(follower.raft().log().last().index == Index{4});

  Server broken(2, 3, options_with({Mutation::delete_in_loop}, plain()), state);
  broken.receive(1, 2, batch);
  CHECK(broken.raft().log().last().index == Index{2});
  CHECK(broken.raft().log().at({2}).payload.view() == "c");  // where "a" belongs
}

TEST_CASE("A committed entry is never removed, whoever requests it", "[5.3]") {
  Server follower(2, 3, plain());
  follower.receive(1, 1, append({{0}, {0}}, {entry(1)}, 1));
  CHECK_THROWS_AS(follower.receive(3, 2, append({{0}, {0}}, {entry(2)})), AssertionFailed);
}

TEST_CASE("Entries that are already committed are acknowledged like any others", "[5.3]") {
  Server follower(2, 3, plain());
  follower.receive(1, 1, append({{0}, {0}}, {entry(1), entry(1), entry(1)}, 3));
  CHECK(only_body<AppendEntriesReply>(follower.receive(1, 1, append({{1}, {1}}, {entry(1)}, 3))).success);
  CHECK(follower.raft().commit_index() == Index{3});
}

TEST_CASE("Acks of an earlier term say nothing about this one", "[5.3][stale]") {
  const auto regain_leadership = [](Server& server) {
    server.win_election();                                 // term 1
    server.propose({"lost", "lost", "lost"});              // 2..4, never delivered
    server.receive(2, 2, append({{0}, {0}}, {entry(2)}));  // S2 leads term 2 and has another entry 1
    server.win_election();                                 // term 3
    server.propose({"a", "b", "c"});
    REQUIRE(server.raft().log().last().index == Index{5});
    REQUIRE(server.raft().term() == Term{3});
    // "S3 has everything up to 4": that was in term 1.
    server.receive(3, 1, success(0, 4));
  };
  Server server(1, 3, plain());
  regain_leadership(server);
  CHECK(server.progress(3).match_index() == Index{0});
  CHECK(server.raft().commit_index() == Index{0});
  CHECK(server.observed(ObservationKind::ignored, Reason::stale_term));

  SECTION("with stale-term-ack-accepted the leader commits what nobody else has") {
    Server broken(1, 3, options_with({Mutation::stale_term_ack_accepted}, plain()));
    regain_leadership(broken);
    CHECK(broken.progress(3).match_index() == Index{4});
    CHECK(broken.raft().commit_index() == Index{4});
  }
}

TEST_CASE("Without the guard a delayed ack takes the leader back to an old view of the follower", "[5.3][stale]") {
  const auto after_late_replies = [](Options options) {
    Server leader = settled_leader(3, options);
    leader.propose({"a"});
    leader.propose({"b"});
    leader.receive(2, 1, success(2, 1));  // everything
    leader.receive(2, 1, success(0, 1));  // of the first message, late
    return leader;
  };
  Server leader = after_late_replies(plain());
  CHECK(leader.progress(2).match_index() == Index{3});
  CHECK(leader.observed(ObservationKind::ignored, Reason::stale_success));

  Options unguarded = plain();
  unguarded.stale_ack_guard = false;
  Server naive = after_late_replies(unguarded);
  CHECK(naive.progress(2).match_index() == Index{1});
  CHECK(naive.raft().commit_index() == Index{3});  // what is committed stays committed

  Server broken = after_late_replies(options_with({Mutation::match_overwrite}, plain()));
  CHECK(broken.progress(2).match_index() == Index{1});
}

// S1 led term 1, was elected again and leads term 2. S2, which voted for it in term 2, receives a heartbeat of term 1
// only now and rejects it, with term 2: it rejects that message's term, and says nothing about the log.
TEST_CASE("A late message of a leader's own earlier term comes back as a rejection in the current one", "[5.1][5.3]") {
  Server leader(1, 3, plain());
  leader.win_election();
  leader.receive(3, 2, RequestVote{.last = {{1}, {1}}});
  leader.win_election();
  REQUIRE(leader.raft().role() == Role::leader);
  const Progress before = leader.progress(2);
  leader.receive(2, leader.raft().term().value, AppendEntriesReply{.previous = {0}, .count = 0, .success = false});
  CHECK(leader.observed(ObservationKind::ignored, Reason::stale_rejection));
  CHECK(leader.progress(2).next_index() == before.next_index());
}

TEST_CASE("With blind-decrement each copy of a rejection moves nextIndex back again", "[5.3][stale]") {
  const auto after_copies = [](Options options) {
    Server leader(1, 3, options, {.hard_state = {{1}, no_server}, .log = log_of({1, 1, 1, 1, 1, 1})});
    leader.win_election();
    const AppendEntriesReply rejection{.previous = {6}, .count = 1, .conflict = {{4}, {1}}, .last_index = {4}};
    for (int copy = 0; copy < 3; ++copy) leader.receive(2, 2, rejection);
    leader.receive(2, 2, success(4, 3));
    leader.receive(2, 2, rejection);
    return leader;
  };
  Server leader = after_copies(plain());
  CHECK(leader.progress(2).next_index() == Index{8});
  CHECK(leader.observed(ObservationKind::ignored, Reason::stale_rejection));

  Server broken = after_copies(options_with({Mutation::blind_decrement}, plain()));
  CHECK(broken.progress(2).next_index() <= broken.progress(2).match_index());
}
