// Clients that do not wait, do not try again, or all want the same key.
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "catch.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

constexpr const char* only_puts = R"(workload.operations={"put":1})";

std::uint64_t committed_during_stall(const std::vector<std::string>& load) {
  // Two of three servers are cut off from the leader from 2 s to 8 s: what does its log do meanwhile?
  std::vector<std::string> settings{
      "chaos_ends=10s",
      "raft.check_quorum=false",
      "limits={}",
      "must_reach=[]",
      only_puts,
      "workload.sessions=false",
      R"(faults=[{"name":"cut","kind":"partition","target":"leader","at":"2s","lasts":"6s"}])"};
  settings.insert(settings.end(), load.begin(), load.end());
  scenarios::Run run(shipped_scenario("calm", settings), 1);
  std::map<std::uint16_t, std::uint64_t> appended;  // by server, from 2 s to 8 s
  while (run.step()) {
    const auto now = run.world().now().time_since_epoch();
    if (now < std::chrono::seconds(2) || now > std::chrono::seconds(8)) continue;
    for (const auto& said : run.reported()) {
      if (said.get_if<core::Appended>() != nullptr) ++appended[said.server.value];
    }
  }
  CHECK_FALSE(run.finish().verdict);
  // The old leader is the one that appends what is never committed: alone, so it has more than a new one's followers.
  std::uint64_t most = 0;
  for (const auto& [server, count] : appended) most = std::max(most, count);
  return most;
}

}  // namespace

TEST_CASE("Open-loop clients send on while nobody answers: the load does not depend on the servers") {
  const auto sent = [](const std::vector<std::string>& load) {
    std::vector<std::string> settings{
        "chaos_ends=10s",
        "limits={}",
        "must_reach=[]",
        "workload.clients=3",
        "workload.sessions=false",
        only_puts,
        R"(workload.think_time="50ms")",
        R"(faults=[{"name":"all","kind":"pause","target":"all","at":"1s","lasts":"8s"}])"};
    settings.insert(settings.end(), load.begin(), load.end());
    std::vector<sim::Decision> decisions;
    const auto outcome = outcome_of(shipped_scenario("calm", settings), 1, {.decisions = &decisions});
    CHECK_FALSE(outcome.verdict);
    return std::count_if(decisions.begin(), decisions.end(), [](const sim::Decision& decision) {
      return decision.key.purpose == scenarios::operation_purpose;
    });
  };
  CHECK(sent({}) < 3 * 60);
  const auto open = sent({"workload.open_loop=true"});
  CHECK(open >= 3 * 195);  // one in 50 ms for ten seconds
  CHECK(open <= 3 * 205);
}

TEST_CASE("With open-loop clients a leader that has lost its quorum fills its log") {
  CHECK(committed_during_stall({"workload.clients=5", R"(workload.think_time="20ms")", "workload.open_loop=true",
                                R"(workload.retries="hints")"}) > 200);
}

TEST_CASE("A client that never tries again gives commands up, and the history stays linearizable") {
  const auto retried = [](const std::string& retries) {
    std::uint64_t count = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const auto outcome = outcome_of(
          shipped_scenario("leader-crash", {"workload.retries=" + retries, "must_reach=[]", "limits={}"}), seed);
      INFO(retries << " seed " << seed << (outcome.verdict ? ": " + outcome.verdict->seen : ""));
      CHECK_FALSE(outcome.verdict);
      CHECK(outcome.statistics.acknowledged_commands > 20);
      count += outcome.statistics.situations.count(checkers::Situation::command_retried);
    }
    return count;
  };
  CHECK(retried("turns") > 100);
  CHECK(retried("hints") > 100);
  CHECK(retried("never") < 200);  // sessions are opened all the same, and the last command is seen through
}

TEST_CASE("Open-loop clients in everything: what was given up took effect once, or not at all") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto outcome = outcome_of(
        shipped_scenario("everything", {"workload.open_loop=true", "must_reach=[]", "limits={}", "swarm=1"}), seed);
    INFO("seed " << seed << (outcome.verdict ? ": " + outcome.verdict->checker + ": " + outcome.verdict->seen : ""));
    CHECK_FALSE(outcome.verdict);
  }
}

TEST_CASE("Hot keys get their share of the operations") {
  const auto keys = [](const std::vector<std::string>& settings) {
    std::vector<sim::Decision> decisions;
    outcome_of(shipped_scenario("calm", settings), 1, {.decisions = &decisions});
    std::map<std::uint64_t, int> counts;
    for (const auto& decision : decisions) {
      if (decision.key.purpose == scenarios::key_purpose) ++counts[decision.answer];
    }
    return counts;
  };
  auto counts = keys({"workload.keys=10", "workload.hot_keys=1", "workload.hot_share=9/10"});
  int all = 0;
  for (const auto& [key, count] : counts) all += count;
  REQUIRE(all > 50);
  CHECK(counts[1] > all * 8 / 10);
  CHECK(counts[1] < all);
}

TEST_CASE("A cluster that is idle but for one command now and then has next to nothing to do") {
  const auto outcome = outcome_of(shipped_scenario("calm", {"chaos_ends=60s", "workload.clients=1", "limits={}",
                                                            R"(workload.think_time=["8s","12s"])"}),
                                  1);
  CHECK_FALSE(outcome.verdict);
  CHECK(outcome.statistics.acknowledged_commands >= 5);
  CHECK(outcome.statistics.acknowledged_commands <= 10);
}

}  // namespace raftsim::tests
