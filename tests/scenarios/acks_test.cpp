// The two switches for late acks at work in whole runs: what an ack may move, and when the leader sends next.
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

// A cluster under load in which nothing goes wrong. Acks are late all the same: that of a heartbeat says what was
// acknowledged when it left, and is overtaken by what clients have written since.
scenarios::Statistics under_load(std::vector<std::string> settings, std::uint64_t seed) {
  for (const auto* setting : {"workload.clients=24", "workload.think_time=[\"1ms\",\"2ms\"]", "chaos_ends=1s",
                              "limits={}", "without=[\"no-stale-rewind\",\"match-truth\"]"}) {
    settings.emplace_back(setting);
  }
  scenarios::Run run(shipped_scenario("calm", settings), seed);
  const auto outcome = run.finish();
  CHECK_FALSE(outcome.verdict);
  return outcome.statistics;
}

}  // namespace

// The storm: a leader that takes each ack for the end of what it has sent sends the rest again, and the acks of that
// make it send again. It takes no fault to begin, and it does not end.
TEST_CASE("Without the guard a healthy cluster sends no more messages than with it", "[acks]") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto with = under_load({}, seed);
    const auto without = under_load({"raft.stale_ack_guard=false"}, seed);
    REQUIRE(with.committed_entries > 500);
    CHECK(without.committed_entries >= with.committed_entries * 95 / 100);
    CHECK(without.messages * with.committed_entries <= with.messages * without.committed_entries);
  }
}

TEST_CASE("With the guard it does not matter whether a late reply makes the leader send", "[acks]") {
  const auto fingerprint = [](const char* send_on) {
    scenarios::Run run(shipped_scenario("stale-ack", {std::string("raft.send_on=") + send_on}), 1);
    return run.finish().fingerprint;
  };
  CHECK(fingerprint("progress") == fingerprint("every-reply"));
}

}  // namespace raftsim::tests
