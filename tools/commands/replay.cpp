#include "tools/commands/replay.hpp"

#include <fmt/format.h>

#include <ostream>

#include "checkers/trace/json.hpp"
#include "scenarios/cluster/swarm.hpp"
#include "tools/commands/run.hpp"
#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/narration.hpp"
#include "tools/runs/comparison.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/runs/recording.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

// The event at a position, as inspect shows it.
std::string event_line(const std::vector<checkers::TracedEvent>& events, std::size_t position,
                       const checkers::Naming& naming) {
  if (position >= events.size()) return "nothing: the run has ended";
  ClusterState before(naming.servers);
  for (std::size_t i = 0; i < position; ++i) before.apply(events[i]);
  const checkers::TracedEvent& event = events[position];
  return fmt::format("{} {} [{}]", time_text(event.at), event_text(event, before, naming),
                     hexadecimal(event.fingerprint));
}

std::string in_short(const std::optional<checkers::Verdict>& verdict) {
  return verdict ? fmt::format("{} at event {}", verdict->checker, verdict->event) : std::string("no violation");
}

// Where the run leaves the trace, in lines; empty when it does not.
std::string difference(const checkers::Trace& trace, const Recording& now) {
  if (const auto position = first_difference(trace.events, now.events)) {
    const bool in_trace = *position < trace.events.size();
    return fmt::format("  first differs at event {}\n    the trace   {}\n    now         {}\n",
                       (in_trace ? trace.events : now.events)[*position].id,
                       event_line(trace.events, *position, trace.naming()),
                       event_line(now.events, *position, trace.naming()));
  }
  if (trace.header.fingerprint != now.outcome.fingerprint) {
    return fmt::format("  every event is the same, the fingerprint is not\n    the trace   {}\n    now         {}\n",
                       hexadecimal(trace.header.fingerprint), hexadecimal(now.outcome.fingerprint));
  }
  if (trace.verdict != now.outcome.verdict) {
    return fmt::format("  every event is the same, the verdict is not\n    the trace   {}\n    now         {}\n",
                       in_short(trace.verdict), in_short(now.outcome.verdict));
  }
  return "";
}

void say_programs(const checkers::Trace& trace, Console& console) {
  if (trace.header.program == program_version()) {
    if (surely_same_program(trace.header.program, program_version())) return;
    console.out << fmt::format("  both programs have the version {}, which does not identify one build\n",
                               trace.header.program);
  } else {
    console.out << fmt::format("  the trace was written by {}, this is {}\n", trace.header.program, program_version());
  }
}

ExitCode judge(const scenarios::Outcome& outcome) { return outcome.verdict ? ExitCode::violation : ExitCode::clean; }

// Of a run that differs and violates nothing.
std::string what_clean_says(const checkers::Trace& trace, const Recording& now) {
  if (!trace.verdict) return "";
  const auto where = divergence(trace, now.events);
  if (!where || where->at_cause) {
    return fmt::format(", {} is fixed: the run is as recorded up to the causes of the violation",
                       trace.verdict->checker);
  }
  return fmt::format(", but the run is not comparable: it differs since event {}, before the causes of the violation",
                     where->event);
}

ExitCode judge_what_if(const checkers::Trace& trace, const Recording& now, const std::string& where,
                       std::size_t overrides, Console& console) {
  console.out << fmt::format("  with {}: {}\n    the trace   {}\n    now         {}\n", counted(overrides, "override"),
                             where.empty() ? "the same run" : "another run", in_short(trace.verdict),
                             in_short(now.outcome.verdict));
  if (now.outcome.verdict) console.out << described(*now.outcome.verdict);
  return judge(now.outcome);
}

ExitCode judge_difference(const checkers::Trace& trace, const Recording& now, Console& console) {
  const scenarios::Outcome& outcome = now.outcome;
  say_programs(trace, console);
  if (surely_same_program(trace.header.program, program_version())) {
    throw HarnessFailed("this program wrote the trace and does not reproduce it");
  }
  if (outcome.verdict) {
    console.out << "this program violates " << outcome.verdict->checker << ":\n" << described(*outcome.verdict);
  } else {
    console.out << "this program finds no violation" << what_clean_says(trace, now) << "\n";
  }
  return judge(outcome);
}

}  // namespace

scenarios::Scenario scenario_of(const checkers::Trace& trace, const std::string& file,
                                const scenarios::ServerKinds& servers) {
  scenarios::Scenario scenario = parse({file + ": scenario", trace.header.scenario}, servers);
  plant(scenario, trace.header.mutations);
  return scenario;
}

std::vector<sim::Override> overrides_of(const checkers::Trace& trace, const std::string& file,
                                        const scenarios::Scenario& scenario) {
  return overrides_from_json(trace.header.overrides, file, scenario);
}

bool surely_same_program(std::string_view one, std::string_view other) {
  return one == other && one.find('+') != std::string_view::npos && !one.ends_with("-dirty");
}

ExitCode replay(const ReplayOptions& options, Console& console) {
  const checkers::Trace trace = checkers::read_trace(options.file);
  const scenarios::Scenario scenario = scenario_of(trace, options.file, console.servers);
  std::vector<sim::Override> overrides = overrides_of(trace, options.file, scenario);
  const std::vector<sim::Override> added =
      options.overrides.empty() ? std::vector<sim::Override>() : read_overrides(options.overrides, scenario);
  overrides.insert(overrides.end(), added.begin(), added.end());
  std::vector<sim::Decision> decisions;
  const Recording now = record(scenario, trace.header.seed, overrides, overrides.empty() ? nullptr : &decisions);
  console.err << not_asked_for(overrides, decisions, scenario);
  const std::string where = difference(trace, now);

  const std::string swarm = swarm_row(scenarios::swarm_settings(scenario, trace.header.seed, overrides));
  const char* same = where.empty() ? "reproduced, same fingerprint and verdict" : "not reproduced";
  console.out << fmt::format("{} seed {}: {}\n", scenario.name, trace.header.seed, added.empty() ? same : "what if");
  console.out << where << swarm;
  if (trace.edited) throw BadInput(options.file + ": was changed after it was written");
  if (!added.empty()) return judge_what_if(trace, now, where, added.size(), console);
  if (!where.empty()) return judge_difference(trace, now, console);
  console.out << fmt::format("  fingerprint   {}\n  verdict       {}\n", hexadecimal(now.outcome.fingerprint),
                             now.outcome.verdict ? now.outcome.verdict->checker : "no violation");
  if (now.outcome.verdict) console.out << described(*now.outcome.verdict);
  return judge(now.outcome);
}

}  // namespace raftsim::tools
