#include "tools/sweep/report.hpp"

#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

constexpr std::uint64_t runs_enough = 100;

}  // namespace

std::vector<std::string> not_reached(const std::vector<std::string>& must_reach, const Summary& summary) {
  std::vector<std::string> missing;
  if (summary.runs < runs_enough) return missing;
  for (const std::string& name : must_reach) {
    const auto situation = checkers::situation_named(name);
    if (!situation || !summary.total.situations.reached(*situation)) missing.push_back(name);
  }
  return missing;
}

std::string replay_command(const std::string& command, const std::string& trace) {
  return quoted_for_shell(command) + " replay " + quoted_for_shell(trace);
}

}  // namespace raftsim::tools
