// Written traces conform to trace.schema.json.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <variant>

#include "catch.hpp"
#include "checkers/stale_ack_history.hpp"
#include "checkers/trace/json.hpp"
#include "checkers/trace/recorder.hpp"
#include "core/observation_fields.hpp"
#include "json_schema.hpp"
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

// Empty if the document conforms to the schema; else the schema's error.
std::string objections(const nlohmann::json& document) {
  static const nlohmann::json text = load(std::string(RAFTSIM_SOURCE_DIR) + "/checkers/trace/trace.schema.json");
  return tests::objection(text, document);
}

// Gives each field a different value, as far as its type has enough values.
struct Filler {
  std::uint64_t number = 0;
  void operator()(const char*, core::Term& term) { term.value = ++number; }
  void operator()(const char*, core::Index& index) { index.value = ++number; }
  void operator()(const char*, core::ServerId& server) { server.value = static_cast<std::uint16_t>(++number); }
  void operator()(const char*, core::Role& role) { role = core::Role::leader; }
  void operator()(const char*, core::ProgressState& state) { state = core::ProgressState::replicate; }
  void operator()(const char*, core::Digest& digest) { digest = ++number; }
  void operator()(const char*, core::ReadNumber& read) { read.value = ++number; }
  void operator()(const char*, core::Configuration& members) { members = {{{1}, {2}, {3}}, {{1}, {4}}, {{5}}}; }
  void optional(const char* key, core::ServerId& server) { (*this)(key, server); }
  void optional(const char*, core::CommandName& command) { command = {8, ++number}; }
};

// One observation of each kind, and every reason, in one event.
Trace with_every_observation() {
  Trace trace = StaleAckHistory().trace();
  auto& said = trace.events.back().observations;
  Filler fill;
  for (std::size_t kind = 0; kind < core::observation_kind_count; ++kind) {
    core::Observation& added = said.emplace_back();
    added.server = {1};
    added.what = core::blank(static_cast<core::ObservationKind>(kind));
    std::visit([&](auto& what) { core::for_each_field(what, fill); }, added.what);
  }
  for (std::size_t reason = 0; reason < core::reason_count; ++reason) {
    said.emplace_back().reason = static_cast<core::Reason>(reason);
  }
  return trace;
}

// One packet for each kind of message, in one event.
Trace with_every_message() {
  Trace trace = StaleAckHistory().trace();
  const core::Configuration members{{{1}, {2}, {3}}, {{1}, {4}}, {{5}}};
  const core::Entry change{{3}, core::EntryKind::configuration, core::encode(members)};
  const core::SnapshotChunk chunk{{{{9}, {2}}, 100, 0xabc}, members, 50, core::Bytes("half")};
  const std::initializer_list<decltype(core::Message::body)> bodies{
      core::RequestVote{{{4}, {2}}, false, true},
      core::RequestVoteReply{true, true},
      core::AppendEntries{{{4}, {2}}, {3}, core::EntryBatch({change}), 6},
      core::AppendEntriesReply{{4}, 1, true, {}, {5}, 6},
      core::InstallSnapshot{core::make_shared_value<const core::SnapshotChunk>(chunk)},
      core::InstallSnapshotReply{{9}, 0xabc, 50, 54, false},
      core::TimeoutNow{},
      core::ReadIndex{~std::uint64_t{0}},
      core::ReadIndexReply{~std::uint64_t{0}, {9}, true},
  };
  sim::Step step;
  step.id = 1;
  std::vector<sim::Sent> sent;
  for (const auto& body : bodies) {
    const core::Message message{{1}, {2}, {3}, body};
    sim::Sent& each = sent.emplace_back();
    each.packet.kind = static_cast<std::uint8_t>(core::kind_of(message));
    each.packet.from = {0};
    each.packet.to = {1};
    each.packet.payload = sim::Payload::of(message);
  }
  step.sent = sent;
  TraceRecorder recorder;
  recorder.step(step, {}, 0, checkers::MessagePackets());
  trace.events = recorder.take_events();
  trace.events.back().sent.front().packet.raw = std::string("V 3\0\xff", 5);
  return trace;
}

}  // namespace

