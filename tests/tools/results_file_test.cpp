// A results file is what remains of a killed sweep: whenever it was killed, the recorded runs have happened, once.
#include "tools/sweep/results_file.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tools/program.hpp"
#include "tools/sweep/summary_json.hpp"

namespace raftsim::tools::test {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

ResultsHeader example_header() {
  return {"0.1.0+abc", R"({"name":"calm"})",  "calm",
          {"figure8"}, {"cluster.servers=3"}, {.seeds = 100, .shard = {2, 4}},
          false};
}

Summary example_chunk(std::uint64_t first_seed, std::uint64_t runs) {
  Summary summary;
  for (std::uint64_t seed = first_seed; seed < first_seed + runs; ++seed) {
    RunResult result;
    result.seed = seed;
    result.repeated = seed % 3 == 0;
    result.outcome.fingerprint = core::mix(1, seed);
    result.outcome.statistics.events = seed;
    result.outcome.statistics.virtual_time = 1s;
    result.outcome.statistics.faults = {{"zebra", 0}, {"crash", seed}};  // in the order of the scenario
    result.outcome.statistics.situations.reach(checkers::Situation::split_vote);
    result.outcome.statistics.not_judged = {{"match-truth", "the server says nothing"}};
    if (seed % 4 == 0) {
      result.outcome.verdict = checkers::Verdict{"match-truth",  "at most 7", "\"9\"\n",       12,
                                                 sim::Time(5ms), "safety",    "|--|\n  |-|\n", {{2, 47}, {4, 61}}};
    }
    summary.add(result);
  }
  return summary;
}

std::string example_file(const TemporaryDirectory& directory) {
  const std::string path = directory.path(results_name({2, 4}));
  ResultsFile file = ResultsFile::create(path);
  file.begin(example_header());
  file.append(0, example_chunk(1, 10), 1s);
  file.append(10, example_chunk(11, 5), 500ms);
  return path;
}

TEST_CASE("written results are read back completely") {
  const TemporaryDirectory directory;
  const auto results = read_results(example_file(directory));
  REQUIRE(results);
  CHECK(results->header.program == "0.1.0+abc");
  CHECK(results->header.given == "calm");
  CHECK(results->header.plan.seeds == 100);
  CHECK(results->header.plan.shard == Shard{2, 4});
  CHECK(results->header.plan.max_violations == 10);
  CHECK(results->real_time == 1500ms);
  CHECK_FALSE(results->complete());  // the shard has twenty-five seeds
  CHECK(summary_to_json(results->summary) == summary_to_json(example_chunk(1, 15)));
  CHECK(results->summary.violations.groups()[0].kept[0].verdict ==
        example_chunk(4, 1).violations.groups()[0].kept[0].verdict);
  CHECK(results->summary.total.faults[0].name == "zebra");
  CHECK(results->whole_bytes == std::filesystem::file_size(results->path));
}

TEST_CASE("a file truncated anywhere has what came before") {
  const TemporaryDirectory directory;
  const std::string path = example_file(directory);
  const std::string whole = read_file(path);
  const auto first_end = whole.find('\n') + 1;
  const auto second_end = whole.find('\n', first_end) + 1;
  for (std::size_t length = 0; length < whole.size(); length += length < first_end || length > second_end ? 7 : 31) {
    write_file(path, whole.substr(0, length));
    const auto results = read_results(path);
    CAPTURE(length);
    REQUIRE(results.has_value() == (length >= first_end));
    if (!results) continue;
    CHECK(results->summary.runs == (length >= second_end ? 10 : 0));
    CHECK(results->whole_bytes == (length >= second_end ? second_end : first_end));
  }
}

TEST_CASE("resuming truncates what a kill has left, and the file is as if nothing had happened") {
  const TemporaryDirectory directory;
  const std::string path = example_file(directory);
  const std::string whole = read_file(path);
  write_file(path, whole.substr(0, whole.size() - 5));
  {
    ResultsFile file = ResultsFile::lock(path);
    const auto results = read_results(path);
    file.cut_off_after(results->whole_bytes);
    file.append(results->summary.runs, example_chunk(11, 5), 500ms);
  }
  CHECK(read_file(path) == whole);
}

TEST_CASE("lines at the end that are not JSON are left by a power failure and ignored") {
  const TemporaryDirectory directory;
  const std::string path = example_file(directory);
  const std::string whole = read_file(path);
  const std::string zeros(3, '\0');
  for (const std::string& tail :
       {std::string("{\"from\":15,"), zeros, zeros + "}]}\n", zeros + "\n{\"from\"\n" + zeros}) {
    CAPTURE(tail.size());
    write_file(path, whole + tail);
    const auto results = read_results(path);
    REQUIRE(results);
    CHECK(results->summary.runs == 15);
    CHECK(results->whole_bytes == whole.size());
    CHECK(results->torn_bytes == tail.size());
  }
}

TEST_CASE("a damaged or concatenated file is refused, with the line") {
  const TemporaryDirectory directory;
  const std::string path = example_file(directory);
  const std::string whole = read_file(path);
  const auto header = whole.substr(0, whole.find('\n') + 1);
  const auto chunks = whole.substr(header.size());
  const auto refused = [&](const std::string& text, const char* why) {
    write_file(path, text);
    CHECK_THROWS_WITH(read_results(path), Contains(path + ": line ") && Contains(why));
  };
  refused(header + chunks + chunks, "line 4");                       // counted twice
  refused(header + chunks.substr(chunks.find('\n') + 1), "line 2");  // a chunk is lost
  refused(chunks, "line 1");
  refused(header + "no JSON\n" + chunks, "line 2 is not a line of a results file: it is not JSON");  // in the middle
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string text = whole;
    return text.replace(text.rfind(what), what.size(), instead);
  };
  refused(with("\"runs\":5", "\"runs\":5000"),
          "line 3 is not a line of a results file: 5000 runs after 10 exceed the planned 25");
  refused(with("\"runs\":5", "\"runs\":-5"), "line 3");
  refused(with("\"runs\":5", "\"runs\":0"), "more violations than runs");
  refused("{}\n", "line 1 is not a line of a results file: key 'raftsim_results' not found");
  refused("one, two\n", "line 1 is not a line of a results file: it is not JSON");
  CHECK_THROWS_WITH(read_results(directory.path("none.jsonl")), Contains("No such file"));
  CHECK_THROWS_WITH(read_results("/proc/self/mem"), Contains("cannot be read: Input/output error"));
}

