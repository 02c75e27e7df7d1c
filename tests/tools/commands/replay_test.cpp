// replay on traces that are complete, truncated, edited, or from another program.
#include "tools/commands/replay.hpp"

#include <sstream>

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "tools/commands/run.hpp"
#include "tools/program.hpp"
#include "tools/version.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

// A trace of a short run, which is clean unless a bug is planted.
class ExampleTrace {
 public:
  explicit ExampleTrace(std::vector<std::string> mutations = {}) {
    Console console{out_, out_};
    const ExitCode expected = mutations.empty() ? ExitCode::clean : ExitCode::violation;
    const RunOneOptions options{.choice = {.scenario = mutations.empty() ? "calm" : "stale-ack",
                                           .mutations = std::move(mutations),
                                           .settings = {"chaos_ends=1s"}},
                                .seed = 7,
                                .trace = path()};
    REQUIRE(run_one(options, console) == expected);
  }
  [[nodiscard]] std::string path() const { return directory_.path("trace.json"); }
  [[nodiscard]] checkers::Trace read() const { return checkers::read_trace(path()); }
  void write(const checkers::Trace& trace) const {
    checkers::write_trace(path(), trace.header, trace.verdict, trace.statistics, trace.events);
  }
  // replay's exit code and output.
  ExitCode replayed() {
    out_.str("");
    Console console{out_, out_};
    return replay({path()}, console);
  }
  [[nodiscard]] std::string said() const { return out_.str(); }

 private:
  TemporaryDirectory directory_;
  std::ostringstream out_;
};

TEST_CASE("a trace of this program is reproduced") {
  ExampleTrace example;
  CHECK(example.replayed() == ExitCode::clean);
  CHECK_THAT(example.said(), Contains("calm seed 7: reproduced, same fingerprint and verdict"));
}

TEST_CASE("replay shows where a trace of another program first differs") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  REQUIRE(trace.events.size() > 20);
  trace.header.program = "0.0.1+0123456789";
  trace.header.fingerprint ^= 1U;
  for (std::size_t i = 10; i < trace.events.size(); ++i) trace.events[i].fingerprint ^= 1U;
  trace.verdict = checkers::Verdict{"log-matching", "x", "y", trace.events[10].id, trace.events[10].at, "safety"};
  example.write(trace);
  CHECK(example.replayed() == ExitCode::clean);  // this program finds nothing
  CHECK_THAT(example.said(), Contains("not reproduced"));
  CHECK_THAT(example.said(), Contains("first differs at event " + std::to_string(trace.events[10].id)));
  CHECK_THAT(example.said(), Contains("0.0.1+0123456789"));
  CHECK_THAT(example.said(), Contains("finds no violation, log-matching is fixed: the run is as recorded"));
}

TEST_CASE("a run that leaves the trace and violates a property is reported with what was expected and seen") {
  ExampleTrace example({"match-overwrite"});
  checkers::Trace trace = example.read();
  trace.header.program = "0.0.1+0123456789";
  trace.header.fingerprint ^= 1U;
  trace.events.back().fingerprint ^= 1U;
  example.write(trace);
  CHECK(example.replayed() == ExitCode::violation);
  CHECK_THAT(example.said(),
             Contains("this program violates no-stale-rewind:\n  expected      a stale reply does not") &&
                 Contains("\n  seen          it went back from "));
}

TEST_CASE("a run that left the trace before the causes of the violation proves nothing") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  trace.header.program = "0.0.1+0123456789";
  for (std::size_t i = 10; i < trace.events.size(); ++i) trace.events[i].fingerprint ^= 1U;
  trace.verdict = checkers::Verdict{"log-matching", "x", "y", trace.events.back().id, trace.events.back().at, "safety"};
  example.write(trace);
  CHECK(example.replayed() == ExitCode::clean);
  CHECK_THAT(example.said(), Contains("finds no violation, but the run is not comparable: it differs since event " +
                                      std::to_string(trace.events[10].id)));
}

TEST_CASE("the trace of another program that behaves the same is reproduced") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  trace.header.program = "0.0.1+0123456789";
  example.write(trace);
  CHECK(example.replayed() == ExitCode::clean);
  CHECK_THAT(example.said(), Contains("reproduced, same"));
}

TEST_CASE("a program that does not repeat its own run is broken, and says so") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  trace.events[5].fingerprint ^= 1U;
  example.write(trace);
  if (surely_same_program(program_version(), program_version())) {
    CHECK_THROWS_AS(example.replayed(), HarnessFailed);
  } else {  // built from edited sources: the trace may be of other ones
    CHECK(example.replayed() == ExitCode::clean);
    CHECK_THAT(example.said(), Contains("which does not identify one build"));
  }
}

TEST_CASE("a trace with more events than the run differs where the run ends") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  trace.header.program = "0.0.1+0123456789";
  checkers::TracedEvent more = trace.events.back();
  ++more.id;
  trace.events.push_back(more);
  example.write(trace);
  CHECK(example.replayed() == ExitCode::clean);
  CHECK_THAT(example.said(), Contains("the run has ended"));
}

TEST_CASE("an edited trace is reported, with what it should have been") {
  ExampleTrace example;
  std::string text = read_file(example.path());
  const auto seed = text.find("\"seed\":\"7\"");
  REQUIRE(seed != std::string::npos);
  text.replace(seed, 10, "\"seed\":\"8\"");
  write_file(example.path(), text);
  CHECK_THROWS_WITH(example.replayed(), Contains("was changed after it was written"));
  CHECK_THAT(example.said(), Contains("first differs at event"));

  const Answer answer = raftsim({"replay", example.path()});
  CHECK(answer.exit_code == 2);
  CHECK(answer.err == "raftsim: " + example.path() + ": was changed after it was written\n");
}

TEST_CASE("a trace that was cut off is refused in one line, wherever the cut is") {
  ExampleTrace example;
  const std::string text = read_file(example.path());
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, text.size() / 3, text.size() - 2}) {
    CAPTURE(size);
    write_file(example.path(), text.substr(0, size));
    const Answer answer = raftsim({"replay", example.path()});
    CHECK(answer.exit_code == 2);
    CHECK(answer.out.empty());
    CHECK_THAT(answer.err, Catch::StartsWith("raftsim: " + example.path()));
    CHECK(answer.err.find('\n') == answer.err.size() - 1);
  }
}

TEST_CASE("a trace whose scenario or mutation this program does not know is refused") {
  ExampleTrace example;
  checkers::Trace trace = example.read();
  trace.header.mutations = {"from-the-future"};
  example.write(trace);
  CHECK_THROWS_WITH(example.replayed(), Contains("unknown mutation 'from-the-future'"));
  trace.header.mutations = {};
  trace.header.scenario = "{\"name\": \"x\", \"gravity\": 10}";
  example.write(trace);
  CHECK_THROWS_WITH(example.replayed(), Contains("gravity"));
}

}  // namespace
}  // namespace raftsim::tools::test
