#include "tools/commands/mutations.hpp"

#include <fmt/format.h>

#include <ostream>

#include "scenarios/known_bugs.hpp"
#include "scenarios/nearest.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

// "sweep SCENARIO [--set ...]", as its documentation names it.
std::string sweep_of(const scenarios::KnownBug& info) {
  std::string sweep = fmt::format("sweep {}", info.scenario);
  if (!info.setting.empty()) sweep += " --set " + quoted_for_shell(std::string(info.setting));
  return sweep;
}

void describe(const scenarios::KnownBug& info, Console& console) {
  console.out << info.name << "\n" << paragraph(info.mechanism, 2);
  console.out << "\nseen in\n" << paragraph(info.origin, 2);
  console.out << "\nfound by\n" << paragraph(info.checkers, 2);
  console.out << fmt::format("\n{} {} --mutation {}\n", quoted_for_shell(console.command), sweep_of(info), info.name);
}

}  // namespace

ExitCode list_mutations(const MutationsOptions& options, Console& console) {
  if (options.mutation.empty()) {
    for (const scenarios::KnownBug& info : scenarios::known_bugs()) {
      console.out << fmt::format("{} ({})\n{}", info.name, sweep_of(info), paragraph(info.mechanism, 4));
    }
    return ExitCode::clean;
  }
  const auto mutation = scenarios::mutation_named(options.mutation);
  if (!mutation) throw BadInput(scenarios::unknown("mutation", options.mutation, mutation_names()));
  describe(scenarios::known_bug(*mutation), console);
  return ExitCode::clean;
}

}  // namespace raftsim::tools
