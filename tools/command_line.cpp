#include "tools/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "scenarios/nearest.hpp"
#include "tools/commands/bench.hpp"
#include "tools/commands/checkers.hpp"
#include "tools/commands/inspect.hpp"
#include "tools/commands/merge.hpp"
#include "tools/commands/mutations.hpp"
#include "tools/commands/replay.hpp"
#include "tools/commands/run.hpp"
#include "tools/commands/scenarios.hpp"
#include "tools/commands/sweep.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

using Command = std::function<ExitCode(Console&)>;

// Adds a subcommand whose options are an `Options` of its own; when it is the one, `chosen` becomes `act` with them.
template <class Options>
std::pair<CLI::App*, std::shared_ptr<Options>> add_command(CLI::App& app, Command& chosen, const char* name,
                                                           const char* what,
                                                           ExitCode (*act)(const Options&, Console&)) {
  CLI::App* command = app.add_subcommand(name, what);
  auto options = std::make_shared<Options>();
  command->callback([&chosen, options, act] { chosen = [=](Console& console) { return act(*options, console); }; });
  return {command, options};
}

void add_choice(CLI::App& command, ScenarioChoice& choice) {
  command.add_option("--mutation", choice.mutations, "plant a known bug; repeatable (see raftsim mutations)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--set", choice.settings, "change a setting of the scenario; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

CLI::Option* add_scenario(CLI::App& command, std::string& scenario) {
  return command
      .add_option("scenario", scenario, "the name of a built-in scenario (see raftsim scenarios), or a .json file")
      ->type_name("SCENARIO");
}

void add_format(CLI::App& command, Format& format) {
  const auto set = [&format](const std::string& name) {
    if (name != "text" && name != "json") {
      throw CLI::ValidationError("--format", fmt::format("expected text or json, found '{}'", name));
    }
    format = name == "json" ? Format::json : Format::text;
  };
  command.add_option_function<std::string>("--format", set, "text or json")->type_name("FORMAT");
}

// CLI11 takes -1 for the largest number of all, 010 for eight, and cuts off what is too large.
template <class Number>
std::string check_number(std::string& text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    return fmt::format("expected a whole number up to {}, found '{}'", std::numeric_limits<Number>::max(), text);
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return fmt::format("expected a whole number, found '{}'", text);
  }
  text = std::to_string(number);
  return "";
}

// A whole number in decimal digits. Its default is shown unless it has none.
template <class Number>
void add_number(CLI::App& command, const char* name, Number& number, const char* type, const char* what) {
  const auto check = [] {
    if constexpr (std::is_integral_v<Number>) return check_number<Number>;
    if constexpr (!std::is_integral_v<Number>) return check_number<typename Number::value_type>;
  }();
  CLI::Option* option = command.add_option(name, number, what)->type_name(type)->transform(CLI::Validator(check, ""));
  if constexpr (std::is_integral_v<Number>) option->capture_default_str();
}

// An empty text is a variable that a script forgot to set: it must not mean "all seeds", or "nowhere".
CLI::Validator given(const std::string& type) {
  return {[type](const std::string& text) { return text.empty() ? fmt::format("expected {}, found ''", type) : ""; },
          ""};
}

void add_path(CLI::App& command, const char* name, std::string& path, const char* type, const char* what,
              const char* group) {
  CLI::Option* option = command.add_option(name, path, what)->type_name(type)->group(group)->check(given(type));
  if (!path.empty()) option->capture_default_str();
}

void add_report(CLI::App& command, ReportOptions& report) {
  constexpr const char* group = "Reports";
  add_path(command, "--out", report.out, "DIR", "directory for the traces of the runs that are kept", group);
  add_format(command, report.format);
  command.get_option("--format")->group(group);
  add_path(command, "--json", report.json, "FILE", "write the summary as JSON", group);
  add_path(command, "--junit", report.junit, "FILE", "write JUnit XML with a test case for each checker", group);
  add_path(command, "--markdown", report.markdown, "FILE",
           "append a summary in Markdown, such as to \"$GITHUB_STEP_SUMMARY\"", group);
  command.add_flag("--github", report.github, "print GitHub annotations")->group(group);
  add_path(command, "--corpus", report.corpus, "DIR",
           "first re-run the traces in DIR and report which are fixed; add new finds to it", group);
  add_number(command, "--corpus-seeds", report.corpus_seeds, "N",
             "seeds to sweep for each trace whose run changed before the causes of its violation");
  command.get_option("--corpus-seeds")->group(group);
}

void add_plan(CLI::App& command, PlanArguments& plan) {
  constexpr const char* group = "Seeds";
  const auto number = [&](const char* name, auto& value, const char* type, const char* what) {
    add_number(command, name, value, type, what);
    command.get_option(name)->group(group);
  };
  number("--seeds", plan.seeds, "N", "number of runs [1000]");
  add_path(command, "--for", plan.time, "TIME", "run for 30s, 10m or 1.5h instead of a number of seeds", group);
  add_path(command, "--first-seed", plan.first_seed, "S|random", "run seeds S, S+1, ...", group);
  number("--jobs", plan.jobs, "J", "threads");
  number("--max-violations", plan.max_violations, "K", "stop after K violations [10; no limit with --keep or --shard]");
  number("--keep", plan.keep, "K", "do not stop; keep the traces of the K shortest runs of each kind of violation [1]");
}

void add_sweep(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "sweep", "Run many seeds of a scenario in parallel", sweep);
  add_scenario(*command, options->choice.scenario)->required();
  add_choice(*command, options->choice);
  add_plan(*command, options->plan);
  constexpr const char* group = "Sharding and resuming";
  add_path(*command, "--shard", options->plan.shard, "I/N",
           "run only every Nth seed, starting with the Ith; write results for raftsim merge [to --out]", group);
  add_path(*command, "--results", options->results, "DIR", "write results to DIR every second", group);
  add_path(*command, "--resume", options->resume, "DIR", "resume from the results in DIR, or start if there are none",
           group);
  command
      ->add_flag("--allow-other-version", options->allow_other_version, "resume results of another version of raftsim")
      ->group(group);
  add_report(*command, options->report);
  command->footer(
      "Results do not depend on --jobs. Ctrl-C (or SIGTERM) stops the sweep and reports what it has so far: exit code\n"
      "130 if nothing was violated. Violations that differ only in server names and numbers are one kind; the\n"
      "shortest run of each kind is shown and kept.\n"
      "A trace in --corpus is fixed if its run is as recorded up to the causes of the violation, and violates "
      "nothing.\n"
      "If the run changed earlier, it is not comparable, and --corpus-seeds seeds of its scenario are swept for the\n"
      "same kind of violation. The exit code is 1 if the corpus still fails.\n"
      "JSON has the keys runs, events, virtual_seconds, wall_seconds, first_seed, violation_count, violations (those\n"
      "kept: checker, seed, trace, ...), violation_groups, corpus, faults and situations (name to count),\n"
      "inert_faults, must_reach_missed, not_judged, and more.\n\n"
      "Examples:\n"
      "  raftsim sweep leader-crash --seeds 10000\n"
      "  raftsim sweep stale-ack --seeds 1000 --mutation match-overwrite\n"
      "  raftsim sweep leader-crash --for 10m --first-seed random --keep 3 --corpus corpus\n"
      "  raftsim sweep crash-once --seeds 1000000 --shard 2/4 --resume results\n"
      "  raftsim sweep leader-crash --junit sweep.xml --markdown \"$GITHUB_STEP_SUMMARY\" --github\n"
      "  raftsim sweep backup-with-persistence --set raft.persistence.mode=rewrite --format json");
}

