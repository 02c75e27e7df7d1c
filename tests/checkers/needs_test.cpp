// What checkers need, and what happens to those whose needs a server under test does not meet.
#include "checkers/needs.hpp"

#include <algorithm>

#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

SuiteOptions offering(const Capabilities& capabilities) {
  auto options = History::on_disks(3);
  options.capabilities = capabilities;
  options.progress.emplace();
  options.efficiency = {.messages_per_entry = 10, .bytes_per_entry = 0, .backup_rounds = 2};
  return options;
}

template <class... Whats>
Capabilities silent_about() {
  Capabilities capabilities;
  capabilities.observations = ObservationKinds::all() - ObservationKinds::of<Whats...>();
  return capabilities;
}

std::vector<std::string> names_of(const std::vector<NotJudged>& all) {
  std::vector<std::string> names;
  for (const NotJudged& each : all) names.push_back(each.checker);
  return names;
}

}  // namespace

TEST_CASE("our own server meets the needs of all checkers", "[needs]") {
  CHECK(Suite(offering({})).not_judged().empty());
}

TEST_CASE("a server that does not report its view of followers is not judged by it, and this is reported", "[needs]") {
  const Suite suite(offering(silent_about<core::MovedProgress>()));
  CHECK(suite.not_judged() ==
        std::vector<NotJudged>{{"no-stale-rewind", "the server does not report moved-progress"},
                               {"match-truth", "the server does not report moved-progress"},
                               {"efficiency.backup_rounds", "the server does not report moved-progress"}});
}

TEST_CASE("without messages and disk a server is judged by its observations alone", "[needs]") {
  Capabilities capabilities;
  capabilities.messages = capabilities.disk = false;
  History history(offering(capabilities));
  CHECK(names_of(history.suite().not_judged()) ==
        std::vector<std::string>{"vote-once", "durable-vote", "durable-ack", "commit-durable-on-quorum",
                                 "no-stale-rewind", "match-truth", "efficiency.messages_per_entry", "recovery"});
  CHECK(history.suite().not_judged().front().why == "its packets cannot be read as messages of Raft");
  const auto& all = history.suite().not_judged();
  const auto ack = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.checker == "durable-ack"; });
  REQUIRE(ack != all.end());
  CHECK(ack->why == "its packets cannot be read as messages of Raft; its disk cannot be read");

  SECTION("what it lost in a crash is no violation: nobody knows what was durable") {
    history.follows(3, 7).appends(3, 7, "a").crashes(3).boots_with(3, 6, 0, 0);
    CHECK(history.verdict() == "");
  }
  SECTION("its log is what it said it was, and is judged") {
    history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").crashes(2).boots_with(2, 7, 1, 1);
    history.appends(3, 7, "b");
    CHECK(history.suite().verdict()->checker == "log-matching");
  }
}

TEST_CASE("memory that survives everything needs no readable disk", "[needs]") {
  Capabilities capabilities;
  capabilities.disk = false;
  auto options = offering(capabilities);
  options.memory_survives = true;
  CHECK(Suite(options).not_judged().empty());
}

TEST_CASE("a server with other commands than ours is not judged by them", "[needs]") {
  Capabilities capabilities;
  capabilities.operations = capabilities.commands = capabilities.machine_digests = false;
  CHECK(names_of(Suite(offering(capabilities)).not_judged()) ==
        std::vector<std::string>{"state-machine-safety.state", "snapshot-is-prefix.state", "exactly-once",
                                 "read-freshness", "linearizability"});
}

TEST_CASE("a checker that is disabled, or has no bounds, is not listed as not judged", "[needs]") {
  auto options = History::on_disks(3);
  options.capabilities = silent_about<core::MovedProgress, core::AdvancedCommit>();
  options.without = {"no-stale-rewind", "match-truth"};
  const auto missed = names_of(Suite(options).not_judged());
  for (const auto* name : {"no-stale-rewind", "match-truth", "progress", "efficiency.backup_rounds"}) {
    CHECK(std::find(missed.begin(), missed.end(), name) == missed.end());
  }
  CHECK(std::find(missed.begin(), missed.end(), "commit-monotonic") != missed.end());
}

// A checker also needs what it is passed; otherwise it would stay enabled and see nothing.
TEST_CASE("each checker has a row in the table of needs, and needs what it is passed", "[needs]") {
  const auto table = checker_needs();
  REQUIRE(table.size() == checker_names().size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    CAPTURE(table[i].checker);
    CHECK(table[i].checker == checker_names()[i]);
    auto needed = table[i].needs.observations;
    for (const Part& part : table[i].parts) needed = needed | part.needs.observations;
    // Two use more than they need: effects of commands save a search, a completed write triggers a check.
    if (table[i].checker == "linearizability") needed = needed | ObservationKinds::of<core::Applied>();
    if (table[i].checker == "progress") needed = needed | ObservationKinds::of<core::Stored>();
    CHECK((table[i].handed - needed).empty());
  }
  CHECK(in_words(table[0].needs) == "became");
}

}  // namespace raftsim::checkers::story
