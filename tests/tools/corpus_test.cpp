// How a corpus judges a find after the program has changed. The traces here are from a program with a planted bug; the
// scenario in the trace's header, which is what runs, simulates the changed program.
#include "tools/sweep/corpus.hpp"

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/program.hpp"
#include "tools/runs/scenario_choice.hpp"

namespace raftsim::tools::test {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

const CorpusSweep hundred_seeds{.seeds = 100, .jobs = 1};

// An ack sent to the leader of an older term counts for the leader of this term; few acks are that late.
scenarios::Scenario buggy() { return load({"stale-ack", {"stale-term-ack-accepted"}, {}}, scenarios::own_kinds()); }
scenarios::Scenario fixed() { return load({"stale-ack", {}, {}}, scenarios::own_kinds()); }
// The same servers, slightly slower.
scenarios::Scenario slower(scenarios::Scenario scenario) {
  scenario.raft.heartbeat_interval += 1ms;
  return scenario;
}

// A run of the bug that violates something, while the slower program's run of the same seed does not.
const Recording& example() {
  static const Recording found = [] {
    for (std::uint64_t seed = 1;; ++seed) {
      Recording recording = record(buggy(), seed);
      if (recording.outcome.verdict && !record(slower(buggy()), seed).outcome.verdict) return recording;
    }
  }();
  return found;
}

class ExampleCorpus {
 public:
  // The find, as it is run by a program that does what `scenario` says; as a find of `checker` when one is given.
  void put(const scenarios::Scenario& scenario, const std::string& checker = "", Recording recording = example()) {
    if (!checker.empty()) recording.outcome.verdict->checker = checker;
    recording.header.scenario = scenarios::to_json(scenario);
    recording.header.mutations = planted(scenario);
    write(trace(), recording);
  }
  CorpusResult run() { return Corpus(directory_.path("corpus"), hundred_seeds).run().at(0); }
  [[nodiscard]] std::string trace() const { return directory_.path("corpus/find.json"); }
  [[nodiscard]] std::string noted_as_fixed() const { return read_file(directory_.path("corpus/fixed.json")); }
  ExampleCorpus() { std::filesystem::create_directory(directory_.path("corpus")); }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("a bug that is still there fails") {
  ExampleCorpus corpus;
  corpus.put(buggy());
  const CorpusResult result = corpus.run();
  CHECK(result.state == CorpusState::still_fails);
  CHECK(result.what == example().outcome.verdict->checker + ": " + example().outcome.verdict->seen);
}

TEST_CASE("a run that repeats all causes without the violation is fixed until the bug is back") {
  // Any late ack moves the leader's view back, and the first to do so is the violation.
  const auto with_bug = load({"stale-ack", {"match-overwrite"}, {}}, scenarios::own_kinds());
  const Recording find = record(with_bug, 1);
  REQUIRE(find.outcome.verdict);
  ExampleCorpus corpus;
  corpus.put(fixed(), "", find);
  CHECK(corpus.run().state == CorpusState::fixed);
  CHECK_THAT(corpus.noted_as_fixed(), Contains("find.json"));
  const CorpusResult again = corpus.run();
  CHECK(again.state == CorpusState::stays_fixed);
  CHECK_THAT(again.what, Contains("as recorded up to the causes of the violation"));
  corpus.put(with_bug, "", find);
  const CorpusResult regression = corpus.run();
  CHECK(regression.state == CorpusState::regression);
  CHECK_THAT(regression.what, Contains("(fixed in "));
}

TEST_CASE("a bug only hidden by a change of timing is not called fixed but found again") {
  ExampleCorpus corpus;
  corpus.put(slower(buggy()));
  const CorpusResult result = corpus.run();
  CHECK(result.state == CorpusState::found_again);
  REQUIRE(result.not_comparable_since);
  CHECK(*result.not_comparable_since < example().outcome.verdict->event);
  CHECK(result.swept == 100);
  CHECK_THAT(result.what, Contains("not comparable since event ") && Contains(" of 100 seeds, first seed "));
  CHECK_THAT(corpus.noted_as_fixed(), !Contains("find.json"));
}

TEST_CASE("a fixed bug in a program that also became slower is searched for and not found, which proves nothing") {
  ExampleCorpus corpus;
  corpus.put(slower(fixed()));
  const CorpusResult result = corpus.run();
  CHECK(result.state == CorpusState::not_found);
  CHECK_FALSE(fails(result.state));
  CHECK_THAT(result.what, Contains("not comparable since event ") && Contains("of this kind in 100 seeds"));
  CHECK_THAT(corpus.noted_as_fixed(), !Contains("find.json"));
}

TEST_CASE("a violation of another kind is reported as such, and fails as well") {
  ExampleCorpus corpus;
  corpus.put(buggy(), "election-safety");
  const CorpusResult same_seed = corpus.run();
  CHECK(same_seed.state == CorpusState::still_fails);
  CHECK_THAT(same_seed.what, Catch::StartsWith("another violation: " + example().outcome.verdict->checker));

  corpus.put(slower(buggy()), "election-safety");
  const CorpusResult other_seeds = corpus.run();
  CHECK(other_seeds.state == CorpusState::found_another);
  CHECK(fails(other_seeds.state));
  CHECK_THAT(other_seeds.what, Contains("no election-safety of this kind in 100 seeds, but another violation in "));
}

TEST_CASE("an edited trace proves nothing") {
  ExampleCorpus corpus;
  corpus.put(fixed());
  std::string text = read_file(corpus.trace());
  text.insert(text.size() - 1, " ");
  write_file(corpus.trace(), text);
  const CorpusResult result = corpus.run();
  CHECK(result.state == CorpusState::unreadable);
  CHECK(result.what == "was changed after it was written");
}

}  // namespace
}  // namespace raftsim::tools::test
