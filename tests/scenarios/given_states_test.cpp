// A scenario may begin with servers that have run before. What no run of Raft can have led to is refused when the file
// is read.
#include <string>

#include "catch.hpp"
#include "core/machine/command.hpp"
#include "little_raft/little_raft.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"
#include "scenarios/given_state.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using raftsim::tests::shipped_scenario;

namespace {

Scenario begun(const std::string& begin, const std::string& more = "") {
  const bool has_cluster = begin.find("cluster") != begin.npos;
  return scenario_from_json(R"({"name": "x", )" + std::string(has_cluster ? "" : R"("cluster": {"servers": 3}, )") +
                                more + R"("begin": {)" + begin + "}}",
                            "x.json");
}

// Why it is refused; empty when it is not.
std::string refusal(const std::string& begin, const std::string& more = "") {
  try {
    (void)begun(begin, more);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "";
}

Outcome finished(const Scenario& scenario, std::uint64_t seed) {
  return Run(std::make_shared<const Scenario>(scenario), seed).finish();
}

// Two leaders were elected, and what the first of them made is committed.
const std::string three_logs = R"("S1": {"term": 2, "vote": "S1", "log": "1x2 2", "commit": 2},
  "S2": {"term": 2, "vote": "S1", "log": [1, 1], "commit": 1}, "S3": {"term": 1, "vote": "S3", "log": "1"})";

}  // namespace

TEST_CASE("A log is a list of terms, or runs of them, and is written back as runs") {
  const auto list = begun(R"("S1": {"term": 7, "vote": "S1", "log": [1, 1, 1, 4]}, "S2": {"term": 7, "vote": "S1"})");
  const auto runs = begun(R"("S1": {"term": 7, "vote": "S1", "log": "1x3 4"}, "S2": {"term": 7, "vote": "S1"})");
  CHECK(list == runs);
  CHECK(to_json(list).find(R"("log": "1x3 4")") != std::string::npos);
  CHECK(scenario_from_json(to_json(list), "written") == list);
}

TEST_CASE("The term is that of the last entry when it is left out, and the commit index that of the snapshot") {
  const auto scenario =
      begun(R"("S1": {"log": "1x3", "vote": "S1", "snapshot": 2}, "S2": {"log": "1x3", "vote": "S1"})");
  CHECK(scenario.begin[0].hard_state.term == core::Term{1});
  CHECK(scenario.begin[0].committed == core::Index{2});
  CHECK(scenario.begin[2] == GivenState{});
  CHECK(begun(R"("S1": {})").begin.empty());
}

TEST_CASE("An entry's command is said once, and any server with the entry has it") {
  const auto scenario =
      begun(R"("S1": {"vote": "S1", "log": [1, {"term": 1, "command": "put k1 = x"}, {"term": 1, "command": "no-op"}]},
    "S2": {"vote": "S1", "log": "1x3"})");
  CHECK(scenario_from_json(to_json(scenario), "written") == scenario);
  const auto logs = given_logs(scenario.begin);
  CHECK(logs[0] == logs[1]);
  const auto without = core::decode_command(logs[0][0].payload.view());
  REQUIRE(without);
  CHECK(without->operation.key == key_without_clients());
  CHECK(core::describe(*core::decode_command(logs[1][1].payload.view())) == "C0#2 put k1 = x");
  CHECK(logs[1][2].kind == core::EntryKind::no_op);
}

TEST_CASE("Every command that a log can hold is written as it is read") {
  for (const std::string command :
       {"put k1 = x", "append k0 + a b", "compare-and-set k7 = y if x", "erase k99999", "no-op"}) {
    CAPTURE(command);
    const auto scenario = begun(R"("S1": {"vote": "S1", "log": [{"term": 1, "command": ")" + command +
                                R"("}]}, "S2": {"vote": "S1", "term": 1})");
    CHECK(to_json(scenario).find(R"("command": ")" + command + '"') != std::string::npos);
  }
  for (const std::string command :
       {"get k1", "put k1", "put 1 = x", "erase k1 now", "put k100000 = x", "compare-and-set k1 = x", "",
        "put k1 = 12345678901234567890123456789012345678901"}) {
    CAPTURE(command);
    CHECK_THAT(refusal(R"("S1": {"log": [{"term": 1, "command": ")" + command + R"("}]})"),
               Catch::Contains("begin.S1.log.0.command: expected a command such as"));
  }
}