void add_merge(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "merge", "Merge the results of a sharded sweep", merge);
  command->add_option("results", options->places, "directories with results files, or files")
      ->type_name("DIR|FILE")
      ->check(given("DIR|FILE"))
      ->required();
  command->add_flag("--partial", options->partial, "accept missing seeds: exit code 0 if nothing was violated so far");
  command->add_flag("--allow-other-version", options->allow_other_version,
                    "merge results of another version of raftsim");
  add_report(*command, options->report);
  command->footer(
      "Reports what one sweep over all seeds would report. Files may still be growing. Shards of different sweeps are\n"
      "refused. Missing seeds are listed: exit code 2 if nothing was violated.\n\n"
      "Examples:\n"
      "  raftsim merge out\n"
      "  raftsim merge results --partial\n"
      "  raftsim merge shard-*/out --junit sweep.xml --markdown \"$GITHUB_STEP_SUMMARY\" --github");
}

void add_run(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "run", "Run one seed of a scenario", run_one);
  add_scenario(*command, options->choice.scenario)->required();
  add_number(*command, "--seed", options->seed, "S", "the seed to run");
  add_choice(*command, options->choice);
  command->add_option("--trace", options->trace, "write the trace of the run, event by event, to FILE")
      ->type_name("FILE");
  command->add_option("--decisions", options->decisions, "write every decision that the run asks for, one to a line")
      ->type_name("FILE");
  command->add_option("--overrides", options->overrides, "answer the decisions in this file in place of chance")
      ->type_name("FILE");
  command->footer(
      "A line of what --decisions writes is an override: with another answer it asks what if.\n\n"
      "Examples:\n"
      "  raftsim run leader-crash --seed 17\n"
      "  raftsim run calm --seed 1 --trace calm.json\n"
      "  raftsim run leader-crash --seed 17 --decisions all.jsonl\n"
      "  raftsim run leader-crash --seed 17 --overrides what-if.jsonl");
}

