// Membership changes: how a configuration takes effect, is left and is rolled back (paper, section 6; dissertation,
// chapter 4).
#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Configuration voters(std::initializer_list<ServerId> servers) { return Configuration::of_voters(servers); }
Configuration with_learners(Configuration configuration, ServerSet learners) {
  configuration.learners = learners;
  return configuration;
}
const Configuration founders = voters({{1}, {2}, {3}});
const Configuration moved = voters({{3}, {4}, {5}});
const Configuration in_transition{.voters = moved.voters, .outgoing = founders.voters, .learners = {}};

// New voters need not be learners first, and only votes decide who leads.
Options bold() {
  Options options = plain();
  options.learners_first = false;
  return options;
}

Entry proposed_change(const Configuration& configuration, std::uint64_t term = 1) {
  return {.term = {term}, .kind = EntryKind::configuration, .payload = encode(configuration)};
}
Restored restored(std::uint64_t term, std::vector<Entry> log) {
  return {.hard_state = {{term}, no_server}, .log = Log(std::move(log))};
}
AppendEntriesReply ack(std::uint64_t index) { return {.previous = {index}, .count = 0, .success = true}; }

// A leader of `configuration` whose no-op, entry 1 of term 1, is committed.
Server leader_of(int number, const Configuration& configuration, const Options& options = bold()) {
  Server leader(number, configuration, options);
  leader.win_election();
  for (const ServerId member : configuration.members()) {
    if (member != leader.raft().self()) leader.receive(member.value, 1, ack(1));
  }
  REQUIRE(leader.raft().commit_index() == Index{1});
  return leader;
}

std::size_t configurations_in(const Log& log) {
  std::size_t count = 0;
  for (const Entry& entry : log.range(log.base().index.next(), log.last().index)) {
    if (entry.kind == EntryKind::configuration) ++count;
  }
  return count;
}

}  // namespace

// --- growing and shrinking ---

TEST_CASE("A new server that knows nothing learns first and votes later", "[membership][4.2.1]") {
  Cluster cluster(4, founders, Options());
  CHECK(cluster[4].raft().configuration().empty());
  CHECK(cluster[4].raft().wake_at() == never);  // it starts no election
  cluster.elect(1);
  cluster.propose(1, {"a", "b", "c"});
  cluster.change(1, voters({{1}, {2}, {3}, {4}}));
  CHECK(cluster[1].change_refusal == ChangeRefusal::not_caught_up);
  CHECK_FALSE(cluster[1].proposed.has_value());

  cluster.change(1, with_learners(founders, {{4}}));
  CHECK(cluster[1].proposed == Index{5});
  CHECK(cluster[4].raft().log() == cluster[1].raft().log());
  CHECK(cluster[4].raft().configuration() == with_learners(founders, {{4}}));
  CHECK(cluster[4].raft().commit_index() == Index{5});
  CHECK(cluster[4].raft().wake_at() == never);

  cluster.wake(1);
  cluster.change(1, voters({{1}, {2}, {3}, {4}}));
  CHECK(cluster[1].change_refusal == ChangeRefusal::none);
  for (int server = 1; server <= 4; ++server) {
    CAPTURE(server);
    CHECK(cluster[server].raft().configuration() == voters({{1}, {2}, {3}, {4}}));
    CHECK(cluster[server].raft().commit_index() == Index{6});
  }
  CHECK(cluster[4].raft().wake_at() != never);
  cluster.cut_off(1);
  cluster.cut_off(2);
  cluster.elect(4);
  CHECK(cluster[4].raft().role() != Role::leader);  // two of four are not a majority
  cluster.reconnect(2);
  cluster.elect(4);
  CHECK(cluster[4].raft().role() == Role::leader);
}

TEST_CASE("Three servers are replaced by three, keeping one of them but not the leader", "[membership][joint]") {
  Cluster cluster(5, founders, Options());
  cluster.elect(1);
  cluster.change(1, with_learners(founders, {{4}, {5}}));
  cluster.wake(1);
  std::vector<Configuration> in_force;
  cluster.on_deliver = [&](const Message&) {
    const Configuration& now = cluster[1].raft().configuration();
    if (in_force.empty() || in_force.back() != now) in_force.push_back(now);
  };
  cluster.change(1, moved);
  CHECK(cluster[1].change_refusal == ChangeRefusal::none);
  CHECK(in_force == std::vector<Configuration>{in_transition, moved});
  CHECK(cluster[1].raft().role() == Role::follower);
  CHECK(cluster[1].raft().wake_at() == never);
  for (int server = 3; server <= 5; ++server) CHECK(cluster[server].raft().configuration() == moved);
  // A majority was told before the leader stepped down.
  CHECK(cluster[3].raft().commit_index() == Index{4});
  CHECK(cluster[4].raft().commit_index() == Index{4});
  cluster.cut_off(1);
  cluster.cut_off(2);
  cluster.elect(4);
  CHECK(cluster[4].raft().role() == Role::leader);
  cluster.propose(4, {"a"});
  CHECK(cluster[5].raft().commit_index() == Index{6});
}

