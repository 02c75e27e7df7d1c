#include "tools/commands/branch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>
#include <vector>

#include "checkers/trace/json.hpp"
#include "tools/commands/replay.hpp"
#include "tools/inspect/cluster_state.hpp"
#include "tools/inspect/narration.hpp"
#include "tools/runs/continuations.hpp"
#include "tools/runs/recording.hpp"
#include "tools/runs/scenario_choice.hpp"
#include "tools/sweep/plan.hpp"
#include "tools/terminal/interrupt.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

constexpr std::uint64_t cuts_along_the_run = 16;  // besides the start
constexpr std::uint64_t most_seeds = 1'000'000;

// Where the share of failing continuations rises: past the middle between what it is at the start and at the end.
struct Turn {
  Continuations before;  // after the event before
  Continuations after;   // after the event itself
};

void check_numbers(const BranchOptions& options) {
  if (options.seeds == 0 || options.seeds > most_seeds) {
    throw BadInput(fmt::format("--seeds: from 1 to {}, found {}", grouped(most_seeds), options.seeds));
  }
  if (options.jobs == 0 || options.jobs > most_jobs) {
    throw BadInput(fmt::format("--jobs: from 1 to {}, found {}", most_jobs, options.jobs));
  }
}

// The run of the trace, made anew. Throws BadInput when it is another.
Recording reproduced(const checkers::Trace& trace, const Origin& origin, const std::string& file,
                     const Console& console) {
  if (trace.edited) throw BadInput(file + ": was changed after it was written");
  Recording now = record(origin.scenario, origin.seed, origin.overrides);
  if (now.outcome.fingerprint != trace.header.fingerprint || now.outcome.verdict != trace.verdict) {
    throw BadInput(fmt::format("{}: this program does not reproduce the run, so it cannot continue it ({} tells more)",
                               file, replay_command(console.command, file)));
  }
  return now;
}

sim::EventId last_event(const Recording& recording) {
  if (recording.outcome.verdict) return recording.outcome.verdict->event;
  return recording.events.empty() ? 0 : recording.events.back().id;
}

// The event as inspect shows it.
std::string event_in_words(const Recording& recording, sim::EventId id) {
  const checkers::Naming naming{recording.header.servers};
  ClusterState before(naming.servers);
  for (const auto& event : recording.events) {
    if (event.id >= id) return event_text(event, before, naming);
    before.apply(event);
  }
  return "the run ends";
}

std::vector<sim::EventId> cuts_of(sim::EventId last) {
  std::vector<sim::EventId> cuts;
  for (std::uint64_t nth = 0; nth <= cuts_along_the_run; ++nth) cuts.push_back(last * nth / cuts_along_the_run);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

// How many events a search along the run asks about at most.
std::uint64_t planned_cuts(sim::EventId last) {
  return cuts_along_the_run + 1 + static_cast<std::uint64_t>(std::bit_width(last / cuts_along_the_run + 1));
}

// --- what is told ---

struct Told {
  const Recording& recording;
  const BranchOptions& options;
  std::vector<Continuations> cuts;
  std::optional<Turn> turn = {};
};

std::string checkers_text(const Continuations& from) {
  std::string text;
  for (const auto& [checker, count] : from.checkers) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", checker, grouped(count));
  }
  return text;
}

std::string share_text(const Continuations& from) {
  return fmt::format("{} of {}", grouped(from.failing), grouped(from.runs));
}

void tell_run(const Told& told, const scenarios::Scenario& scenario, Console& console) {
  std::string mutations;
  for (const auto& mutation : told.recording.header.mutations) mutations += " with " + mutation;
  const auto& verdict = told.recording.outcome.verdict;
  console.out << fmt::format(
      "{} seed {}{}: {}\n", scenario.name, told.recording.header.seed, mutations,
      verdict ? fmt::format("violated {} at event {}, {} s", verdict->checker, verdict->event, time_text(verdict->at))
              : fmt::format("no violation in {}", counted(last_event(told.recording), "event")));
}

void tell_cuts(const Told& told, Console& console) {
  console.out << fmt::format("\nof {} with other seeds after an event, so many fail\n\n{:>9} {:>11}  failing\n",
                             counted(told.options.seeds, "continuation"), "event", "seconds");
  for (const auto& cut : told.cuts) {
    const auto checkers = checkers_text(cut);
    console.out << fmt::format("{:>9} {:>11}  {:>7}{}\n", cut.after, time_text(cut.at), cut.failing,
                               checkers.empty() ? "" : "  " + checkers);
  }
}

void tell_turn(const Told& told, Console& console) {
  const auto& start = told.cuts.front();
  if (!told.turn && start.failing == start.runs) {
    console.out << "\ndoomed from the start: every continuation fails, wherever it begins\n";
    return;
  }
  if (!told.turn) {
    console.out << "\nno event makes the difference: at the end no more continuations fail than at the start\n";
    return;
  }
  const auto& [before, after] = *told.turn;
  console.out << fmt::format(
      "\ndoomed since event {}, {} s: {} fail before it, {} after it\n  {}\n  {} inspect {} --around {}\n", after.after,
      time_text(after.at), share_text(before), share_text(after), event_in_words(told.recording, after.after),
      quoted_for_shell(console.command), quoted_for_shell(told.options.file), after.after);
}

