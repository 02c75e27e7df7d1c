// Our Raft on a machine: what its core asks for reaches the network, the disk and the client, and survives a crash.
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"

#include <set>

#include "catch.hpp"
#include "scenarios/cluster.hpp"
#include "sim/process_failed.hpp"

namespace raftsim::tests {

using core::ObservationKind;
using core::PersistenceMode;
using scenarios::ClientRequest;
using scenarios::ReadMode;
using scenarios::ReplyStatus;

namespace {

PersistenceMode any_mode() {
  return GENERATE(PersistenceMode::none, PersistenceMode::append, PersistenceMode::rewrite);
}

sim::HostId next_to(sim::HostId host) { return {static_cast<std::uint16_t>((host.value + 1) % 3)}; }

}  // namespace

TEST_CASE("A single server elects itself, and answers a command once it is durable") {
  const auto mode = any_mode();
  Cluster cluster(small_cluster(1, mode));
  REQUIRE(cluster.elect() == s1);
  cluster.run_for(10ms);
  const auto asked_at = cluster.world.now();
  cluster.ask(s1, 1);
  cluster.run_for(20ms);
  REQUIRE(cluster.replies().size() == 1);
  const auto& reply = cluster.replies()[0];
  CHECK(reply.sequence == 1);
  CHECK(reply.done);
  CHECK(reply.leader == core::ServerId{1});
  // There and back, and between: nothing; write and fsync; or the whole state to a new file that replaces the old one.
  const auto on_disk = reply.at - asked_at - 2ms;
  CHECK(on_disk == (mode == PersistenceMode::none ? 0ms : mode == PersistenceMode::append ? 2ms : 5ms));
  CHECK(cluster.commands(s1) == std::vector<std::string>{"C1#1 put k1 = 1"});
}

TEST_CASE("Three servers: the leader answers what a majority has, a follower says who leads, and all apply the same") {
  const auto mode = any_mode();
  Cluster cluster(small_cluster(3, mode));
  const auto leader = cluster.elect();
  const auto follower = next_to(leader);
  cluster.ask(follower, 1);
  cluster.run_for(5ms);
  REQUIRE(cluster.replies().size() == 1);
  CHECK_FALSE(cluster.replies()[0].done);
  CHECK(cluster.replies()[0].leader == scenarios::server_of(leader));

  cluster.ask(leader, 1);
  cluster.ask(leader, 2);
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 3);
  CHECK(cluster.replies()[1].sequence == 1);
  CHECK(cluster.replies()[1].done);
  CHECK(cluster.replies()[2].sequence == 2);
  CHECK(cluster.replies()[2].done);

  const auto applied = cluster.said_by(leader, ObservationKind::applied);
  REQUIRE(applied.size() == 3);  // the no-op and two commands
  for (const auto host : {follower, next_to(follower)}) {
    CHECK(cluster.server(host).last_applied() == core::Index{3});
    const auto there = cluster.said_by(host, ObservationKind::applied);
    REQUIRE(there.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(there[i].what.get_if<core::Applied>()->position.index == core::Index{i + 1});
      CHECK(there[i].what.get_if<core::Applied>()->entry == applied[i].what.get_if<core::Applied>()->entry);
    }
  }
}