TEST_CASE("Changing one server takes one entry, changing several takes two", "[membership][4.1]") {
  Server leader = leader_of(1, founders);
  SECTION("one more") {
    leader.change(voters({{1}, {2}, {3}, {4}}));
    CHECK(leader.raft().configuration() == voters({{1}, {2}, {3}, {4}}));
  }
  SECTION("one less, who learns from now on") {
    leader.change(with_learners(voters({{1}, {2}}), {{3}}));
    CHECK_FALSE(leader.raft().configuration().joint());
  }
  SECTION("learners only") {
    leader.change(with_learners(founders, {{4}, {5}, {6}}));
    CHECK_FALSE(leader.raft().configuration().joint());
  }
  SECTION("one more and one less") {
    leader.change(voters({{1}, {2}, {4}}));
    CHECK(leader.raft().configuration() ==
          Configuration{.voters = {{1}, {2}, {4}}, .outgoing = founders.voters, .learners = {}});
  }
  SECTION("two less, who learn once C_new is in force: until then they vote") {
    leader.change(with_learners(voters({{1}}), {{2}, {3}}));
    CHECK(leader.raft().configuration().votes({2}));
    leader.receive(2, 1, ack(2));
    CHECK(leader.raft().configuration() == with_learners(voters({{1}}), {{2}, {3}}));
  }
}

TEST_CASE("A leader's view of the remaining servers survives the change", "[membership]") {
  Server leader = leader_of(2, founders);
  leader.propose({"a"});
  leader.receive(3, 1, ack(2));
  const Progress before = leader.progress(3);
  leader.slow_disk = true;
  const auto sent = leader.change(voters({{2}, {3}}));
  CHECK(sent.size() == 1);  // to S3; the removed one gets no more messages
  CHECK(leader.progress(3).match_index() == before.match_index());
  CHECK(leader.raft().progress_of({1}) == nullptr);
  CHECK(leader.progress(3).state() == ProgressState::replicate);
}

// --- what decides ---

TEST_CASE("In a joint configuration neither side can commit alone", "[membership][joint][6]") {
  const bool planted = GENERATE(false, true);
  Server leader = leader_of(1, founders, planted ? options_with({Mutation::joint_union_quorum}, bold()) : bold());
  leader.change(moved);
  REQUIRE(leader.raft().configuration() == in_transition);
  leader.receive(2, 1, ack(2));
  CHECK(leader.raft().commit_index() == Index{1});  // a majority of the old: S1, S2
  leader.receive(3, 1, ack(2));
  CHECK(leader.raft().commit_index() == (planted ? Index{2} : Index{1}));  // three of all five
  if (planted) return;
  leader.receive(4, 1, ack(2));
  CHECK(leader.raft().commit_index() == Index{2});
  CHECK(leader.raft().configuration() == moved);
}

TEST_CASE("A leader cannot remove all other servers on its own", "[membership][joint]") {
  const bool planted = GENERATE(false, true);
  Server leader = leader_of(1, founders, planted ? options_with({Mutation::minority_remove}, bold()) : bold());
  leader.change(voters({{1}}));
  // No server answers. S2 and S3 may have elected another leader by now.
  CHECK(leader.raft().commit_index() == (planted ? Index{2} : Index{1}));
}

TEST_CASE("A learner receives the whole log but does not vote", "[membership][learner]") {
  const bool planted = GENERATE(false, true);
  const Configuration configuration = with_learners(voters({{1}, {2}}), {{3}});
  Server leader(1, configuration, planted ? options_with({Mutation::learner_in_quorum}, bold()) : bold());
  leader.win_election();
  leader.receive(3, 1, ack(1));
  CHECK(leader.raft().commit_index() == (planted ? Index{1} : Index{0}));
  if (planted) return;
  leader.receive(2, 1, ack(1));
  CHECK(leader.raft().commit_index() == Index{1});
  Server learner(3, configuration, bold());
  CHECK(learner.raft().wake_at() == never);
  Server candidate(1, configuration, bold());
  for (const Message& asked : candidate.wake()) CHECK(asked.to == server_id(2));
  candidate.receive(3, 1, RequestVoteReply{.granted = true});
  CHECK(candidate.raft().role() == Role::candidate);
}