TEST_CASE("What cannot be read is refused with its place") {
  CHECK_THAT(refusal(R"("S4": {})"), Catch::Contains(R"(x.json: begin: unknown key "S4")"));
  CHECK_THAT(refusal(R"("S1": {"log": "1y3"})"), Catch::Contains("begin.S1.log: expected the terms of the entries"));
  CHECK_THAT(refusal(R"("S1": {"log": [0]})"), Catch::Contains("begin.S1.log.0: expected a whole number"));
  CHECK_THAT(refusal(R"("S1": {"log": "1x10001"})"), Catch::Contains("begin.S1.log: expected the terms"));
  CHECK_THAT(refusal(R"("S1": {"log": "1x6000 2x6000"})"), Catch::Contains("expected at most 10,000 entries"));
  CHECK_THAT(refusal(R"("S1": {"vote": "S9"})"), Catch::Contains("begin.S1.vote: expected a server from S1 to S3"));
}

TEST_CASE("A beginning that is impossible in Raft is refused in one line") {
  CHECK(refusal(three_logs) == "");
  const auto refused = [](const std::string& begin, const std::string& why) {
    const auto said = refusal(begin);
    CAPTURE(begin);
    CHECK_THAT(said, Catch::Contains(why));
    CHECK(said.find('\n') == std::string::npos);
  };
  refused(R"("S1": {"vote": "S2"})", "begin.S1.vote: expected a term above 0");
  refused(R"("S1": {"term": 9, "log": "2 1"})", "begin.S1.log: expected terms that do not go down");
  refused(R"("S1": {"term": 1, "log": "1 2"})",
          "begin.S1.term: expected a term that is not below that of the last entry, 2");
  refused(R"("S1": {"log": "1", "commit": 2})", "begin.S1.commit: expected a whole number from 0 to 1");
  refused(R"("S1": {"log": "1x2", "commit": 1, "snapshot": 2})",
          "begin.S1.commit: expected no less than the last index");
  refused(R"("S1": {"term": 3, "log": "1 2"}, "S2": {"term": 3, "log": "2 2"})",
          "begin.S2.log: expected the log of S1 up to index 2");
  refused(R"("S1": {"vote": "S1", "log": [{"term": 1, "command": "put k1 = x"}]},
             "S2": {"vote": "S1", "log": [{"term": 1, "command": "put k1 = y"}]})",
          "begin.S2.log: expected the command that S1 has at index 1");
  refused(R"("S1": {"term": 3, "vote": "S2"}, "S2": {"term": 2})",
          "begin.S1.vote: expected a vote for a server that stood in term 3");
  refused(R"("S1": {"term": 3, "vote": "S2"}, "S2": {"term": 3, "vote": "S3"}, "S3": {"term": 3, "vote": "S3"})",
          "begin.S1.vote: expected a vote for a server that stood in term 3");
  refused(R"("S1": {"vote": "S1", "log": "1"})",
          "begin.S1.log: expected a majority that can have elected the leader of term 1");
  refused(R"("S1": {"term": 1, "log": "1"}, "S2": {"term": 1}, "S3": {"term": 1})", "found 0 of 3 servers");
  refused(R"("S1": {"term": 2, "log": "1", "commit": 1}, "S2": {"term": 2})",
          "begin.S1.commit: expected an entry at index 1 that a majority has");
  refused(
      R"("S1": {"term": 3, "log": "1", "commit": 1}, "S2": {"term": 3, "log": "2", "commit": 1}, "S3": {"term": 3, "log": "1"})",
      "begin.S2.commit: expected the history that S1 has committed");
  refused(R"("S1": {"term": 3, "log": "1", "commit": 1}, "S2": {"term": 3, "log": "1"}, "S3": {"term": 3, "log": "2"})",
          "begin.S3.log: expected no entry of a term after 1");
  refused(R"("S3": {"term": 1}}, "cluster": {"servers": 3, "founders": 2)",
          "begin.S3: expected a server that founds the cluster");
}