TEST_CASE("Term, vote and log survive a crash of everybody: what was applied is applied anew") {
  const auto mode = any_mode();
  Cluster cluster(small_cluster(3, mode));
  const auto leader = cluster.elect();
  cluster.ask(leader, 1);
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 1);
  const auto term = cluster.raft(leader).term();
  for (std::uint16_t number = 0; number < 3; ++number) cluster.world.crash({number});
  CHECK(cluster.server(leader).raft() == nullptr);
  CHECK(cluster.server(leader).last_applied() == core::Index{});
  cluster.said.clear();
  for (std::uint16_t number = 0; number < 3; ++number) cluster.world.restart({number}, 1ms);
  cluster.run_for(1ms);
  for (std::uint16_t number = 0; number < 3; ++number) {
    const auto booted = cluster.said_by({number}, ObservationKind::booted);
    REQUIRE(booted.size() == 1);
    // There was an election in which all three voted for the winner.
    CHECK(*booted[0].what.get_if<core::Booted>() ==
          core::Booted{.term = term, .vote = scenarios::server_of(leader), .last = {2}, .snapshot = {}});
    CHECK_FALSE(cluster.server({number}).recovered_from_torn_tail());
  }
  const auto next = cluster.elect();
  CHECK(cluster.raft(next).term() > term);
  cluster.run_for(200ms);
  for (std::uint16_t number = 0; number < 3; ++number) {
    CHECK(cluster.commands({number}) == std::vector<std::string>{"C1#1 put k1 = 1"});
    CHECK(cluster.said_by({number}, ObservationKind::applied).size() == 3);
  }
  CHECK(cluster.replies().size() == 1);  // who waited has had its answer
}

TEST_CASE("A copy of the world goes on as the original does, servers and all") {
  Cluster cluster(small_cluster(3, any_mode()));
  cluster.ask(cluster.elect(), 1);
  cluster.run_for(2ms);
  Cluster copy = cluster;
  cluster.run_for(1s);
  copy.run_for(1s);
  CHECK(copy.world.fingerprint() == cluster.world.fingerprint());
  CHECK(copy.replies().size() == 1);
}

// Paper, section 5.2: candidates that split the vote would split it again and again if their timeouts stayed the same.
TEST_CASE("Each election timeout is drawn anew, from the range that the scenario gives") {
  auto scenario = small_cluster(3, PersistenceMode::none);
  scenario.raft.pre_vote = false;
  Cluster cluster(scenario);
  cluster.run_until(sim::Time(1ms));
  for (const sim::HostId other : {sim::HostId{1}, sim::HostId{2}}) cluster.world.crash(other);
  cluster.run_for(10s);
  const auto candidacies = cluster.said_by(s1, ObservationKind::became);
  REQUIRE(candidacies.size() > 30);
  std::set<sim::Duration> timeouts;
  for (std::size_t i = 1; i < candidacies.size(); ++i) {
    const auto timeout = candidacies[i].at - candidacies[i - 1].at;
    CHECK(timeout >= scenario.raft.election_timeout_min);
    CHECK(timeout <= scenario.raft.election_timeout_max);
    timeouts.insert(timeout);
  }
  CHECK(timeouts.size() > 30);
}

// --- leaders that lose ---

TEST_CASE("Who waits at a deposed leader hears that its command was lost once another stands in its place") {
  Cluster cluster(small_cluster(3, any_mode()));
  const auto deposed = cluster.elect();
  cluster.cut_off(deposed);
  cluster.ask(deposed, 1);
  cluster.run_for(5ms);
  CHECK(cluster.replies().empty());
  CHECK(cluster.commands(deposed).size() == 1);

  cluster.run_for(1s);
  const auto leader = cluster.leading();
  REQUIRE(leader != deposed);
  CHECK(cluster.replies().empty());  // cut off, the deposed leader cannot know
  cluster.world.network().unblock_all();
  cluster.run_for(1s);
  REQUIRE(cluster.replies().size() == 1);
  CHECK(cluster.replies()[0].from == deposed);
  CHECK(cluster.replies()[0].sequence == 1);
  CHECK_FALSE(cluster.replies()[0].done);
  CHECK(cluster.replies()[0].leader == scenarios::server_of(leader));
  CHECK(cluster.commands(deposed).empty());
}

