// What servers do when their disks fail, lie or decay: they halt, wait, or refuse to start, and acknowledge nothing that
// is not durable. What Raft cannot survive is called that.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/chaos.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

using checkers::Situation;
using scenarios::Fault;
using scenarios::Heal;
using scenarios::Target;

namespace {

std::shared_ptr<const scenarios::Scenario> with_faults(const std::string& faults, const std::string& more = "") {
  return std::make_shared<const scenarios::Scenario>(scenarios::scenario_from_json(
      R"({"name": "x", "cluster": {"servers": 3}, "heal": "all", "chaos_ends": "4s", "workload": {"clients": 3},
          "progress": {"leader_within": "3s", "agreement_within": "5s", "convergence_within": "5s"}, )" +
          more + R"("faults": [)" + faults + "]}",
      "x"));
}

std::uint64_t count_of(const scenarios::Outcome& outcome, const std::string& name) {
  for (const auto& fault : outcome.statistics.faults) {
    if (fault.name == name) return fault.count;
  }
  return 0;
}

sim::DiskTrouble trouble_at(const Chaos& chaos, std::uint16_t server) {
  const auto& disk = chaos.world.disk({server});
  return disk.works() ? sim::DiskTrouble{} : sim::DiskTrouble{.failing = sim::FailingOperations::all};
}

}  // namespace

// --- the nemesis and bare hosts ---

TEST_CASE("A disk that hangs, fills up or fails does so for as long as the strike lasts") {
  const auto kind = GENERATE(Fault::Kind::hung_disk, Fault::Kind::full_disk, Fault::Kind::disk_error);
  Chaos chaos({a_fault("disk", kind, Target::all)});
  chaos.run_until(at_ms(99));
  CHECK(trouble_at(chaos, 0) == sim::DiskTrouble{});
  chaos.run_until(at_ms(101));
  for (std::uint16_t server = 0; server < 3; ++server) CHECK(trouble_at(chaos, server) != sim::DiskTrouble{});
  chaos.run_until(at_ms(131));
  for (std::uint16_t server = 0; server < 3; ++server) CHECK(trouble_at(chaos, server) == sim::DiskTrouble{});
}

TEST_CASE("Two strikes at one disk: it works again when both have ended") {
  auto hangs = a_fault("hangs", Fault::Kind::hung_disk, Target::all);
  auto full = a_fault("full", Fault::Kind::full_disk, Target::all);
  hangs.lasts = ms(60);
  Chaos chaos({hangs, full});
  chaos.run_until(at_ms(131));
  CHECK(trouble_at(chaos, 0) != sim::DiskTrouble{});
  chaos.run_until(at_ms(161));
  CHECK(trouble_at(chaos, 0) == sim::DiskTrouble{});
}

TEST_CASE("A wiped disk is empty when its server comes up again") {
  auto wiped = a_fault("wiped", Fault::Kind::wiped_disk, Target::all);
  Chaos chaos({wiped});
  chaos.store(s1, "bytes");
  chaos.run_until(at_ms(50));
  CHECK(chaos.world.disk(s1).durable(1) == "bytes");
  chaos.run_until(at_ms(101));
  CHECK(chaos.world.state(s1) == sim::HostState::down);
  CHECK(chaos.world.disk(s1).files().empty());
  chaos.run_until(at_ms(131));
  CHECK(chaos.world.state(s1) == sim::HostState::up);
}

TEST_CASE("A bit that rotted shows after the next crash, and lasts") {
  auto rot = a_fault("rot", Fault::Kind::bit_rot, Target::all);
  rot.lasts = {};
  rot.times = 1;
  Chaos chaos({rot});
  chaos.store(s1, "bytes");
  chaos.run_until(at_ms(200));
  CHECK(chaos.world.disk(s1).read(1) == "bytes");
  chaos.world.crash(s1);
  CHECK(chaos.world.disk(s1).read(1) != "bytes");
  CHECK(chaos.world.disk(s1).read(1).size() == 5);
}

TEST_CASE("Faults of disks strike nobody where servers have none") {
  for (const std::string kind : {"slow-disk", "disk-error", "full-disk", "hung-disk", "lying-disk", "bit-rot",
                                 "misdirected-write", "wiped-disk", R"(crash", "point": "after-write)"}) {
    CAPTURE(kind);
    const auto outcome = outcome_of(with_faults(R"({"name": "disk", "kind": ")" + kind + R"(", "at": "1s"})",
                                                R"("raft": {"persistence": {"mode": "none"}},)"),
                                    1);
    CHECK_FALSE(outcome.verdict);
    CHECK(count_of(outcome, "disk") == 0);
  }
}

TEST_CASE("A disk whose trouble stays keeps its server from working") {
  auto hangs = a_fault("hangs", Fault::Kind::hung_disk, Target::named);
  hangs.victims = {s2};
  Chaos chaos({hangs}, 3, Heal::all_but, 1, {}, {"hangs"});
  chaos.run_until(at_ms(110));
  chaos.end_chaos();
  const auto working = chaos.nemesis.working(chaos.world);
  CHECK(working.contains({1}));
  CHECK_FALSE(working.contains({2}));
}

