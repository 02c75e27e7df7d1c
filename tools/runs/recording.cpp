#include "tools/runs/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "checkers/trace/json.hpp"
#include "checkers/trace/recorder.hpp"
#include "scenarios/cluster/trace_describer.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/exit_code.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/runs/statistics_json.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

// File systems allow 255 bytes; what makes a trace written whole needs some of them.
constexpr std::size_t longest_name = 180;

// As part of a file's name that no shell takes for anything else.
std::string plain(std::string text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '=';
  };
  std::ranges::replace_if(text, std::not_fn(is_plain), '_');
  return text;
}

}  // namespace

Recording record(const scenarios::Scenario& scenario, std::uint64_t seed, const std::vector<sim::Override>& overrides,
                 std::vector<sim::Decision>* decisions) {
  Recording recording;
  const auto shared = std::make_shared<const scenarios::Scenario>(scenario);
  const auto servers = scenarios::factory_of(shared);
  checkers::TraceRecorder recorder(scenarios::describer(servers));
  try {
    scenarios::Run run(shared, seed,
                       {.recorder = &recorder, .servers = servers, .overrides = overrides, .decisions = decisions});
    recording.outcome = run.finish();
  } catch (const sim::BadOverride& bad) {
    throw BadInput(in_words(bad, scenario));
  } catch (const std::exception& problem) {
    throw HarnessFailed(fmt::format("seed {}: the run threw: {}", seed, problem.what()));
  }
  recording.events = recorder.take_events();
  recording.header = {.program = std::string(program_version()),
                      .scenario = scenarios::to_json(scenario),
                      .seed = seed,
                      .mutations = planted(scenario),
                      .overrides = to_json(overrides, scenario),
                      .fingerprint = recording.outcome.fingerprint,
                      .servers = static_cast<std::uint16_t>(scenario.servers),
                      .clients = static_cast<std::uint16_t>(scenario.workload.clients)};
  return recording;
}

std::string not_asked_for(const std::vector<sim::Override>& overrides, const std::vector<sim::Decision>& decisions,
                          const scenarios::Scenario& scenario) {
  const std::vector<sim::Override> left = sim::not_asked_for(overrides, decisions);
  if (left.empty()) return "";
  return fmt::format("warning: {} not asked for: the first is {}\n",
                     left.size() == 1 ? "1 override was" : fmt::format("{} overrides were", left.size()),
                     in_words(left.front().key, scenario));
}

void write(const std::string& path, const Recording& recording) {
  checkers::write_trace(path, recording.header, recording.outcome.verdict, to_json(recording.outcome.statistics),
                        recording.events);
}

std::string to_json(const scenarios::Statistics& statistics) { return statistics_to_json(statistics).dump(); }

std::string trace_name(const std::string& scenario, std::uint64_t seed, const std::vector<std::string>& mutations,
                       const std::vector<std::string>& settings) {
  std::string name = fmt::format("{}-{}", scenario, seed);
  for (const std::string& mutation : mutations) name += "-" + mutation;
  for (const std::string& setting : settings) name += "-" + setting;
  if (name.size() > longest_name) {
    const std::string digest = hexadecimal(core::digest_of(name));
    name.resize(longest_name);
    name += "-" + digest;
  }
  return plain(name) + ".json";
}

std::string replay_command(const std::string& command, const std::string& trace) {
  return quoted_for_shell(command) + " replay " + quoted_for_shell(trace);
}

}  // namespace raftsim::tools
