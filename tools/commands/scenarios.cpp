#include "tools/commands/scenarios.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <utility>

#include "scenarios/explain/explanation.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

void list(std::string_view name, Console& console) {
  const scenarios::Scenario scenario = parse(scenario_text(std::string(name)), console.servers);
  console.out << fmt::format("{}\n{}", name, paragraph(scenario.summary, 4));
}

void list(Console& console) {
  for (const std::string_view name : scenario_names()) list(name, console);
  for (const scenarios::BuiltinSuite& suite : scenarios::builtin_suites()) {
    console.out << fmt::format("{}\n{}", suite.name,
                               paragraph(fmt::format("a suite of {}", counted(suite.scenarios.size(), "scenario")), 4));
  }
}

// `given`: its name or path, as on the command line.
void describe(const scenarios::Scenario& scenario, const std::string& given, Console& console) {
  console.out << fmt::format("{}: {}, {}, {}\n", scenario.name, counted(scenario.servers, "server"),
                             counted(scenario.workload.clients, "client"),
                             scenario.script.empty()
                                 ? fmt::format("chaos for {}", span_of(scenario.chaos_ends))
                                 : fmt::format("a script of {}", counted(scenario.script.size(), "step")));
  if (!scenario.summary.empty()) console.out << "\n" << paragraph(scenario.summary, 2);
  if (!scenario.story.empty()) console.out << "\n" << paragraph(scenario.story, 2);
  if (!scenario.faults.empty()) console.out << "\nfaults\n";
  for (const scenarios::Fault& fault : scenario.faults) console.out << "  " << fault.name << "\n";
  if (!scenario.must_reach.empty()) console.out << "\nsituations that a sweep must reach\n";
  for (const std::string& situation : scenario.must_reach) console.out << "  " << situation << "\n";
  if (!scenario.switches.empty()) console.out << "\nswitches\n";
  for (const scenarios::Switch& choice : scenario.switches) {
    console.out << fmt::format("  {}\n{}", choice.name, paragraph(choice.why, 4));
    for (const std::string& value : choice.values) {
      console.out << fmt::format("    --set {}\n", quoted_for_shell(choice.path + "=" + value));
    }
  }
  console.out << fmt::format("\n{} sweep {}\n", quoted_for_shell(console.command), quoted_for_shell(given));
}

void explain(const scenarios::Scenario& scenario, Console& console) {
  constexpr std::size_t hanging = 2;
  bool first = true;
  for (const scenarios::ExplainedPart& part : scenarios::explanation(scenario)) {
    console.out << (std::exchange(first, false) ? "" : "\n") << part.title << "\n";
    for (const scenarios::ExplainedLine& line : part.lines) {
      // What does not fit in the first line stands under it.
      console.out << paragraph(line.text, hanging + 3 * line.depth + 2).substr(hanging);
    }
  }
}

}  // namespace

ExitCode list_scenarios(const ScenariosOptions& options, Console& console) {
  if (options.schema) {
    if (options.json || options.explain) {
      throw BadInput(fmt::format("--schema and {}: expected one of them", options.json ? "--json" : "--explain"));
    }
    if (!options.scenario.empty())
      throw BadInput("--schema: expected no scenario: there is one schema for all of them");
    console.out << scenarios::scenario_schema();
    return ExitCode::clean;
  }
  if (options.json && options.explain) throw BadInput("--json and --explain: expected one of them");
  if (options.scenario.empty()) {
    if (options.json || options.explain) {
      const char* option = options.json ? "--json" : "--explain";
      throw BadInput(fmt::format("{}: no scenario given, as in {} scenarios leader-crash {}", option,
                                 quoted_for_shell(console.command), option));
    }
    list(console);
    return ExitCode::clean;
  }
  if (const auto* suite = suite_named(options.scenario); suite != nullptr && !options.json) {
    for (const scenarios::BuiltinScenario& scenario : suite->scenarios) {
      if (!options.explain) {
        list(scenario.name, console);
        continue;
      }
      explain(parse(scenario_text(std::string(scenario.name)), console.servers), console);
      console.out << "\n";
    }
    return ExitCode::clean;
  }
  const ScenarioText text = scenario_text(options.scenario);
  const scenarios::Scenario scenario = parse(text, console.servers);
  if (options.json) {
    console.out << text.json;
  } else if (options.explain) {
    explain(scenario, console);
  } else {
    describe(scenario, options.scenario, console);
  }
  return ExitCode::clean;
}

}  // namespace raftsim::tools