TEST_CASE("a file is started once, and written by one process at a time") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("results.jsonl");
  const ResultsFile file = ResultsFile::create(path);
  CHECK_THROWS_WITH(ResultsFile::create(path), Contains("exists already: resume it (--resume)"));
  CHECK_THROWS_WITH(ResultsFile::lock(path), Contains("another raftsim is writing to it"));
}

TEST_CASE("results of different sweeps cannot be merged, and the error says what differs") {
  const ResultsHeader header = example_header();
  const auto refused = [&](const std::function<void(ResultsHeader&)>& change, const char* what) {
    ResultsHeader other = header;
    change(other);
    CHECK_THROWS_WITH(check_same_sweep("a", header, "b", other, false), Contains(what));
  };
  ResultsHeader same = header;
  same.plan.shard.number = 3;
  same.plan.jobs = 64;
  CHECK_NOTHROW(check_same_sweep("a", header, "b", same, false));
  refused([](auto& other) { other.scenario = R"({"name":"churn"})"; }, "scenario: calm and churn");
  refused([](auto& other) { other.scenario = R"({"name":"calm","servers":3})"; },
          "the scenarios have the same name and differ");
  refused([](auto& other) { other.mutations = {}; }, "mutations");
  refused([](auto& other) { other.plan.seeds = 7; }, "seeds: 100 and 7");
  refused([](auto& other) { other.until_stopped = true; }, "seeds: 100 and no limit");
  refused([](auto& other) { other.plan.first_seed = 7; }, "first seed: 1 and 7");
  refused([](auto& other) { other.plan.shard.count = 5; }, "shards: 4 and 5");
  refused([](auto& other) { other.plan.keep = 5; }, "--keep: 1 and 5");
  refused([](auto& other) { other.program = "0.1.0+def"; }, "--allow-other-version");
  ResultsHeader newer = header;
  newer.program = "0.1.0+def";
  CHECK_NOTHROW(check_same_sweep("a", header, "b", newer, true));
}

}  // namespace
}  // namespace raftsim::tools::test