void tell_one(const Told& told, Console& console) {
  const auto& cut = told.cuts.front();
  const auto checkers = checkers_text(cut);
  console.out << fmt::format("after event {}, {} s: {} with other seeds fail{}\n", cut.after, time_text(cut.at),
                             fmt::format("{} of {}", grouped(cut.failing), counted(cut.runs, "continuation")),
                             checkers.empty() ? "" : " (" + checkers + ")");
  if (cut.after > 0) console.out << "  " << event_in_words(told.recording, cut.after) << "\n";
}

using Json = nlohmann::ordered_json;

Json to_json(const Continuations& cut) {
  Json checkers = Json::object();
  for (const auto& [checker, count] : cut.checkers) checkers[checker] = count;
  return {{"event", cut.after},
          {"at_ns", cut.at.time_since_epoch().count()},
          {"failing", cut.failing},
          {"checkers", std::move(checkers)}};
}

Json to_json(const Told& told, const scenarios::Scenario& scenario) {
  const auto& verdict = told.recording.outcome.verdict;
  Json json{{"program", program_version()},
            {"scenario", scenario.name},
            {"seed", told.recording.header.seed},
            {"mutations", told.recording.header.mutations},
            {"fingerprint", hexadecimal(told.recording.outcome.fingerprint)},
            {"violated", verdict ? Json(verdict->checker) : Json()},
            {"last_event", last_event(told.recording)},
            {"continuations", told.options.seeds},
            {"cuts", Json::array()}};
  for (const auto& cut : told.cuts) json["cuts"].push_back(to_json(cut));
  if (told.options.from_event) return json;
  json["doomed_since"] = nullptr;
  if (told.turn) {
    json["doomed_since"] = to_json(told.turn->after);
    json["doomed_since"]["failing_before"] = told.turn->before.failing;
    json["doomed_since"]["what"] = event_in_words(told.recording, told.turn->after.after);
  }
  return json;
}

// --- the search ---

// Between the last of the cuts that is below the middle, and the next. std::nullopt in the outer one: interrupted.
std::optional<std::optional<Turn>> find_turn(const std::vector<Continuations>& cuts, Continuer& continuer) {
  const auto sum = cuts.front().failing + cuts.back().failing;
  if (cuts.back().failing <= cuts.front().failing) return std::optional<Turn>();
  const auto is_below = [&](const Continuations& cut) { return 2 * cut.failing < sum; };
  auto at = static_cast<std::size_t>(std::find_if(cuts.rbegin(), cuts.rend(), is_below).base() - cuts.begin());
  Turn turn{cuts[at - 1], cuts[at]};
  while (turn.before.after + 1 < turn.after.after) {
    const auto middle = turn.before.after + (turn.after.after - turn.before.after) / 2;
    auto found = continuer.after({middle});
    if (!found) return std::nullopt;
    // Several events may be one step of the run.
    if (found->front().after >= turn.after.after) break;
    (is_below(found->front()) ? turn.before : turn.after) = std::move(found->front());
  }
  return std::optional(std::move(turn));
}

}  // namespace

ExitCode branch(const BranchOptions& options, Console& console) {
  check_numbers(options);
  const checkers::Trace trace = checkers::read_trace(options.file);
  const scenarios::Scenario scenario = scenario_of(trace, options.file, console.servers);
  const Origin origin{scenario, trace.header.seed, overrides_of(trace, options.file, scenario)};
  const Recording recording = reproduced(trace, origin, options.file, console);
  const auto last = last_event(recording);
  if (options.from_event && *options.from_event > last) {
    throw BadInput(
        fmt::format("--from-event {}: expected an event of {}, from 0 to {}", *options.from_event, options.file, last));
  }
  const Interrupt interrupt;
  Continuer continuer(origin, options.seeds, options.jobs, options.from_event ? 1 : planned_cuts(last), console);
  const auto cuts = options.from_event ? std::vector<sim::EventId>{*options.from_event} : cuts_of(last);
  auto found = continuer.after(cuts);
  if (!found) return ExitCode::interrupted;
  Told told{recording, options, std::move(*found)};
  if (!options.from_event) {
    auto turn = find_turn(told.cuts, continuer);
    if (!turn) return ExitCode::interrupted;
    told.turn = std::move(*turn);
  }
  if (options.json) {
    console.out << to_json(told, scenario).dump(2) << "\n";
    return ExitCode::clean;
  }
  tell_run(told, scenario, console);
  if (options.from_event) {
    tell_one(told, console);
  } else {
    tell_cuts(told, console);
    tell_turn(told, console);
  }
  return ExitCode::clean;
}

}  // namespace raftsim::tools