TEST_CASE("A vote in a term, and a later term of a candidate, can both have elected the leader of an entry") {
  CHECK(refusal(R"("S1": {"term": 1, "vote": "S2", "log": "1"}, "S2": {"term": 1, "vote": "S2"})") == "");
  CHECK(refusal(R"("S1": {"term": 1, "vote": "S2", "log": "1"}, "S2": {"term": 5})") == "");
  CHECK(refusal(R"("S1": {"term": 2, "log": "1"}, "S2": {"term": 3})") == "");
}

TEST_CASE("A server boots with the state that it is given, in every mode of persistence") {
  const std::string mode = GENERATE("append", "rewrite", "none");
  auto scenario = begun(R"("S1": {"term": 3, "vote": "S2", "log": "1x2 2x2", "commit": 3, "snapshot": 2},
    "S2": {"term": 3, "vote": "S2", "log": "1x2 2", "commit": 2}, "S3": {"term": 2, "log": "1x2 2x2"})",
                        R"("raft": {"persistence": {"mode": ")" + mode + R"("}}, )");
  choose_server(scenario, own_kinds());
  const auto shared = std::make_shared<const Scenario>(scenario);
  Run run(shared, 1);
  for (int boot = 0; boot < 3; ++boot) REQUIRE(run.step());
  const auto raft = [&](std::uint16_t host) -> const core::Raft& {
    return *static_cast<const RaftServer&>(run.world().process({host})).raft();
  };
  CHECK(raft(0).term() == core::Term{3});
  CHECK(raft(0).vote() == core::ServerId{2});
  CHECK(raft(0).log().base() == core::LogPosition{{2}, {1}});
  CHECK(raft(0).log().last() == core::LogPosition{{4}, {2}});
  CHECK(raft(0).commit_index() == core::Index{2});
  CHECK(raft(1).log().last() == core::LogPosition{{3}, {2}});
  CHECK(raft(1).commit_index() == core::Index{0});
  CHECK(raft(2).vote() == core::no_server);
  CHECK(raft(2).log().at({4}) == raft(0).log().at({4}));
  CHECK(run.committed() == core::Index{3});
  Run copy(run);
  const auto outcome = run.finish();
  CHECK_FALSE(outcome.verdict);
  CHECK(copy.finish().fingerprint == outcome.fingerprint);
}

TEST_CASE("A possible beginning is blamed for nothing, whatever strikes afterwards") {
  for (const std::string mode : {"append", "rewrite", "none"}) {
    for (const std::string name : {"leader-crash", "snapshot-churn", "everything"}) {
      if (mode == "none" && name != "leader-crash") continue;  // their faults need disks
      const auto scenario = *shipped_scenario(
          name,
          {"raft.persistence.mode=" + mode, "must_reach=[]",
           R"(begin={"S1": {"term": 4, "vote": "S1", "log": [1, {"term": 1, "command": "put k1 = x"}, {"term": 1, "command": "append k2 + y"}, 2], "commit": 3, "snapshot": 2},
                    "S2": {"term": 4, "vote": "S1", "log": "1x3 2x4"}, "S3": {"term": 4, "vote": "S1", "log": "1x3"}})"});
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto outcome = finished(scenario, seed);
        CAPTURE(mode, name, seed);
        CHECK((outcome.verdict ? outcome.verdict->expected + "; " + outcome.verdict->seen : "") == "");
      }
    }
  }
}

