// What is written as a trace is what schema/trace.schema.json describes.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "catch.hpp"
#include "checkers/stale_ack_history.hpp"
#include "checkers/trace_json.hpp"
#include "temporary_directory.hpp"

using namespace raftsim;
using namespace raftsim::checkers;

namespace {

nlohmann::json load(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

nlohmann::json written(const Trace& trace) {
  const tests::TemporaryDirectory directory;
  write_trace(directory.path("trace.json"), trace.header, trace.verdict, trace.statistics, trace.events);
  return load(directory.path("trace.json"));
}

// Empty when the schema describes the document; else what it objects to.
std::string objections(const nlohmann::json& document) {
  static const nlohmann::json text = load(std::string(RAFTSIM_SOURCE_DIR) + "/checkers/schema/trace.schema.json");
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::string said;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& step : error.context) said += step;
    said += ": " + error.description + "\n";
  }
  return said;
}

// One observation of each kind, with every reason and role, in one event.
Trace with_every_observation() {
  Trace trace = StaleAckHistory().trace();
  auto& said = trace.events.back().observations;
  for (std::size_t kind = 0; kind < core::observation_kind_count; ++kind) {
    core::Observation observation;
    observation.kind = static_cast<core::ObservationKind>(kind);
    observation.server = {1};
    observation.peer = {2};
    observation.term = {3};
    observation.index = {4};
    observation.next = {5};
    observation.digest = 6;
    said.push_back(observation);
  }
  for (std::size_t reason = 0; reason < core::reason_count; ++reason) {
    said.emplace_back().reason = static_cast<core::Reason>(reason);
  }
  return trace;
}

}  // namespace

TEST_CASE("A written trace is as its schema says") {
  CHECK(objections(written(StaleAckHistory().trace())).empty());
  CHECK(objections(written(with_every_observation())).empty());
  Trace calm = StaleAckHistory().trace();
  calm.verdict.reset();
  CHECK(objections(written(calm)).empty());
}

TEST_CASE("The schema objects to what is no trace") {
  const nlohmann::json good = written(StaleAckHistory().trace());
  const auto without = [&](const char* key) {
    nlohmann::json bad = good;
    bad.erase(key);
    return bad;
  };
  CHECK_FALSE(objections(without("verdict")).empty());
  CHECK_FALSE(objections(without("digest")).empty());
  nlohmann::json bad = good;
  bad["events"][3]["sent"][0]["surprise"] = 1;
  CHECK_FALSE(objections(bad).empty());
  bad = good;
  bad["events"][13]["packet"]["from"] = "S0";
  CHECK_FALSE(objections(bad).empty());
}

TEST_CASE("Each kind of observation, with each reason, reads back as it was") {
  const tests::TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  const Trace trace = with_every_observation();
  write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
  const Trace read = read_trace(path);

  const auto& said = trace.events.back().observations;
  const auto& heard = read.events.back().observations;
  REQUIRE(heard.size() == said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    CAPTURE(i);
    CHECK(heard[i].kind == said[i].kind);
    CHECK(heard[i].reason == said[i].reason);
    CHECK(heard[i].peer == said[i].peer);
    CHECK(heard[i].term == said[i].term);
    CHECK(heard[i].index == said[i].index);
    CHECK(heard[i].next == said[i].next);
  }
}