TEST_CASE("A written trace conforms to its schema") {
  CHECK(objections(written(StaleAckHistory().trace())).empty());
  CHECK(objections(written(with_every_observation())).empty());
  CHECK(objections(written(with_every_message())).empty());
  Trace about_clients = StaleAckHistory().trace();
  about_clients.verdict->operations = {{2, 17}};
  about_clients.verdict->drawing = "two\nlines\n";
  CHECK(objections(written(about_clients)).empty());
  Trace calm = StaleAckHistory().trace();
  calm.verdict.reset();
  CHECK(objections(written(calm)).empty());
}

TEST_CASE("The schema rejects what is not a trace") {
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

TEST_CASE("Each kind of observation, with each reason, reads back as written") {
  const tests::TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  const Trace trace = with_every_observation();
  write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
  const Trace read = read_trace(path);

  const auto& said = trace.events.back().observations;
  const auto& heard = read.events.back().observations;
  REQUIRE(heard.size() == said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    CAPTURE(i, core::name_of(said[i].kind()));
    CHECK(heard[i] == said[i]);
  }
}

// A corpus in CI outlives the versions that wrote it.
TEST_CASE("Observations under their former names are read", "[trace]") {
  const tests::TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  const Trace trace = with_every_observation();
  write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
  nlohmann::json former = load(path);
  for (auto& said : former["events"].back()["observations"]) {
    for (const auto& [now, then] : {std::pair("follower", "peer"), std::pair("from", "peer"),
                                    std::pair("asker", "peer"), std::pair("log_last_index", "next")}) {
      if (!said.contains(now)) continue;
      said[then] = said[now];
      said.erase(now);
    }
    if (said.contains("read")) {
      std::ostringstream hexadecimal;
      hexadecimal << std::hex << std::setw(16) << std::setfill('0') << std::stoull(said["read"].get<std::string>());
      said["digest"] = hexadecimal.str();
      said.erase("read");
    }
    if (!said.contains("term")) said["term"] = 3;  // as every version had it
  }
  std::ofstream(path) << former.dump();
  CHECK(read_trace(path).events.back().observations == trace.events.back().observations);
}

TEST_CASE("Each kind of message reads back as written") {
  const tests::TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  const Trace trace = with_every_message();
  write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
  const Trace read = read_trace(path);
  const auto& heard = read.events.back().sent;
  REQUIRE(heard.size() == 9);

  const auto& append = std::get<TracedAppendEntries>(heard[2].packet.content);
  CHECK(append.round == 6);
  REQUIRE(append.entries.size() == 1);
  CHECK(append.entries[0].configuration == core::Configuration{{{1}, {2}, {3}}, {{1}, {4}}, {{5}}});
  CHECK(std::get<core::RequestVote>(heard[0].packet.content).leadership_transfer);
  CHECK(heard[0].packet.raw == std::string("V 3\0\xff", 5));
  CHECK(heard[1].packet.raw.empty());
  CHECK(std::get<core::AppendEntriesReply>(heard[3].packet.content).round == 6);
  const auto& install = std::get<TracedInstallSnapshot>(heard[4].packet.content);
  CHECK(install.snapshot == core::SnapshotId{{{9}, {2}}, 100, 0xabc});
  CHECK(install.configuration == append.entries[0].configuration);
  CHECK(install.offset == 50);
  CHECK(install.size == 4);
  CHECK(std::get<core::InstallSnapshotReply>(heard[5].packet.content) ==
        core::InstallSnapshotReply{{9}, 0xabc, 50, 54, false});
  CHECK(std::holds_alternative<core::TimeoutNow>(heard[6].packet.content));
  CHECK(std::get<core::ReadIndex>(heard[7].packet.content).read == ~std::uint64_t{0});
  CHECK(std::get<core::ReadIndexReply>(heard[8].packet.content) == core::ReadIndexReply{~std::uint64_t{0}, {9}, true});

  SECTION("and writing that again gives the same bytes") {
    const std::string copy = directory.path("copy.json");
    write_trace(copy, read.header, read.verdict, read.statistics, read.events);
    CHECK(load(copy) == load(path));
  }
}
