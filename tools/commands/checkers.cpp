#include "tools/commands/checkers.hpp"

#include <fmt/format.h>

#include <ostream>

#include "checkers/situations.hpp"
#include "checkers/suite.hpp"

namespace raftsim::tools {

ExitCode list_checkers(const CheckersOptions& /*options*/, Console& console) {
  console.out << "checkers (\"without\" switches them off)\n";
  for (const std::string_view name : checkers::checker_names()) console.out << fmt::format("  {}\n", name);
  console.out << "\nsituations (a sweep warns about each one in \"must_reach\" that no run reaches)\n";
  for (std::size_t i = 0; i < checkers::situation_count; ++i) {
    console.out << fmt::format("  {}\n", name_of(static_cast<checkers::Situation>(i)));
  }
  return ExitCode::clean;
}

}  // namespace raftsim::tools