TEST_CASE("Clients read what the beginning had committed") {
  const auto scenario = begun(
      R"("S1": {"vote": "S1", "log": [{"term": 1, "command": "put k1 = x"}, {"term": 1, "command": "append k1 + y"}], "commit": 2},
         "S2": {"vote": "S1", "log": "1x2"})",
      R"("chaos_ends": "1s", "workload": {"keys": 1, "operations": {"get": 1}}, )");
  Run run(std::make_shared<const Scenario>(scenario), 1);
  bool read = false;
  while (run.step()) {
    const auto& delivered = run.last_step().delivered;
    if (!delivered || delivered->kind != client_reply_kind) continue;
    const auto& reply = delivered->payload.as<ClientReply>();
    if (reply.status != ReplyStatus::done || !reply.answer.found) continue;
    CHECK(reply.answer.value.view() == "xy");
    read = true;
  }
  CHECK(read);
  CHECK_FALSE(run.finish().verdict);
}

TEST_CASE("The checkers go by the beginning: a leader that lacks what was committed before the run is found") {
  const auto scenario = begun(
      R"("S1": {"term": 1, "vote": "S1", "log": "1x3", "commit": 3}, "S2": {"term": 1, "vote": "S1", "log": "1x3"},
    "S3": {"term": 1})",
      R"("raft": {"mutations": ["uptodate-missing"], "election_timeout": ["150ms", "300ms"]}, )");
  bool found = false;
  for (std::uint64_t seed = 1; seed <= 50 && !found; ++seed) {
    const auto outcome = finished(scenario, seed);
    found = outcome.verdict && outcome.verdict->checker == "leader-completeness" &&
            outcome.verdict->expected.find("committed by S1 in term 1") != std::string::npos;
  }
  CHECK(found);
}

TEST_CASE("A kind of server that cannot begin with a state refuses the scenario") {
  auto scenario = begun(three_logs, R"("server": {"kind": "little-raft", "bug": "none"}, )");
  auto kinds = own_kinds();
  kinds.push_back(std::make_shared<const little_raft::LittleRaft>());
  try {
    choose_server(scenario, kinds);
    FAIL("it was accepted");
  } catch (const ScenarioError& error) {
    CHECK(std::string(error.what()) ==
          "x: begin: expected a kind of server that can begin with a given state, found \"little-raft\"");
  }
}

TEST_CASE("Figure 7: the new leader brings all six logs in line, whichever way it searches") {
  const std::string search = GENERATE("conflict-term", "decrement");
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Run run(shipped_scenario("figure-7", {"raft.backtracking=" + search}), seed);
    while (run.step()) {
    }
    const auto& first = *static_cast<const RaftServer&>(run.world().process({0})).raft();
    CHECK(first.term() == core::Term{8});
    CHECK(first.role() == core::Role::leader);
    for (std::uint16_t host = 1; host < 7; ++host) {
      CAPTURE(seed, host);
      CHECK(static_cast<const RaftServer&>(run.world().process({host})).raft()->log() == first.log());
    }
    CHECK_FALSE(run.finish().verdict);
  }
}

TEST_CASE("Figure 8: (d) and (e) both come about, and counting replicas of an earlier term is found in every run") {
  core::Mutations counting;
  counting.plant(core::Mutation::figure8);
  int lost = 0;
  int kept = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Run run(shipped_scenario("figure-8"), seed);
    while (run.step()) {
    }
    CHECK_FALSE(run.finish().verdict);
    const auto& log = static_cast<const RaftServer&>(run.world().process({3})).raft()->log();
    (log.at({2}).term == core::Term{3} ? lost : kept) += 1;
    const auto planted = finished(*shipped_scenario("figure-8", {}, counting), seed);
    REQUIRE(planted.verdict);
    CHECK(planted.verdict->checker == "commit-durable-on-quorum");
  }
  CHECK(lost > 0);
  CHECK(kept > 0);
  CHECK(lost + kept == 40);
}
