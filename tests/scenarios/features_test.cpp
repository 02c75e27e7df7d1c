// The features of the core at work in whole runs: what a scenario switches on happens, and nothing else does.
#include <map>
#include <optional>

#include "catch.hpp"
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"
#include "scenarios/cluster/swarm.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

using checkers::Situation;

struct Ended {
  scenarios::Outcome outcome;
  std::vector<core::Raft> servers;  // as the run left them
};

Ended run(std::string_view scenario, const std::vector<std::string>& settings, std::uint64_t seed = 1) {
  scenarios::Run run(shipped_scenario(scenario, settings), seed);
  Ended ended{run.finish(), {}};
  for (std::uint16_t number = 0; number < 3; ++number) {
    const auto& server = static_cast<const scenarios::RaftServer&>(run.world().process({number}));
    if (server.raft() != nullptr) ended.servers.push_back(*server.raft());
  }
  return ended;
}

std::uint64_t reached(const Ended& ended, Situation situation) {
  return ended.outcome.statistics.situations.count(situation);
}

}  // namespace

TEST_CASE("Servers that take snapshots keep a short log, whatever happened before", "[snapshots]") {
  const auto without = run("calm", {"raft.snapshots.every_entries=0"});
  const auto with = run("calm", {"raft.snapshots.every_entries=10"});
  CHECK_FALSE(without.outcome.verdict);
  CHECK_FALSE(with.outcome.verdict);
  CHECK(reached(without, Situation::snapshot_taken) == 0);
  REQUIRE(with.servers.size() == 3);
  for (const auto& server : with.servers) {
    CHECK(distance(server.log().base().index, server.log().last().index) <= 2 * 10);
    CHECK(server.last_snapshot().value > 10);
  }
  for (const auto& server : without.servers) CHECK(server.log().base().index == core::Index{0});
}

TEST_CASE("A snapshot is taken for the number of entries or for their bytes, whichever comes first", "[snapshots]") {
  const auto fingerprint = [](std::string_view payload, std::string_view entries, std::string_view bytes) {
    const auto ended = run("calm", {"workload.payload_bytes=" + std::string(payload),
                                    "raft.snapshots.every_entries=" + std::string(entries),
                                    "raft.snapshots.every_bytes=" + std::string(bytes), "limits={}"});
    CHECK_FALSE(ended.outcome.verdict);
    CHECK((reached(ended, Situation::snapshot_taken) == 0) == (entries == "0" && bytes == "0"));
    return ended.outcome.fingerprint;
  };
  CHECK(fingerprint("1000B", "60", "8KiB") == fingerprint("1000B", "0", "8KiB"));
  CHECK(fingerprint("16B", "60", "8KiB") == fingerprint("16B", "60", "0"));
  CHECK(fingerprint("1000B", "0", "8KiB") != fingerprint("1000B", "0", "0"));
}