// --- one at a time, and not too early ---

TEST_CASE("A change waits for the previous one, including its joint configuration", "[membership][4.1]") {
  const bool planted = GENERATE(false, true);
  Server leader = leader_of(1, founders, planted ? options_with({Mutation::two_pending}, bold()) : bold());
  leader.change(voters({{1}, {2}, {4}}));
  leader.change(voters({{1}, {2}, {4}, {5}}));
  CHECK(leader.proposed.has_value() == planted);
  if (planted) return;
  CHECK(leader.change_refusal == ChangeRefusal::change_under_way);
  leader.receive(2, 1, ack(2));  // the joint configuration is committed; C_new is not
  REQUIRE_FALSE(leader.raft().configuration().joint());
  leader.change(voters({{1}, {2}, {4}, {5}}));
  CHECK(leader.change_refusal == ChangeRefusal::change_under_way);
  leader.receive(2, 1, ack(3));
  leader.change(voters({{1}, {2}, {4}, {5}}));
  CHECK(leader.change_refusal == ChangeRefusal::none);
}

// S1, leader of term 1, appends a configuration with S5 and replicates it to S5 only. S2, leader of term 2, removes S1
// from the old one. Majorities of the two need not overlap.
TEST_CASE("Ongaro's bug of 2015: a new leader makes no change before an entry of its own term is committed",
          "[membership][4.1][ongaro2015]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::ongaro_2015}, bold()) : bold();
  const Configuration four = Configuration::of_voters(ServerSet::first(4));
  const Configuration with_s5 = Configuration::of_voters(ServerSet::first(5));
  const Configuration without_s1 = voters({{2}, {3}, {4}});
  Server s2(2, four, options, restored(1, {entry(1)}));
  s2.win_election();
  s2.change(without_s1);
  if (!planted) {
    CHECK(s2.change_refusal == ChangeRefusal::term_not_confirmed);
    CHECK(s2.raft().configuration() == four);
    s2.receive(3, 2, ack(2));
    s2.receive(4, 2, ack(2));  // now no server without this entry can win: three of five are needed
    s2.change(without_s1);
    CHECK(s2.change_refusal == ChangeRefusal::none);
    return;
  }
  s2.receive(3, 2, ack(3));
  CHECK(s2.raft().commit_index() == Index{3});  // committed: S2 and S3 are two of three

  Server s1(1, four, options, restored(2, {entry(1), proposed_change(with_s5)}));
  Server s4(4, four, options, restored(2, {entry(1)}));
  Server s5(5, Configuration(), options, restored(2, {entry(1), proposed_change(with_s5)}));
  for (const Message& asked : s1.wake()) {
    if (asked.to == server_id(4)) CHECK(body_of<RequestVoteReply>(s4.receive(asked).front()).granted);
    if (asked.to == server_id(5)) CHECK(body_of<RequestVoteReply>(s5.receive(asked).front()).granted);
  }
  s1.receive(4, 3, RequestVoteReply{.granted = true});
  s1.receive(5, 3, RequestVoteReply{.granted = true});
  CHECK(s1.raft().role() == Role::leader);  // three of five, none of which has the committed entry
}

TEST_CASE("An invalid change is refused with a reason", "[membership]") {
  CHECK(Server(1, 3).raft().why_not_change(start, founders) == ChangeRefusal::not_leader);
  Server leader = leader_of(1, founders);
  const auto refusal = [&](const Configuration& target) {
    leader.change(target);
    CHECK_FALSE(leader.proposed.has_value());
    CHECK(std::string(describe(leader.change_refusal)) != "?");
    return leader.change_refusal;
  };
  CHECK(refusal(Configuration()) == ChangeRefusal::malformed);
  CHECK(refusal(with_learners(voters({}), {{1}})) == ChangeRefusal::malformed);
  CHECK(refusal(in_transition) == ChangeRefusal::malformed);
  CHECK(refusal(with_learners(founders, {{3}})) == ChangeRefusal::malformed);
  CHECK(refusal(founders) == ChangeRefusal::unchanged);
  CHECK(configurations_in(leader.raft().log()) == 0);
}

