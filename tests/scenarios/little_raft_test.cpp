// A Raft that shares no code with ours, under all checkers that it supports: correct, it is clean; with a bug of its own
// planted, the sweep finds it.
#include "little_raft/little_raft.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "checkers/trace/recorder.hpp"
#include "little_raft/messages.hpp"
#include "scenarios/builtin.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/cluster/trace_describer.hpp"
#include "scenarios/scenario_json.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

// A shipped scenario with little Rafts for servers.
std::shared_ptr<const scenarios::Scenario> with_little_rafts(std::string_view name, const std::string& bug,
                                                             const std::string& servers = "3") {
  auto scenario = *shipped_scenario(name, {"server.kind=little-raft", "server.bug=" + bug, "cluster.servers=" + servers,
                                           "must_reach=[]", "limits={}"});
  auto kinds = scenarios::own_kinds();
  kinds.push_back(std::make_shared<const little_raft::LittleRaft>());
  choose_server(scenario, kinds);
  return std::make_shared<const scenarios::Scenario>(std::move(scenario));
}

struct Find {
  std::uint64_t seed = 0;
  checkers::Verdict verdict;
};

std::optional<Find> first_find(const std::shared_ptr<const scenarios::Scenario>& scenario, std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    if (auto verdict = outcome_of(scenario, seed).verdict) return Find{seed, std::move(*verdict)};
  }
  return std::nullopt;
}

std::string in_words(const std::optional<Find>& find) {
  if (!find) return "nothing";
  return "seed " + std::to_string(find->seed) + ": " + find->verdict.checker + ": expected " + find->verdict.expected +
         ", seen " + find->verdict.seen;
}

}  // namespace

TEST_CASE("The little Raft is correct: crashes, partitions, late acks and torn writes find nothing", "[long]") {
  for (const auto* name : {"calm", "leader-crash", "partition-churn", "fsync-crash", "stale-ack", "slow-disk"}) {
    INFO(name);
    const auto scenario = with_little_rafts(name, "none");
    CHECK(in_words(first_find(scenario, 100)) == "nothing");
    const auto outcome = outcome_of(scenario, 1);
    CHECK(outcome.statistics.committed_entries > 20);
    CHECK(outcome.statistics.acknowledged_commands > 20);
  }
}

TEST_CASE("What it does not report is not judged, and the run says so") {
  const auto outcome = outcome_of(with_little_rafts("calm", "none"), 1);
  std::vector<std::string> names;
  for (const auto& [checker, why] : outcome.statistics.not_judged) {
    CHECK_FALSE(why.empty());
    names.push_back(checker);
  }
  CHECK(names == std::vector<std::string>{"configuration-safety.new_voters", "match-truth", "no-stale-rewind"});
}

TEST_CASE("A trace holds its packets as they were, beside what they mean, and calls its file by its name") {
  const auto scenario = with_little_rafts("calm", "none");
  const auto servers = scenarios::factory_of(scenario);
  checkers::TraceRecorder recorder(scenarios::describer(servers));
  scenarios::Run run(scenario, 1, {.recorder = &recorder, .servers = servers});
  static_cast<void>(run.finish());
  std::size_t messages = 0;
  std::size_t operations = 0;
  for (const auto& event : recorder.events()) {
    if (event.disk) CHECK(event.file == "journal");
    if (event.disk) ++operations;
    for (const auto& [packet, lost, why, delivered_at] : event.sent) {
      if (std::holds_alternative<std::vector<checkers::TracedField>>(packet.content)) continue;  // a client's
      const auto message = little_raft::decode(packet.raw);
      REQUIRE(message);
      CHECK(message->term == packet.term);
      CHECK(packet.raw.size() == packet.bytes);
      ++messages;
    }
  }
  CHECK(messages > 100);
  CHECK(operations > 10);
}

TEST_CASE("A vote that is forgotten elects two leaders, or is seen before it does") {
  const auto find = first_find(with_little_rafts("partition-churn", "forgets-its-vote"), 1000);
  INFO(in_words(find));
  REQUIRE(find);
  CHECK((find->verdict.checker == "vote-once" || find->verdict.checker == "election-safety"));
}

TEST_CASE("An ack before the fsync is a promise that the disk does not hold") {
  const auto find = first_find(with_little_rafts("fsync-crash", "acks-before-fsync"), 1000);
  INFO(in_words(find));
  REQUIRE(find);
  CHECK(find->verdict.checker == "durable-ack");
}

TEST_CASE("A conflict that is kept leaves two logs with the same entry behind different ones") {
  const auto find = first_find(with_little_rafts("partition-churn", "keeps-conflicts"), 1000);
  INFO(in_words(find));
  REQUIRE(find);
  CHECK((find->verdict.checker == "log-matching" || find->verdict.checker == "durable-ack" ||
         find->verdict.checker == "state-machine-safety"));
}

TEST_CASE("Options that the little Raft does not know are one line") {
  CHECK_THROWS_WITH(
      with_little_rafts("calm", "eats-cheese"),
      "calm: server.bug: expected one of none, forgets-its-vote, acks-before-fsync, keeps-conflicts, found "
      "\"eats-cheese\"");
  auto kinds = scenarios::own_kinds();
  auto scenario = *shipped_scenario("calm", {"server.kind=little-raft"});
  CHECK_THROWS_WITH(choose_server(scenario, kinds),
                    "calm: server.kind: expected one of the kinds that this program was built with: raftsim, found "
                    "\"little-raft\"");
}

TEST_CASE("A scenario that changes the membership is refused for a Raft that cannot") {
  CHECK_THROWS_WITH(
      with_little_rafts("membership-churn", "none", "7"),
      "membership-churn: administration: expected a kind of server that changes its membership, found \"little-raft\"");
}

}  // namespace raftsim::tests