void add_replay(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "replay", "Re-run the seed recorded in a trace", replay);
  command->add_option("trace", options->file, "a trace that sweep or run wrote")->type_name("FILE")->required();
  command->add_option("--overrides", options->overrides, "what if the decisions in this file had another answer?")
      ->type_name("FILE");
  command->footer(
      "Reports whether fingerprint and verdict are the same, and if not, where the run first differs and whether it\n"
      "is as recorded up to the causes of the violation.\n\n"
      "Examples:\n"
      "  raftsim replay out/stale-ack-3-match-overwrite.json");
}

// What --kind takes, in lines.
std::string kinds_for_help() {
  std::string text;
  for (const auto& [title, names] : known_kinds()) {
    text += fmt::format("Kinds of {}:\n{}", title, paragraph(scenarios::listed({names.begin(), names.end()}), 2, 110));
  }
  return text;
}

void add_inspect(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "inspect", "Show a trace as text", inspect);
  InspectOptions& show = options->show;
  command->add_option("trace", options->file, "a trace that sweep or run wrote")->type_name("FILE")->required();
  command
      ->add_option("--server", show.hosts,
                   "only events at this server or client, and packets from and to it; repeatable")
      ->type_name("S1|C1|...")
      ->allow_extra_args(false);
  command
      ->add_option(
          "--kind", show.kinds,
          "only this kind of event (deliver), message (AppendEntriesReply) or observation (moved-progress), see "
          "below; repeatable")
      ->type_name("KIND")
      ->allow_extra_args(false);
  command->add_option("--from", show.from, "only events from this time on: 1.5s, 812ms; a plain number is seconds")
      ->type_name("TIME");
  command->add_option("--to", show.to, "only events up to this time")->type_name("TIME");
  add_number(*command, "--term", show.term, "TERM", "only messages and observations of this term");
  add_number(*command, "--index", show.index, "INDEX", "only what touches this entry of the log");
  add_number(*command, "--message", show.message, "NUMBER",
             "the story of a packet, and only the events that it took part in");
  command->add_option("--around", show.around, "only events around the violation, or around this event")
      ->type_name("violation|EVENT");
  add_number(*command, "--context", show.context, "N", "number of events that --around shows before and after");
  add_number(*command, "--limit", show.limit, "N", "at most N events; 0 for all");
  command->footer(
      kinds_for_help() +
      "\nThe exit code is 0 whatever the trace has found.\n\n"
      "Examples:\n"
      "  raftsim inspect out/stale-ack-3-match-overwrite.json --around violation\n"
      "  raftsim inspect out/stale-ack-3-match-overwrite.json --server S1 --kind AppendEntriesReply --term 2\n"
      "  raftsim inspect out/stale-ack-3-match-overwrite.json --message 812");
}

void add_scenarios(CLI::App& app, Command& chosen) {
  const auto [command, options] =
      add_command(app, chosen, "scenarios", "List the scenarios, or describe one", list_scenarios);
  add_scenario(*command, options->scenario);
  command->add_flag("--json", options->json, "print the scenario's file");
  command->footer(
      "Examples:\n"
      "  raftsim scenarios\n"
      "  raftsim scenarios backup-with-persistence\n"
      "  raftsim scenarios leader-crash --json > mine.json");
}