TEST_CASE("Bytes are counted from a server's last snapshot on, whether it took it, was sent it, or came back with it",
          "[snapshots]") {
  using Kind = core::ObservationKind;
  constexpr std::uint64_t limit = 512;
  const auto scenario = shipped_scenario(
      "leader-crash", {"raft.snapshots.every_entries=0", "raft.snapshots.every_bytes=" + std::to_string(limit)});
  std::map<Kind, int> taken;  // by what the snapshot before was to its server
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    scenarios::Run run(scenario, seed);
    std::map<std::pair<core::Index, core::Term>, std::uint64_t> sizes;  // of all entries that ever stood in a log
    std::map<core::Index, core::Term> terms;                            // of those that were applied
    std::map<core::ServerId, std::pair<Kind, core::Index>> last;        // its last snapshot, and how it came by it
    while (run.step()) {
      for (const auto& said : run.reported()) {
        const auto& server =
            static_cast<const scenarios::RaftServer&>(run.world().process(scenarios::host_of(said.server)));
        if (const auto* appended = said.get_if<core::Appended>(); appended != nullptr && server.raft() != nullptr) {
          const auto& log = server.raft()->log();
          const auto at = appended->position;
          if (at.index > log.base().index && log.has(at))
            sizes[{at.index, at.term}] = core::wire_size(log.at(at.index));
        }
        if (const auto* applied = said.get_if<core::Applied>()) terms[applied->position.index] = applied->position.term;
        if (const auto* booted = said.get_if<core::Booted>(); booted != nullptr && booted->snapshot.value > 0) {
          last[said.server] = {Kind::booted, booted->snapshot};
        }
        if (const auto* installed = said.get_if<core::InstalledSnapshot>()) {
          last[said.server] = {Kind::installed_snapshot, installed->last.index};
        }
        const auto* took = said.get_if<core::TookSnapshot>();
        if (took == nullptr) continue;
        if (const auto before = last.find(said.server); before != last.end()) {
          std::uint64_t bytes = 0;
          for (auto index = before->second.second.next(); index <= took->last.index; index = index.next()) {
            bytes += sizes.at({index, terms.at(index)});
          }
          CHECK(bytes >= limit);
          CHECK(bytes < 4 * limit);  // what one message brings is applied together
          ++taken[before->second.first];
        }
        last[said.server] = {Kind::took_snapshot, took->last.index};
      }
    }
    CHECK_FALSE(run.finish().verdict);
  }
  CHECK(taken[Kind::took_snapshot] > 0);
  CHECK(taken[Kind::installed_snapshot] > 0);
  CHECK(taken[Kind::booted] > 0);
}

TEST_CASE("A server that was away for longer than the log reaches gets a snapshot", "[snapshots]") {
  std::uint64_t installed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto ended = run("leader-crash", {"raft.snapshots.every_entries=4"}, seed);
    CHECK_FALSE(ended.outcome.verdict);
    installed += reached(ended, Situation::snapshot_installed);
  }
  CHECK(installed > 0);
}

TEST_CASE("Gets that stay out of the log are confirmed by a quorum, by a lease, or by the log itself", "[reads]") {
  // What messages cost is counted by entry, and here there are next to none.
  const std::vector<std::string> only_gets{R"(workload.operations={"get":1,"put":0})", "limits={}"};
  const auto with = [&](std::vector<std::string> settings) {
    settings.insert(settings.end(), only_gets.begin(), only_gets.end());
    return run("calm", settings);
  };
  const auto log = with({R"(workload.reads={"log":1})"});
  const auto leader = with({R"(workload.reads={"log":0,"leader":1})"});
  const auto follower = with({R"(workload.reads={"log":0,"follower":1})"});
  const auto lease = with({R"(workload.reads={"log":0,"lease":1})", "raft.lease_reads=true"});
  for (const auto* ended : {&log, &leader, &follower, &lease}) {
    CHECK_FALSE(ended->outcome.verdict);
    CHECK(ended->outcome.statistics.acknowledged_commands > 10);
  }
  CHECK(reached(log, Situation::read_confirmed_by_quorum) == 0);
  CHECK(reached(leader, Situation::read_confirmed_by_quorum) > 0);
  CHECK(reached(follower, Situation::read_confirmed_by_quorum) > 0);
  CHECK(reached(lease, Situation::read_confirmed_by_lease) > reached(lease, Situation::read_confirmed_by_quorum));
  // What is read by the log stands in it.
  CHECK(log.outcome.statistics.committed_entries > leader.outcome.statistics.committed_entries + 10);
}

TEST_CASE("A run that its last bound ends before everything is settled is judged as a whole, too", "[reads]") {
  // A new leader reads too early. Only the clients' history can tell here, and nobody waits for the last command.
  core::Mutations mutations;
  mutations.plant(core::Mutation::readindex_before_term_commit);
  const auto scenario =
      shipped_scenario("stale-reads",
                       {R"(without=["read-freshness","progress"])",
                        R"(progress={"leader_within":"1ms","agreement_within":"1ms","convergence_within":"1ms"})"},
                       mutations);
  std::optional<checkers::Verdict> verdict;
  for (std::uint64_t seed = 1; seed <= 50 && !verdict; ++seed) verdict = outcome_of(scenario, seed).verdict;
  REQUIRE(verdict);
  CHECK(verdict->checker == "linearizability");
}