// --- our servers ---

TEST_CASE("A leader whose fsync fails halts, another leads, and it comes up again when its disk is mended") {
  const auto outcome = outcome_of(with_faults(R"({"name": "disk", "kind": "disk-error", "operations": "fsyncs",
    "errors": 1, "target": "leader", "at": "2s", "lasts": "1s"})"),
                                  1);
  CHECK_FALSE(outcome.verdict);
  CHECK(outcome.statistics.situations.count(Situation::halted_by_disk) == 1);
  CHECK(count_of(outcome, "disk operations that failed") == 1);
}

TEST_CASE("A server that halted is down until its disk is mended, and up from then on") {
  const auto kind = GENERATE(as<std::string>{}, "full-disk", R"(disk-error", "operations": "writes)");
  scenarios::Run run(
      with_faults(R"({"name": "disk", "kind": ")" + kind + R"(", "target": "S2", "at": "1s", "lasts": "2s"})"), 1);
  while (run.world().now() < at_ms(2900)) REQUIRE(run.step());
  CHECK(run.world().state(s2) == sim::HostState::down);
  while (run.world().now() < at_ms(3100)) REQUIRE(run.step());
  CHECK(run.world().state(s2) == sim::HostState::up);
  CHECK_FALSE(run.finish().verdict);
}

TEST_CASE("A server that a script's disk made halt comes up again when the chaos ends") {
  const auto scenario = std::make_shared<const scenarios::Scenario>(scenarios::scenario_from_json(R"({
    "name": "x", "cluster": {"servers": 3}, "script": [
      {"agree": {"servers": 3}},
      {"disk": {"trouble": {"fails": "fsyncs"}}, "of": "S1"},
      {"agree": {"servers": 2}},
      {"until": "down == 1", "within": "1s"}]})",
                                                                                                  "x"));
  scenarios::Run run(scenario, 1);
  CHECK_FALSE(run.finish().verdict);
  CHECK(run.world().incarnation(s1) == 2);
  CHECK(run.world().state(s1) == sim::HostState::up);
}

TEST_CASE("A server on a full disk halts until there is room") {
  const auto outcome = outcome_of(with_faults(R"({"name": "disk", "kind": "full-disk", "target": "S2", "at": "1s",
    "lasts": "2s"})"),
                                  1);
  CHECK_FALSE(outcome.verdict);
  CHECK(outcome.statistics.situations.count(Situation::halted_by_disk) == 1);
}

// Ongaro 2014, section 10.2.1: a leader may commit entries before they are on its own disk.
TEST_CASE("A leader whose disk hangs goes on leading, by the word of the others, and acknowledges all the same") {
  const auto scenario = with_faults(R"({"name": "disk", "kind": "hung-disk", "target": "leader", "at": "1s"})",
                                    R"("raft": {"check_quorum": true},)");
  scenarios::Run run(scenario, 1);
  std::optional<sim::HostId> leading;
  const auto go_on_until = [&](std::int64_t milliseconds) {
    while (run.world().now() < at_ms(milliseconds)) {
      REQUIRE(run.step());
      for (const auto& said : run.reported()) {
        const auto* became = said.get_if<core::BecameRole>();
        if (became != nullptr && became->role == core::Role::leader) leading = scenarios::host_of(said.server);
      }
    }
  };
  go_on_until(1001);
  const auto leader = leading;
  const auto committed = run.committed();
  REQUIRE(leader);
  CHECK_FALSE(run.world().disk(*leader).works());
  go_on_until(3000);
  CHECK(leading == leader);
  CHECK(run.committed().value > committed.value + 20);
  CHECK_FALSE(run.finish().verdict);
}

// The report behind it: heartbeats came from another thread, and nobody stood for election for as long as the disk hung.
TEST_CASE(
    "A leader that replicates only what is on its own disk keeps the whole cluster waiting when that disk hangs") {
  const auto committed_meanwhile = [](const std::string& options) {
    scenarios::Run run(with_faults(R"({"name": "disk", "kind": "hung-disk", "target": "leader", "at": "1s"})",
                                   R"("raft": {)" + options + "},"),
                       1);
    while (run.world().now() < at_ms(1100)) REQUIRE(run.step());
    const auto before = run.committed();
    while (run.world().now() < at_ms(3900)) REQUIRE(run.step());
    const auto after = run.committed();
    CHECK_FALSE(run.finish().verdict);
    return after.value - before.value;
  };
  CHECK(committed_meanwhile(R"("replicate_after_fsync": true)") == 0);
  CHECK(committed_meanwhile("") > 50);
}

TEST_CASE("A server that refuses a damaged disk says where and stays down, and the others go on") {
  const auto scenario = shipped_scenario("damaged-disk");
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto outcome = outcome_of(scenario, seed);
    CHECK_FALSE(outcome.verdict);
    refused += outcome.statistics.situations.count(Situation::damage_refused);
  }
  CHECK(refused > 10);
}