void add_mutations(CLI::App& app, Command& chosen) {
  const auto [command, options] =
      add_command(app, chosen, "mutations", "List the known bugs that can be planted, or describe one", list_mutations);
  command->add_option("mutation", options->mutation, "which one")->type_name("NAME");
  command->footer(
      "Examples:\n"
      "  raftsim mutations\n"
      "  raftsim mutations match-overwrite");
}

void add_checkers(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(
      app, chosen, "checkers", "List the checkers and the situations, for without and must_reach", list_checkers);
  command->footer(
      "Examples:\n"
      "  raftsim checkers\n"
      "  raftsim sweep stale-ack --set 'without=[\"no-stale-rewind\"]'");
}

void add_bench(CLI::App& app, Command& chosen) {
  const auto [command, options] = add_command(app, chosen, "bench", "Measure how fast runs are on this machine", bench);
  add_scenario(*command, options->choice.scenario)->capture_default_str();
  add_number(*command, "--runs", options->runs, "N", "number of runs for each measurement and job");
  add_number(*command, "--jobs", options->jobs, "J", "threads of the parallel measurement");
  add_choice(*command, options->choice);
  add_format(*command, options->format);
  command->add_option("--save", options->save, "save the costs, for a later --baseline")->type_name("FILE");
  command->add_option("--baseline", options->baseline, "compare with the costs saved in FILE")->type_name("FILE");
  command->footer(
      "'relative' is the cost of an event in turns of a reference loop, which is comparable between machines. The\n"
      "parts of an event are reported with how each was measured; together with the rest they add up to the event.\n\n"
      "Examples:\n"
      "  raftsim bench\n"
      "  raftsim bench --save before.json\n"
      "  raftsim bench --baseline before.json\n"
      "  raftsim bench calm --runs 1000 --format json");
}

Command say(std::string text) {
  return [text = std::move(text)](Console& console) {
    console.out << text;
    return ExitCode::clean;
  };
}

// CLI11 says "not expected" of a subcommand that it does not know; we can do better.
void check_subcommand(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (std::ranges::find(names, argv[1]) != names.end()) return;
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw BadInput(scenarios::unknown("subcommand", argv[1], views));
}

// An option that there is none of, with the one that was meant; empty when nothing looks like one.
std::string unknown_option(const CLI::App& app) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  if (commands.empty()) return "";
  std::vector<std::string> names;
  for (const CLI::Option* option : commands.front()->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const std::string& word : app.remaining(true)) {
    if (!word.starts_with("--")) continue;
    const std::string name = word.substr(0, word.find('='));
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto meant = scenarios::nearest(name, views);
    return fmt::format("unknown option '{}'{}", name, meant ? fmt::format("; did you mean '{}'?", *meant) : "");
  }
  return "";
}

std::string with_hint(const CLI::App& app, const std::string& problem) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  return fmt::format("{} (see raftsim {}--help)", one_line(problem),
                     commands.empty() ? "" : commands.front()->get_name() + " ");
}

}  // namespace

Command command_of(int argc, const char* const* argv) {
  CLI::App app("raftsim runs Raft in a simulated world full of faults, and finds, records and replays what goes wrong.",
               "raftsim");
  Command chosen;
  app.set_version_flag("--version", std::string(program_version()));
  app.require_subcommand(1);
  add_sweep(app, chosen);
  add_merge(app, chosen);
  add_run(app, chosen);
  add_replay(app, chosen);
  add_inspect(app, chosen);
  add_scenarios(app, chosen);
  add_mutations(app, chosen);
  add_checkers(app, chosen);
  add_bench(app, chosen);
  app.footer(
      "Exit codes: 0 no violation, 1 violation, 2 wrong usage, or a file that cannot be read or written, 3 raftsim\n"
      "itself failed, 130 interrupted before anything was found.\n\n"
      "Examples:\n"
      "  raftsim sweep leader-crash --seeds 10000\n"
      "  raftsim sweep stale-ack --seeds 1000 --mutation match-overwrite\n"
      "  raftsim scenarios");
  check_subcommand(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError& problem) {
    const std::string option = unknown_option(app);
    throw BadInput(with_hint(app, option.empty() ? problem.what() : option));
  } catch (const CLI::ParseError& problem) {
    std::ostringstream answer;
    std::ostringstream error;
    if (app.exit(problem, answer, error) == 0) return say(answer.str());
    throw BadInput(with_hint(app, problem.what()));
  }
  return chosen;
}

}  // namespace raftsim::tools
