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

// Throws HarnessFailed when the run throws.
[[nodiscard]] Recording record(const scenarios::Scenario& scenario, std::uint64_t seed);

// Throws checkers::TraceError.
void write(const std::string& path, const Recording& recording);

// What a run did, as a JSON object.
[[nodiscard]] std::string to_json(const scenarios::Statistics& statistics);

// What the file of a run is called: "stale-ack-17-match-overwrite.json". Settings are in it too, so that the same seed
// under two settings leaves two files.
[[nodiscard]] std::string trace_name(const scenarios::Scenario& scenario, std::uint64_t seed,
                                     const std::vector<std::string>& settings);

// "raftsim replay 'out/stale-ack-17.json'": safe to paste into a shell.
[[nodiscard]] std::string replay_command(const std::string& command, const std::string& trace);

}  // namespace raftsim::tools
