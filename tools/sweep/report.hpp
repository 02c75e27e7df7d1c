// What a sweep tells when it is over, for people and for programs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tools/sweep/plan.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

struct SweepReport {
  std::string scenario;
  std::vector<std::string> mutations;
  std::vector<std::string> settings;
  SweepPlan plan;
  bool interrupted = false;
  std::chrono::nanoseconds real_time{};
  Summary summary;
  std::vector<std::optional<std::string>> traces;  // of each of summary.violations: its file, when it could be written
  std::string command;                             // how raftsim is called
  std::vector<std::string> not_reached;            // situations that the scenario must reach, and this sweep did not
};

// Situations in `must_reach` with a count of zero, when there were runs enough to expect them.
[[nodiscard]] std::vector<std::string> not_reached(const std::vector<std::string>& must_reach, const Summary& summary);

[[nodiscard]] std::string as_text(const SweepReport& report);
// One object; the keys are described with `raftsim sweep --help`.
[[nodiscard]] std::string as_json(const SweepReport& report);

// "raftsim replay 'out/stale-ack-17.json'": safe to paste into a shell.
[[nodiscard]] std::string replay_command(const std::string& command, const std::string& trace);

}  // namespace raftsim::tools