TEST_CASE("With no-catchup a server becomes a voter however far behind", "[membership][learner][mutation]") {
  const bool planted = GENERATE(false, true);
  Options options = bold();
  options.learners_first = true;
  Server leader = leader_of(1, founders, planted ? options_with({Mutation::no_catchup}, options) : options);
  leader.change(voters({{1}, {2}, {3}, {4}}));
  CHECK(leader.proposed.has_value() == planted);
}

// --- in force when appended, and gone with its entry ---

TEST_CASE("A configuration is in force before it is committed", "[membership][4.1]") {
  const bool planted = GENERATE(false, true);
  Server leader = leader_of(1, founders, planted ? options_with({Mutation::activate_at_apply}, bold()) : bold());
  leader.change(voters({{1}, {2}}));
  CHECK(leader.observed(ObservationKind::configured, Reason::configuration_appended) == !planted);
  CHECK(leader.raft().configuration() == (planted ? founders : voters({{1}, {2}})));
  leader.receive(2, 1, ack(2));
  CHECK(leader.raft().configuration() == voters({{1}, {2}}));
}

TEST_CASE("A configuration whose entry is replaced by another leader's log is no longer in force",
          "[membership][rollback]") {
  const bool planted = GENERATE(false, true);
  Server server = leader_of(1, founders, planted ? options_with({Mutation::no_config_rollback}, bold()) : bold());
  server.change(moved);
  REQUIRE(server.raft().configuration() == in_transition);
  // Cut off, it does not learn that S2 leads term 2 until its entry is already replaced.
  server.receive(2, 2, AppendEntries{.previous = {{1}, {1}}, .leader_commit = {1}, .entries = EntryBatch({entry(2)})});
  CHECK(server.observed(ObservationKind::configured, Reason::configuration_rolled_back) == !planted);
  CHECK(server.raft().configuration() == (planted ? in_transition : founders));
}

TEST_CASE("A restarted server uses the latest configuration in its log", "[membership][restart]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::restart_committed_config}, bold()) : bold();
  Server leader = leader_of(1, founders, options);
  leader.change(moved);
  leader.crash();
  CHECK(leader.raft().configuration() == (planted ? founders : in_transition));
  const Observation said = leader.raft().configured_at_boot();
  CHECK(said.reason == Reason::configuration_restored);
  REQUIRE(said.get_if<Configured>() != nullptr);
  CHECK(*said.get_if<Configured>() == Configured{planted ? Index{0} : Index{2}, leader.raft().configuration()});
}

TEST_CASE("A server with a snapshot starts with the snapshot's configuration", "[membership][restart][7]") {
  Restored from{.hard_state = {{3}, no_server}, .log = Log(LogPosition{{10}, {3}}, {}), .snapshot = {}};
  from.snapshot = make_shared_value<const Snapshot>(Snapshot{.last = {{10}, {3}}, .configuration = moved, .state = {}});
  const Server server(3, founders, bold(), from);
  CHECK(server.raft().configuration() == moved);
  CHECK(server.raft().configurations().latest().index == Index{10});
}

// --- leaving ---

TEST_CASE("A leader that is being removed leads until its removal is committed", "[membership][4.2.2]") {
  Server leader = leader_of(1, founders);
  leader.change(voters({{2}, {3}}));
  leader.receive(2, 1, ack(2));
  CHECK(leader.raft().commit_index() == Index{1});  // S1 and S2 have it, but S1 does not count
  CHECK(leader.raft().role() == Role::leader);
  const auto told = leader.receive(3, 1, ack(2));
  CHECK(leader.raft().commit_index() == Index{2});
  CHECK(leader.observed(ObservationKind::became, Reason::removed));
  CHECK(bodies<AppendEntries>(told).size() == 2);
  for (const AppendEntries& news : bodies<AppendEntries>(told)) CHECK(news.leader_commit == Index{2});
  CHECK(leader.raft().wake_at() == never);
}