// The chaos ends, all that is down is let go, and one of them refuses at that instant.
TEST_CASE("Nothing is due of a server that refuses to start when the chaos ends") {
  for (const std::uint64_t seed : {48, 72, 97, 181})
    CHECK_FALSE(outcome_of(shipped_scenario("damaged-disk"), seed).verdict);
}

TEST_CASE("A disk that lies makes a server forget what it acknowledged, which no Raft survives: the verdict says so") {
  const auto scenario = with_faults(R"(
    {"name": "lies", "kind": "lying-disk", "target": "all", "at": "1s"},
    {"name": "crash", "kind": "crash", "target": "all", "at": "2s", "lasts": "100ms"})",
                                    R"("disk": {"crash": {"old": 1}},)");
  std::uint64_t violations = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto outcome = outcome_of(scenario, seed);
    if (!outcome.verdict) continue;
    ++violations;
    CHECK_THAT(outcome.verdict->seen, Catch::Contains("; beyond the model: the disk of S") &&
                                          Catch::Contains(" lost what it had promised to keep, "));
  }
  CHECK(violations > 5);
}

// Of what the disk owes a crash leaves some sectors and not others: a batch is missing of which a later one says that it was
// durable.
TEST_CASE("A server finds out that its disk has lied where a later record has survived, and refuses to start") {
  const auto scenario = with_faults(R"(
    {"name": "lies", "kind": "lying-disk", "target": "S2", "at": "1s"},
    {"name": "crash", "kind": "crash", "target": "S2", "at": "2s", "lasts": "100ms"})");
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto outcome = outcome_of(scenario, seed);
    CHECK_FALSE(outcome.verdict);
    refused += outcome.statistics.situations.count(Situation::damage_refused);
  }
  CHECK(refused > 5);
}

TEST_CASE("Without a crash a disk that lies does no harm") {
  CHECK_FALSE(
      outcome_of(with_faults(R"({"name": "lies", "kind": "lying-disk", "target": "all", "at": "1s"})"), 1).verdict);
}

TEST_CASE("A server with a wiped disk has forgotten what it promised, and the verdict says so") {
  const auto scenario = with_faults(R"({"name": "wipe", "kind": "wiped-disk", "target": "follower", "every": "700ms",
    "lasts": "50ms"})");
  std::uint64_t violations = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto outcome = outcome_of(scenario, seed);
    if (!outcome.verdict) continue;
    ++violations;
    CHECK_THAT(outcome.verdict->seen, Catch::Contains("; beyond the model: the disk of S"));
  }
  CHECK(violations > 3);
}

TEST_CASE("A server that takes a failed fsync for done is found out when it acknowledges") {
  core::Mutations mutations;
  mutations.plant(core::Mutation::failed_fsync_ignored);
  const auto scenario = shipped_scenario("failing-disk", {}, mutations);
  std::uint64_t seed = 1;
  auto outcome = outcome_of(scenario, seed);
  while (!outcome.verdict && seed < 50) outcome = outcome_of(scenario, ++seed);
  REQUIRE(outcome.verdict);
  CHECK_THAT(outcome.verdict->checker, Catch::Contains("durable"));
  CHECK_FALSE(outcome_of(shipped_scenario("failing-disk"), seed).verdict);
}

TEST_CASE("One server's disk may be slower than the others'") {
  const auto scenario = with_faults("", R"("disk": {"fsync": "1ms", "overrides": [{"of": "S3", "fsync": "200ms"}]},)");
  scenarios::Run run(scenario, 1);
  while (run.world().now() < at_ms(2000)) REQUIRE(run.step());
  CHECK(run.world().disk(s3).settings().fsync_latency == ms(200));
  CHECK(run.world().disk(s2).settings().fsync_latency == ms(1));
  const auto syncs = [&](sim::HostId host) {
    return run.world().disk(host).statistics().operations[static_cast<std::size_t>(sim::DiskOperationKind::fsync)];
  };
  CHECK(syncs(s3) * 2 < syncs(s2));
  CHECK_FALSE(run.finish().verdict);
}

TEST_CASE("A script lets a disk hang, and a server's own settings stay its own") {
  const auto scenario = std::make_shared<const scenarios::Scenario>(scenarios::scenario_from_json(R"({
    "name": "x", "cluster": {"servers": 3}, "disk": {"fsync": "1ms", "overrides": [{"of": "S2", "fsync": "5ms"}]},
    "script": [
      {"agree": {"servers": 3}},
      {"disk": {"trouble": {"hangs": true}}, "of": ["S1", "S2"]},
      {"propose": {"wait": "none"}},
      {"sleep": "1s"},
      {"expect": {"not_committed": "proposed"}},
      {"disk": {"trouble": {"hangs": false}}, "of": "S2"},
      {"expect": {"committed": "proposed", "within": "2s"}}]})",
                                                                                                  "x"));
  scenarios::Run run(scenario, 1);
  while (run.step()) {
    const auto cost = run.world().disk(s2).settings().fsync_latency;
    if (cost != ms(5)) FAIL("S2 has lost its own settings");
  }
  CHECK_FALSE(run.finish().verdict);
}

}  // namespace raftsim::tests