TEST_CASE("A leader that was deposed and leads again answers those who waited beyond the end of its log") {
  Cluster cluster(small_cluster(3, any_mode()));
  const auto first = cluster.elect();
  cluster.cut_off(first);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) cluster.ask(first, sequence);
  cluster.run_for(1s);
  const auto second = cluster.leading();
  REQUIRE(second != first);
  // The second leader's no-op takes the place of the first command, and cuts off the others. Then the first leads
  // again.
  cluster.world.network().unblock_all();
  cluster.run_for(1s);
  REQUIRE(cluster.replies().size() == 1);
  cluster.world.crash(second);
  for (const auto kind : {core::MessageKind::pre_vote, core::MessageKind::request_vote}) {
    sim::Rule quiet;
    quiet.action = sim::Rule::Action::drop;
    quiet.kind = static_cast<std::uint8_t>(kind);
    quiet.from = sim::HostId{static_cast<std::uint16_t>(3 - first.value - second.value)};
    cluster.world.add_rule(quiet);
  }
  cluster.run_for(2s);
  REQUIRE(cluster.leading() == first);
  CHECK(cluster.replies().size() == 2);  // its own no-op is where the second command was

  cluster.ask(first, 9);
  cluster.run_for(100ms);
  REQUIRE(cluster.replies().size() == 5);
  std::vector<std::pair<std::uint64_t, bool>> answers;
  for (const auto& reply : cluster.replies()) answers.emplace_back(reply.sequence, reply.done);
  CHECK(answers ==
        std::vector<std::pair<std::uint64_t, bool>>{{1, false}, {2, false}, {4, false}, {3, false}, {9, true}});
}

TEST_CASE("A refusal names the request that it answers, and not only the command") {
  Cluster cluster(small_cluster(3, any_mode()));
  const auto leader = cluster.elect();
  const auto follower = next_to(leader);
  cluster.ask(follower, 1);
  cluster.ask(leader, 1);
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 2);
  CHECK(cluster.replies()[0].whole.attempt == 1);
  CHECK(cluster.replies()[0].whole.status == ReplyStatus::not_leader);
  CHECK(cluster.replies()[1].whole.attempt == 2);
  CHECK(cluster.replies()[1].whole.status == ReplyStatus::done);
}

// --- the machine ---

TEST_CASE("Clients are answered by the machine: what is there, and with which entry it took effect") {
  Cluster cluster(small_cluster(3, any_mode()));
  const auto leader = cluster.elect();
  cluster.ask(leader, 1);
  cluster.run_for(50ms);
  cluster.ask(leader, {.name = {1, 2}, .operation = {.kind = core::OperationKind::get, .key = {1}}});
  cluster.run_for(50ms);
  cluster.ask(leader, {.name = {1, 3}, .operation = {.kind = core::OperationKind::get, .key = {7}}});
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 3);
  CHECK(cluster.replies()[0].whole.answer == core::Answer{.found = true, .value = {}});
  CHECK(cluster.replies()[0].whole.index == core::Index{2});  // after the no-op
  CHECK(cluster.replies()[1].whole.answer == core::Answer{.found = true, .value = core::Bytes("1")});
  CHECK(cluster.replies()[1].whole.index == core::Index{3});
  CHECK_FALSE(cluster.replies()[2].whole.answer.found);
  for (std::uint16_t number = 0; number < 3; ++number) {
    CHECK(cluster.server({number}).machine() == cluster.server(leader).machine());
    const auto applied = cluster.said_by({number}, ObservationKind::applied);
    REQUIRE(applied.size() == 4);
    CHECK(applied[3].what.get_if<core::Applied>()->machine == cluster.server({number}).machine().digest());
    CHECK(applied[0].what.get_if<core::Applied>()->effect == core::Index{});  // the no-op has no effect
    CHECK(applied[1].what.get_if<core::Applied>()->effect == core::Index{2});
  }
}

TEST_CASE("A session is named by the index of its entry, and a command that is sent twice in it takes effect once") {
  Cluster cluster(small_cluster(3, any_mode()));
  const auto leader = cluster.elect();
  cluster.ask(leader, {.kind = ClientRequest::Kind::open_session, .name = {1, 1}});
  cluster.run_for(50ms);
  REQUIRE(cluster.replies().size() == 1);
  CHECK(cluster.replies()[0].done);
  const auto session = cluster.replies()[0].whole.index;
  CHECK(session == core::Index{2});

  const ClientRequest append{.name = {1, 2},
                             .session = session,
                             .operation = {.kind = core::OperationKind::append, .key = {5}, .value = core::Bytes("x")}};
  cluster.ask(leader, append);
  cluster.ask(leader, append);
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 3);
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    CHECK(cluster.replies()[i].done);
    CHECK(cluster.replies()[i].whole.index == core::Index{3});  // where it took effect
  }
  for (std::uint16_t number = 0; number < 3; ++number) {
    CHECK(cluster.server({number}).machine().read({5}).value == core::Bytes("x"));
    CHECK(cluster.said_by({number}, ObservationKind::applied).back().what.get_if<core::Applied>()->effect ==
          core::Index{3});
  }
}

