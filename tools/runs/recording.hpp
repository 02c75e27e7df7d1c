// A run taken down event by event, and its file.
#pragma once

#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::tools {

struct Recording {
  checkers::TraceHeader header;
  scenarios::Outcome outcome;
  std::vector<checkers::TracedEvent> events;
};

// `decisions`, when not null, gets all that the run decided. Throws BadInput for an override whose answer its decision
// cannot have, HarnessFailed when the run throws anything else.
[[nodiscard]] Recording record(const scenarios::Scenario& scenario, std::uint64_t seed,
                               const std::vector<sim::Override>& overrides = {},
                               std::vector<sim::Decision>* decisions = nullptr);

// "warning: 2 overrides were not asked for: the first is packet-loss ..."; empty when all were.
[[nodiscard]] std::string not_asked_for(const std::vector<sim::Override>& overrides,
                                        const std::vector<sim::Decision>& decisions,
                                        const scenarios::Scenario& scenario);

// Throws checkers::TraceError.
void write(const std::string& path, const Recording& recording);

// What a run did, as a JSON object.
[[nodiscard]] std::string to_json(const scenarios::Statistics& statistics);

// What the file of a run is called: "stale-ack-17-match-overwrite.json". Settings are in it too, so that the same seed
// under two settings leaves two files.
[[nodiscard]] std::string trace_name(const std::string& scenario, std::uint64_t seed,
                                     const std::vector<std::string>& mutations,
                                     const std::vector<std::string>& settings);

// "raftsim replay 'out/stale-ack-17.json'": safe to paste into a shell.
[[nodiscard]] std::string replay_command(const std::string& command, const std::string& trace);

}  // namespace raftsim::tools
