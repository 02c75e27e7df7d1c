// Results written by sweeps conform to tools/schema/results.schema.json, line by line.
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "json_schema.hpp"
#include "tools/program.hpp"
#include "tools/sweep/results_file.hpp"

namespace raftsim::tools::test {
namespace {

using nlohmann::json;

const json& results_schema() {
  static const json text = json::parse(read_file(RAFTSIM_SOURCE_DIR "/tools/schema/results.schema.json"));
  return text;
}

// The schema's error for `document` as a "header" or a "chunk"; empty if there is none.
std::string objections(const json& document, const char* kind) {
  json of_kind = results_schema();
  of_kind.erase("oneOf");
  of_kind["allOf"] = json::array({{{"$ref", std::string("#/definitions/") + kind}}});
  return tests::objection(of_kind, document);
}

std::vector<json> documents_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(json::parse(line));
  return lines;
}

// The lines conform, and their number is right.
void check_lines(const std::vector<json>& lines, std::size_t least) {
  REQUIRE(lines.size() >= least);
  CHECK(objections(lines[0], "header") == "");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    CAPTURE(i);
    CHECK(objections(lines[i], "chunk") == "");
  }
}

std::vector<json> swept(const TemporaryDirectory& directory, std::vector<std::string> more) {
  const std::string results = directory.path("results");
  more.insert(more.begin(), "sweep");
  more.insert(more.end(), {"--out", directory.path("out"), "--results", results});
  CHECK(raftsim(more).exit_code <= 1);
  std::vector<json> lines;
  for (const auto& entry : std::filesystem::directory_iterator(results)) lines = documents_of(entry.path().string());
  return lines;
}

TEST_CASE("each line of a results file conforms to its schema") {
  SECTION("a shard that finds nothing") {
    const TemporaryDirectory directory;
    const auto lines = swept(directory, {"calm", "--seeds", "20", "--shard", "2/3", "--set", "cluster.servers=3"});
    check_lines(lines, 2);
    CHECK(lines[0]["settings"] == json::array({"cluster.servers=3"}));
  }
  SECTION("a sweep that finds much, and lasts some seconds") {
    const TemporaryDirectory directory;
    const auto lines = swept(directory, {"stale-ack", "--for", "2.5s", "--mutation", "match-overwrite", "--keep", "3"});
    check_lines(lines, 3);
    CHECK(lines[0]["seeds"].is_null());
    CHECK(lines[1]["violations"].size() >= 1);
  }
  SECTION("a sweep that finds what is drawn") {
    const TemporaryDirectory directory;
    const auto lines = swept(directory, {"stale-reads", "--seeds", "20", "--mutation", "readindex-before-term-commit",
                                         "--set", "without=[\"read-freshness\"]"});
    check_lines(lines, 2);
    const json& found = lines[1]["violations"][0]["kept"][0];
    CHECK(found["drawing"].get<std::string>().starts_with("C"));
    CHECK(found["operations"].size() > 1);
  }
  SECTION("a harness that failed") {
    const TemporaryDirectory directory;
    auto lines = swept(directory, {"calm", "--seeds", "3"});
    Summary broken;
    broken.failures = {{5, "two runs of one seed differ"}};
    ResultsFile::lock(directory.path("results/shard-1-of-1.jsonl")).append(3, broken, std::chrono::seconds(1));
    lines = documents_of(directory.path("results/shard-1-of-1.jsonl"));
    check_lines(lines, 3);
    CHECK(lines.back()["failures"].size() == 1);
  }
}

TEST_CASE("the schema rejects what is not a line of a results file") {
  const TemporaryDirectory directory;
  const auto lines = swept(directory, {"stale-ack", "--seeds", "40", "--mutation", "match-overwrite"});
  check_lines(lines, 2);
  CHECK(objections(lines[0], "chunk") != "");
  CHECK(objections(lines[1], "header") != "");
  // Every key is required, and no others are allowed.
  for (const std::size_t number : {0U, 1U}) {
    const char* kind = number == 0 ? "header" : "chunk";
    for (const auto& [key, value] : lines[number].items()) {
      CAPTURE(key);
      json without = lines[number];
      without.erase(key);
      CHECK(objections(without, kind) != "");
    }
    json more = lines[number];
    more["surprise"] = 1;
    CHECK(objections(more, kind) != "");
  }
  json changed = lines[1];
  changed["violations"][0]["kept"][0]["fingerprint"] = 17;
  CHECK(objections(changed, "chunk") != "");
  changed = lines[1];
  changed["statistics"]["situations"]["split vote"] = 0;  // situations that were not reached are omitted
  CHECK(objections(changed, "chunk") != "");
}

}  // namespace
}  // namespace raftsim::tools::test