TEST_CASE("A command of a session that has expired is refused: by agreed time, which the leader's stamps make") {
  auto scenario = small_cluster(3, any_mode());
  scenario.workload.session_limits.timeout = 1s;
  Cluster cluster(scenario);
  const auto leader = cluster.elect();
  cluster.ask(leader, {.kind = ClientRequest::Kind::open_session, .name = {1, 1}});
  cluster.run_for(2s);
  cluster.ask(leader, {.name = {1, 2},
                       .session = cluster.replies().at(0).whole.index,
                       .operation = {.kind = core::OperationKind::put, .key = {5}, .value = core::Bytes("x")}});
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 2);
  CHECK(cluster.replies()[1].whole.status == ReplyStatus::session_expired);
  CHECK_FALSE(cluster.server(leader).machine().read({5}).found);
}

TEST_CASE("A get that asks for no entry in the log is answered all the same") {
  const auto mode = GENERATE(ReadMode::leader, ReadMode::follower, ReadMode::lease);
  Cluster cluster(small_cluster(3, any_mode()));
  const auto leader = cluster.elect();
  cluster.ask(leader, 1);
  cluster.run_for(50ms);
  cluster.ask(leader, {.name = {1, 2}, .operation = {.kind = core::OperationKind::get, .key = {1}}, .read_mode = mode});
  cluster.run_for(200ms);
  REQUIRE(cluster.replies().size() == 2);
  CHECK(cluster.replies()[1].whole.answer == core::Answer{.found = true, .value = core::Bytes("1")});
}

TEST_CASE("Known bug: who waits at a deposed leader is answered with what another leader put in its place") {
  for (const bool broken : {false, true}) {
    auto scenario = small_cluster(3, PersistenceMode::append);
    if (broken) scenario.raft.mutations.plant(core::Mutation::answer_by_index);
    Cluster cluster(scenario);
    const auto deposed = cluster.elect();
    cluster.cut_off(deposed);
    cluster.ask(deposed, 1);
    cluster.run_for(1s);
    cluster.world.network().unblock_all();
    cluster.run_for(1s);
    REQUIRE(cluster.replies().size() == 1);
    CHECK(cluster.replies()[0].done == broken);
    CHECK_FALSE(cluster.server(deposed).machine().read({1}).found);
  }
}

TEST_CASE("Known bug: a deposed leader says that a command has failed, which the next leader commits") {
  for (const bool broken : {false, true}) {
    auto scenario = small_cluster(3, PersistenceMode::append);
    if (broken) scenario.raft.mutations.plant(core::Mutation::definite_failure_lie);
    Cluster cluster(scenario);
    const auto deposed = cluster.elect();
    cluster.ask(deposed, 1);
    cluster.run_for(2ms);  // at the others by now; nobody has said so
    cluster.cut_off(deposed);
    cluster.run_for(1s);
    cluster.world.network().unblock_all();
    cluster.run_for(1s);
    REQUIRE(cluster.replies().size() == 1);
    CHECK(cluster.replies()[0].whole.status == (broken ? ReplyStatus::failed : ReplyStatus::done));
    CHECK(cluster.server(deposed).machine().read({1}).value == core::Bytes("1"));
  }
}