TEST_CASE("An administrator changes who votes and who leads while clients write", "[membership]") {
  const auto ended = run("calm", {"cluster.servers=5", "cluster.founders=3", "heal=all",
                                  R"(administration={"every":"100ms","jumps_percent":30,"transfers_percent":30})"});
  CHECK_FALSE(ended.outcome.verdict);
  CHECK(reached(ended, Situation::configuration_appended) > 10);
  CHECK(reached(ended, Situation::joint_left) > 0);
  CHECK(reached(ended, Situation::learner_promoted) > 0);
  CHECK(reached(ended, Situation::transfer_completed) > 0);
  CHECK(ended.outcome.statistics.acknowledged_commands > 100);
}

TEST_CASE("Who is replaced is gone for good, and the cluster goes on with a server that has never run",
          "[membership]") {
  std::uint64_t replaced = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    scenarios::Run run(shipped_scenario("new-server-joins"), seed);
    const auto outcome = run.finish();
    CHECK_FALSE(outcome.verdict);
    std::uint64_t down = 0;
    for (std::uint16_t host = 0; host < 12; ++host) {
      const auto& server = static_cast<const scenarios::RaftServer&>(run.world().process({host}));
      if (server.raft() == nullptr) ++down;  // all others were healed
    }
    const auto& faults = outcome.statistics.faults;
    const auto count = std::find_if(faults.begin(), faults.end(), [](const scenarios::Count& fault) {
      return fault.name == "servers replaced for good";
    });
    REQUIRE(count != faults.end());
    CHECK(count->count == down);
    replaced += down;
  }
  CHECK(replaced > 0);
}

TEST_CASE("A swarm gives each seed another choice of the scenario's faults", "[swarm]") {
  // Two faults, each in about half of the runs: all four combinations must turn up.
  const auto all_at_once = [](std::string_view swarm) {
    std::array<int, 4> runs{};
    const auto scenario = shipped_scenario("leader-crash", {"swarm=" + std::string(swarm), "chaos_ends=3s"});
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const auto statistics = outcome_of(scenario, seed).statistics;
      const bool crashes = statistics.faults[0].count > 0;
      const bool cut_off = statistics.faults[1].count > 0;
      ++runs[(crashes ? 1U : 0U) + (cut_off ? 2U : 0U)];
    }
    return runs;
  };
  for (const int runs : all_at_once("1/2")) CHECK(runs >= 3);
  CHECK(all_at_once("1")[3] == 40);
  CHECK(all_at_once("0")[0] == 40);
}

TEST_CASE("What a swarm chose for a seed can be pinned, and the run stays the same", "[swarm]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto settings = scenarios::swarm_settings(*shipped_scenario("everything", {}), seed);
    REQUIRE(settings.size() == 14);  // its faults and the administration
    const auto drawn = outcome_of(shipped_scenario("everything", {}), seed);
    const auto pinned = outcome_of(shipped_scenario("everything", settings), seed);
    CHECK(pinned.fingerprint == drawn.fingerprint);
  }
  CHECK(scenarios::swarm_settings(*shipped_scenario("leader-crash", {}), 1).empty());
}

TEST_CASE("A fault that is said to take part does so where the swarm is 0, and the other way round", "[swarm]") {
  const auto count = [](const char* swarm, const char* takes_part) {
    const std::string said = std::string("faults.leader-crash.takes_part=") + takes_part;
    return outcome_of(shipped_scenario("leader-crash", {std::string("swarm=") + swarm, "chaos_ends=3s", said}), 1)
        .statistics.faults[0]
        .count;
  };
  CHECK(count("0", "true") > 0);
  CHECK(count("1", "false") == 0);
}

}  // namespace raftsim::tests
