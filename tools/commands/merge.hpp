// raftsim merge: adds up what the shards of a sweep have put down, and tells what one sweep over all seeds would.
#pragma once

#include <string>
#include <vector>

#include "tools/exit_code.hpp"
#include "tools/sweep/conclusion.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct MergeOptions {
  std::vector<std::string> places;  // directories with results files, or files
  ReportOptions report;
  bool partial = false;  // seeds may be missing
  bool allow_other_version = false;
};

// Bad input: shards that do not fit together, and seeds missing when nothing else is wrong, unless `partial` says that
// they may be.
ExitCode merge(const MergeOptions& options, Console& console);

}  // namespace raftsim::tools
