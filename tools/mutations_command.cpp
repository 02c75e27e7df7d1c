#include "tools/mutations_command.hpp"

#include <fmt/format.h>

#include <ostream>

#include "core/mutation.hpp"
#include "tools/did_you_mean.hpp"
#include "tools/scenario_choice.hpp"
#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

// "sweep SCENARIO [--set ...]", as its documentation names it.
std::string sweep_of(const core::MutationInfo& info) {
  std::string sweep = fmt::format("sweep {}", info.scenario);
  if (!info.setting.empty()) sweep += fmt::format(" --set {}", info.setting);
  return sweep;
}

void describe(const core::MutationInfo& info, Console& console) {
  console.out << info.name << "\n" << paragraph(info.mechanism, 2);
  console.out << "\nseen in\n" << paragraph(info.origin, 2);
  console.out << "\nfound by\n" << paragraph(info.checkers, 2);
  console.out << fmt::format("\n{} {} --mutation {}\n", console.command, sweep_of(info), info.name);
}

}  // namespace

ExitCode list_mutations(const MutationsOptions& options, Console& console) {
  if (options.mutation.empty()) {
    for (const core::MutationInfo& info : core::all_mutations()) {
      console.out << fmt::format("{} ({})\n{}", info.name, sweep_of(info), paragraph(info.mechanism, 4));
    }
    return ExitCode::clean;
  }
  const auto mutation = core::mutation_named(options.mutation);
  if (!mutation) throw BadInput(unknown("mutation", options.mutation, mutation_names()));
  describe(core::info_of(*mutation), console);
  return ExitCode::clean;
}

}  // namespace raftsim::tools