TEST_CASE("Known bug: two copies that are under way at a time slip past a look at what is answered already") {
  for (const bool broken : {false, true}) {
    auto scenario = small_cluster(3, PersistenceMode::append);
    if (broken) scenario.raft.mutations.plant(core::Mutation::dedup_at_propose);
    Cluster cluster(scenario);
    const auto leader = cluster.elect();
    cluster.ask(leader, {.kind = ClientRequest::Kind::open_session, .name = {1, 1}});
    cluster.run_for(50ms);
    const ClientRequest append{
        .name = {1, 2},
        .session = cluster.replies().at(0).whole.index,
        .operation = {.kind = core::OperationKind::append, .key = {5}, .value = core::Bytes("x")}};
    cluster.ask(leader, append);
    cluster.ask(leader, append);
    cluster.run_for(100ms);
    cluster.ask(leader, append);  // this one is seen
    cluster.run_for(100ms);
    CHECK(cluster.replies().size() == 4);
    CHECK(cluster.server(leader).machine().read({5}).value == core::Bytes(broken ? "xx" : "x"));
  }
}

// --- disks that were damaged ---

TEST_CASE("A server refuses to start from a log that is damaged in the middle, and says where") {
  Cluster cluster(small_cluster(1, PersistenceMode::append));
  cluster.elect();
  cluster.run_for(20ms);
  auto& disk = cluster.world.disk(s1);
  const auto damaged = disk.durable(core::first_segment_file).size();
  for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
    cluster.ask(s1, sequence);
    cluster.run_for(20ms);
  }
  cluster.world.crash(s1);
  disk.corrupt(core::first_segment_file, damaged + 17, 0x10);
  cluster.world.restart(s1, 1ms);
  cluster.run_for(1ms);
  CHECK(cluster.halted == "wal-00000001.log at byte " + std::to_string(damaged) + ": damaged record");
  CHECK(cluster.world.state(s1) == sim::HostState::down);
}

TEST_CASE("A server refuses to start from a state file that is damaged") {
  Cluster cluster(small_cluster(1, PersistenceMode::rewrite));
  cluster.elect();
  cluster.run_for(20ms);
  cluster.world.crash(s1);
  cluster.world.disk(s1).corrupt(core::state_file, 3, 0x10);
  cluster.world.restart(s1, 1ms);
  cluster.run_for(1ms);
  CHECK_THAT(cluster.halted, Catch::Contains("state at byte "));
  CHECK(cluster.world.state(s1) == sim::HostState::down);
}

TEST_CASE("A server halts at the first error of its disk, and has acknowledged nothing that it could not store") {
  auto scenario = small_cluster(1, PersistenceMode::append);
  Cluster cluster(scenario);
  cluster.elect();
  cluster.run_for(20ms);
  const auto failing = GENERATE(sim::FailingOperations::writes, sim::FailingOperations::syncs);
  cluster.world.disk(s1).fail_next(failing, 1);
  cluster.ask(s1, 1);
  cluster.run_for(20ms);
  CHECK(cluster.halted == (failing == sim::FailingOperations::syncs ? "fsync of wal-00000001.log: input/output error"
                                                                    : "write of wal-00000001.log: input/output error"));
  CHECK(cluster.world.state(s1) == sim::HostState::down);
  CHECK(cluster.replies().empty());
}

TEST_CASE("A torn last record was promised to nobody: it is cut off, and the server starts") {
  auto scenario = small_cluster(1, PersistenceMode::append);
  scenario.disk.weight_old = scenario.disk.weight_new = 0;  // torn, always
  Cluster cluster(scenario);
  cluster.elect();
  cluster.run_for(20ms);
  cluster.world.arm_crash(s1, sim::DiskOperationKind::write);
  cluster.ask(s1, 1);
  cluster.run_for(10ms);
  REQUIRE(cluster.world.state(s1) == sim::HostState::down);
  cluster.world.restart(s1, 1ms);
  cluster.run_for(1ms);
  CHECK(cluster.server(s1).recovered_from_torn_tail());
  CHECK(cluster.commands(s1).empty());

  // The next start finds it repaired.
  cluster.elect();
  cluster.world.crash(s1);
  cluster.world.restart(s1, 1ms);
  cluster.run_for(1ms);
  CHECK_FALSE(cluster.server(s1).recovered_from_torn_tail());
}

}  // namespace raftsim::tests
