// A full disk, simulated by a file size limit: traces exceed it, and a program's output does not.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

const std::string sweep_that_finds = "sweep stale-ack --mutation match-overwrite --max-violations 1";
const std::string run_that_finds = "run stale-ack --mutation match-overwrite --seed 7";

// In `directory`, with files of at most `blocks` times 512 bytes.
Answer run_on_full_disk(const TemporaryDirectory& directory, int blocks, const std::string& arguments) {
  return Program::shell("cd '" + directory.path() + "' && trap '' XFSZ && ulimit -f " + std::to_string(blocks) +
                        " && \"$RAFTSIM\" " + arguments)
      .wait();
}

TEST_CASE("a violation whose trace does not fit on the disk is reported, and the error says how to record it") {
  const TemporaryDirectory directory;
  const Answer answer =
      run_on_full_disk(directory, 16, fmt::format("{} --corpus corpus --json summary.json", sweep_that_finds));
  CAPTURE(answer.out, answer.err);
  CHECK(answer.exit_code == 1);
  CHECK_THAT(answer.out, Contains("  trace         could not be written\n  record        "));
  CHECK_THAT(answer.err, Contains("raftsim: out/stale-ack-") &&
                             Contains(": cannot write the trace: File too large; to record it: ") &&
                             Contains("raftsim: corpus/stale-ack-"));
  CHECK(std::filesystem::is_empty(directory.path("out")));
  CHECK(std::filesystem::is_empty(directory.path("corpus")));
}

TEST_CASE("reports that do not fit on the disk leave no partial file and keep the old one") {
  const TemporaryDirectory directory;
  write_file(directory.path("summary.json"), "former\n");
  write_file(directory.path("step.md"), "another step\n");
  const std::string reports = "--json summary.json --junit summary.xml --markdown step.md > /dev/null";
  const Answer found = run_on_full_disk(directory, 1, fmt::format("{} {}", sweep_that_finds, reports));
  CAPTURE(found.err);
  CHECK(found.exit_code == 1);
  CHECK_THAT(found.err, Contains("summary.json: cannot be written to: "));
  CHECK(read_file(directory.path("summary.json")) == "former\n");
  CHECK(read_file(directory.path("step.md")) == "another step\n");
  CHECK_FALSE(std::filesystem::exists(directory.path("summary.xml")));
  // Without a violation the lost file is the worst to report.
  CHECK(run_on_full_disk(directory, 1, "sweep calm --seeds 5 " + reports).exit_code == 2);
}

TEST_CASE("results that could not be started do not block the next sweep") {
  const TemporaryDirectory directory;
  const std::string sweep = "sweep calm --seeds 5 --results results";
  const Answer full = run_on_full_disk(directory, 0, sweep + " > /dev/null 2> /dev/null");
  CHECK(full.exit_code == 2);
  CHECK(std::filesystem::is_empty(directory.path("results")));
  CHECK(run_on_full_disk(directory, 1000, sweep).exit_code == 0);
}

TEST_CASE("a run reports its verdict even if its trace or its decisions cannot be written") {
  const TemporaryDirectory directory;
  const std::string option = GENERATE("--trace", "--decisions");
  CAPTURE(option);
  const Answer violated = Program::shell(fmt::format("\"$RAFTSIM\" {} {} /dev/full", run_that_finds, option)).wait();
  CHECK(violated.exit_code == 1);
  CHECK_THAT(violated.out, Contains("violated no-stale-rewind") && !Contains("/dev/full"));
  CHECK_THAT(violated.err, Contains("raftsim: /dev/full: ") && Contains("No space left on device"));
  const Answer clean = raftsim({"run", "calm", option, "/dev/full"});
  CHECK(clean.exit_code == 2);
  CHECK_THAT(clean.out, Contains("no violation"));
}

TEST_CASE("a corpus whose notes cannot be written still reports what fails") {
  const TemporaryDirectory directory;
  const std::string corpus = directory.path("corpus");
  const std::string out = directory.path("out");
  CHECK(raftsim({"sweep", "stale-ack", "--seeds", "5", "--mutation", "match-overwrite", "--max-violations", "1",
                 "--out", out, "--corpus", corpus})
            .exit_code == 1);
  // Recorded as fixed, so that its failure must be recorded.
  std::string notes = "{";
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    notes += '"' + entry.path().filename().string() + "\": \"1.0\"";
  }
  notes += "}";
  write_file(corpus + "/fixed.json", notes);
  const Answer answer = Program::shell("trap '' XFSZ; ulimit -f 0; \"$RAFTSIM\" sweep stale-ack --seeds 5 --out '" +
                                       out + "' --corpus '" + corpus + "' > /dev/null 2> /dev/null")
                            .wait();
  CHECK(answer.exit_code == 1);
  CHECK(read_file(corpus + "/fixed.json") == notes);
}

}  // namespace
}  // namespace raftsim::tools::test