// S2 does not know that S1, the leader, is being removed. It needs S1's vote, and its log is shorter.
TEST_CASE("A server not in its own latest configuration may be the only one that can lead", "[membership][4.2.2]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::premature_retirement}, Options()) : Options();
  Cluster cluster(2, voters({{1}, {2}}), options);
  cluster.elect(1);
  cluster.cut_off(2);
  cluster.change(1, voters({{2}}));
  cluster.crash(1);
  cluster.reconnect(2);
  cluster.elect(2);
  CHECK(cluster[2].raft().role() != Role::leader);
  REQUIRE(cluster[1].raft().configuration() == voters({{2}}));
  if (planted) {
    for (int attempt = 0; attempt < 10 && cluster[1].raft().wake_at() != never; ++attempt) cluster.wake(1);
    CHECK(cluster[2].raft().configuration() == voters({{1}, {2}}));  // forever
    return;
  }
  for (int attempt = 0; attempt < 10 && cluster[1].raft().wake_at() != never; ++attempt) cluster.wake(1);
  CHECK(cluster[2].raft().configuration() == voters({{2}}));
  CHECK(cluster[2].raft().commit_index() == Index{3});  // and S1 has stepped down
  CHECK(cluster[1].raft().role() == Role::follower);
  cluster.elect(2);
  CHECK(cluster[2].raft().role() == Role::leader);
}

TEST_CASE("A removed server that does not know it does not disturb the cluster", "[membership][4.2.3]") {
  Cluster cluster(3, founders, Options());
  cluster.elect(1);
  cluster.change(1, voters({{1}, {2}}));
  REQUIRE(cluster[3].raft().configuration() == founders);  // a removed server gets no more messages
  for (int attempt = 0; attempt < 5; ++attempt) {
    while (cluster[1].raft().wake_at() <= cluster[3].raft().wake_at()) cluster.wake(1);
    cluster.wake(3);
    CHECK(cluster[3].raft().role() == Role::follower);  // both refuse
  }
  CHECK(cluster[1].raft().role() == Role::leader);
  CHECK(cluster[1].raft().term() == Term{1});
}

// --- leaders that crash in between ---

TEST_CASE("The leader that commits the joint configuration leaves it, once", "[membership][joint]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::autoleave_bug}, bold()) : bold();
  // S1 crashed when the joint configuration was on every disk.
  Server s4(4, Configuration(), options, restored(1, {entry(1), proposed_change(in_transition)}));
  REQUIRE(s4.raft().configuration() == in_transition);
  s4.win_election();
  REQUIRE(s4.raft().role() == Role::leader);
  CHECK(s4.raft().configuration() == in_transition);
  for (int server : {1, 2, 3, 5}) s4.receive(server, 2, ack(3));
  CHECK(s4.raft().commit_index() == Index{3});
  CHECK(s4.raft().configuration() == (planted ? in_transition : moved));
  if (planted) return;
  s4.wake();
  s4.receive(3, 2, ack(4));
  s4.receive(5, 2, ack(4));
  s4.propose({"a"});
  CHECK(s4.raft().commit_index() == Index{4});
  CHECK(configurations_in(s4.raft().log()) == 2);
}

TEST_CASE("A joint configuration that no majority of the old servers has is rolled back by a leader without it",
          "[membership][joint][rollback]") {
  Cluster cluster(5, founders, bold());
  cluster.elect(1);
  cluster.cut_off(2);
  cluster.cut_off(3);
  cluster.change(1, moved);  // only S4 and S5 receive it
  REQUIRE(cluster[4].raft().configuration() == in_transition);
  CHECK(cluster[1].raft().commit_index() == Index{1});
  cluster.cut_off(1);
  cluster.elect(4);
  CHECK(cluster[4].raft().role() != Role::leader);  // S4 and S5 are not a majority of the old
  cluster.reconnect(2);
  cluster.reconnect(3);
  cluster.cut_off(4);
  cluster.cut_off(5);
  cluster.elect(2);
  REQUIRE(cluster[2].raft().role() == Role::leader);
  cluster.reconnect(1);
  for (int heartbeat = 0; heartbeat < 3; ++heartbeat) cluster.wake(2);
  CHECK(cluster[1].raft().configuration() == founders);
  CHECK(cluster[1].raft().log() == cluster[2].raft().log());
}

// --- those who do not know yet ---

TEST_CASE("A server that does not know yet that it is a voter still votes", "[membership][4.1]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::learner_refuses_vote}, bold()) : bold();
  // S3 was made a voter by S1, which crashed before it could tell S3; S2 has heard of it.
  Server s3(3, with_learners(voters({{1}, {2}}), {{3}}), options, restored(1, {entry(1)}));
  const auto replies = s3.receive(2, 2, RequestVote{.last = {{2}, {1}}});
  CHECK(body_of<RequestVoteReply>(replies.front()).granted == !planted);
  Server newcomer(4, Configuration(), options);
  const auto more = newcomer.receive(2, 2, RequestVote{.last = {{2}, {1}}});
  CHECK(body_of<RequestVoteReply>(more.front()).granted == !planted);
}
