#include "tools/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/nearest.hpp"
#include "tools/build_description.hpp"
#include "tools/commands/bench.hpp"
#include "tools/commands/branch.hpp"
#include "tools/commands/checkers.hpp"
#include "tools/commands/completion.hpp"
#include "tools/commands/inspect.hpp"
#include "tools/commands/man.hpp"
#include "tools/commands/merge.hpp"
#include "tools/commands/mutations.hpp"
#include "tools/commands/replay.hpp"
#include "tools/commands/run.hpp"
#include "tools/commands/scenarios.hpp"
#include "tools/commands/sweep.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/usage/mistake.hpp"
#include "tools/usage/options.hpp"
#include "tools/usage/syntax.hpp"

namespace raftsim::tools {

namespace {

using Command = std::function<ExitCode(Console&)>;

// The command line while subcommands are added to it.
struct CommandLine {
  CLI::App app;
  Command chosen;
  std::string called;  // how the program is called, for a shell

  // A text of the help with {raftsim} as it has to be typed.
  [[nodiscard]] std::string help(std::string text) const {
    constexpr std::string_view mark = "{raftsim}";
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + called.size())) {
      text.replace(at, mark.size(), called);
    }
    return text;
  }
};

// Adds a subcommand whose options are an `Options` of its own; when it is the one, `chosen` becomes `act` with them.
template <class Options>
std::pair<CLI::App*, std::shared_ptr<Options>> add_command(CommandLine& line, const char* name, const char* what,
                                                           ExitCode (*act)(const Options&, Console&)) {
  CLI::App* command = line.app.add_subcommand(name, what);
  auto options = std::make_shared<Options>();
  command->callback([&line, options, act] { line.chosen = [=](Console& console) { return act(*options, console); }; });
  return {command, options};
}

// `notes` are lines of at most 110 characters, or empty. Each example is typed as it stands; tests run all of them.
void add_notes(CommandLine& line, CLI::App& command, const std::string& notes,
               std::initializer_list<const char*> examples) {
  std::string text = notes.empty() ? "" : notes + "\n";
  text += "Examples:";
  for (const char* example : examples) text += std::string("\n  ") + example;
  command.footer(line.help(text));
}

void add_choice(CommandLine& line, CLI::App& command, ScenarioChoice& choice) {
  add_texts(command, "--mutation", choice.mutations, "MUTATION",
            line.help("plant a known bug; repeatable (see {raftsim} mutations)").c_str());
  add_texts(command, "--set", choice.settings, "PATH=VALUE", "change a setting of the scenario; repeatable");
}

CLI::Option* add_scenario(CommandLine& line, CLI::App& command, std::string& scenario) {
  return command
      .add_option("scenario", scenario,
                  line.help("name of a built-in scenario (see {raftsim} scenarios), or path of a .json file"))
      ->type_name("SCENARIO");
}

void add_report(CLI::App& command, ReportOptions& report) {
  constexpr const char* group = "Reports";
  add_text(command, "--out", report.out, "DIR", "directory for the traces that are kept")->group(group);
  add_format(command, report.format)->group(group);
  add_text(command, "--json", report.json, "FILE", "write the summary as JSON")->group(group);
  add_text(command, "--junit", report.junit, "FILE", "write JUnit XML with one test case per checker")->group(group);
  add_text(command, "--markdown", report.markdown, "FILE",
           "append a summary in Markdown, such as to \"$GITHUB_STEP_SUMMARY\"")
      ->group(group);
  command.add_flag("--github", report.github, "print GitHub annotations")->group(group);
  add_text(command, "--corpus", report.corpus, "DIR",
           "first re-run the traces in DIR and report which are fixed; add new finds to it")
      ->group(group);
  add_number(command, "--corpus-seeds", report.corpus_seeds, "N",
             "seeds to sweep for each trace whose run changed before the causes of its violation")
      ->group(group);
}

void add_plan(CLI::App& command, PlanArguments& plan) {
  constexpr const char* group = "Seeds";
  add_number(command, "--seeds", plan.seeds, "N", "number of runs [1000]")->group(group);
  add_text(command, "--for", plan.time, "TIME", "run for 30s, 10m or 1.5h instead of a number of seeds")->group(group);
  add_text(command, "--first-seed", plan.first_seed, "S|random", "run seeds S, S+1, ...")->group(group);
  add_number(command, "--jobs", plan.jobs, "J", "number of threads")->group(group);
  add_number(command, "--max-violations", plan.max_violations, "K",
             "stop after K violations [10; no limit with --keep or --shard]")
      ->group(group);
  add_number(command, "--keep", plan.keep, "K",
             "do not stop; keep the traces of the K shortest runs of each kind of violation [1]")
      ->group(group);
}

void add_sweep(CommandLine& line) {
  const auto [command, options] = add_command(line, "sweep", "Run many seeds of a scenario in parallel", sweep);
  add_scenario(line, *command, options->choice.scenario)->required();
  add_choice(line, *command, options->choice);
  add_plan(*command, options->plan);
  constexpr const char* group = "Sharding and resuming";
  add_text(
      *command, "--shard", options->plan.shard, "I/N",
      line.help("run only every Nth seed, starting with the Ith; write results for {raftsim} merge [to --out]").c_str())
      ->group(group);
  add_text(*command, "--results", options->results, "DIR", "write results to DIR every second")->group(group);
  add_text(*command, "--resume", options->resume, "DIR", "resume from the results in DIR, or start if there are none")
      ->group(group);
  command
      ->add_flag("--allow-other-version", options->allow_other_version, "resume results of another version of raftsim")
      ->group(group);
  add_report(*command, options->report);
  add_notes(
      line, *command,
      "Of a suite every scenario is swept, and told in one line; what is violated is told as of any scenario.\n\n"
      "Results do not depend on --jobs. Ctrl-C (or SIGTERM) stops the sweep and reports what it has so far: exit code\n"
      "130 if nothing was violated. Violations that differ only in server names and numbers are one kind; the\n"
      "shortest run of each kind is shown and kept.\n\n"
      "A trace in --corpus is fixed if its run is as recorded up to the causes of the violation, and violates\n"
      "nothing. If the run changed earlier, it is not comparable, and --corpus-seeds seeds of its scenario are\n"
      "swept for the same kind of violation. The exit code is 1 if the corpus still fails.\n\n"
      "JSON has the keys runs, events, virtual_seconds, wall_seconds, first_seed, violation_count, violations (those\n"
      "kept: checker, seed, trace, ...), violation_groups, corpus, faults and situations (name to count),\n"
      "inert_faults, must_reach_missed, not_judged, and more.\n",
      {"{raftsim} sweep leader-crash --seeds 10000",
       "{raftsim} sweep stale-ack --seeds 1000 --mutation match-overwrite", "{raftsim} sweep mit-lab --seeds 100",
       "{raftsim} sweep leader-crash --for 10m --first-seed random --keep 3 --corpus corpus",
       "{raftsim} sweep crash-once --seeds 1000000 --shard 2/4 --resume results",
       "{raftsim} sweep leader-crash --junit sweep.xml --markdown \"$GITHUB_STEP_SUMMARY\" --github",
       "{raftsim} sweep backup-with-persistence --set raft.persistence.mode=rewrite --format json"});
}

void add_merge(CommandLine& line) {
  const auto [command, options] = add_command(line, "merge", "Merge the results of a sharded sweep", merge);
  command->add_option("results", options->places, "results files, or directories that contain them")
      ->type_name("DIR|FILE")
      ->check(given("DIR|FILE"))
      ->required();
  command->add_flag("--partial", options->partial, "accept missing seeds: exit code 0 if nothing was violated so far");
  command->add_flag("--allow-other-version", options->allow_other_version,
                    "merge results of another version of raftsim");
  add_report(*command, options->report);
  add_notes(
      line, *command,
      "Reports what one sweep over all seeds would report. Files may still be growing. Shards of different sweeps are\n"
      "refused. Missing seeds are listed: exit code 2 if nothing was violated.\n",
      {"{raftsim} sweep crash-once --seeds 300 --shard 1/2 --out shards", "{raftsim} merge shards --partial",
       "{raftsim} sweep crash-once --seeds 300 --shard 2/2 --out shards",
       "{raftsim} merge shards --junit sweep.xml --markdown \"$GITHUB_STEP_SUMMARY\" --github"});
}

void add_run(CommandLine& line) {
  const auto [command, options] = add_command(line, "run", "Run one seed of a scenario", run_one);
  add_scenario(line, *command, options->choice.scenario)->required();
  add_number(*command, "--seed", options->seed, "S", "seed to run");
  add_choice(line, *command, options->choice);
  add_text(*command, "--trace", options->trace, "FILE", "write the trace of the run, event by event");
  add_text(*command, "--decisions", options->decisions, "FILE", "write each decision of the run, one to a line");
  add_text(*command, "--overrides", options->overrides, "FILE", "replace random decisions by those in FILE");
  add_notes(
      line, *command,
      "Each line that --decisions writes is an override: edit its answer, pass it to --overrides, and the run shows\n"
      "what would have happened.\n",
      {"{raftsim} run leader-crash --seed 17", "{raftsim} run calm --seed 1 --trace calm.json",
       "{raftsim} run leader-crash --seed 17 --decisions all.jsonl", "head -n 1 all.jsonl > what-if.jsonl",
       "{raftsim} run leader-crash --seed 17 --overrides what-if.jsonl"});
}

void add_replay(CommandLine& line) {
  const auto [command, options] = add_command(line, "replay", "Re-run the seed recorded in a trace", replay);
  command->add_option("trace", options->file, "trace written by sweep or run")->type_name("FILE")->required();
  add_text(*command, "--overrides", options->overrides, "FILE",
           "replace decisions of the run by those in FILE, and compare with the trace");
  add_notes(
      line, *command,
      "Reports whether fingerprint and verdict are the same. If not, reports where the run first differs and whether\n"
      "it is as recorded up to the causes of the violation.\n",
      {"{raftsim} sweep stale-ack --seeds 1000 --mutation match-overwrite",
       "{raftsim} replay out/stale-ack-7-match-overwrite.json"});
}

// What --kind takes, in lines.
std::string kinds_for_help() {
  std::string text;
  for (const auto& [title, names] : known_kinds()) {
    text +=
        "Kinds of " + std::string(title) + ":\n" + paragraph(scenarios::listed({names.begin(), names.end()}), 2, 110);
  }
  return text;
}

void add_inspect(CommandLine& line) {
  const auto [command, options] = add_command(line, "inspect", "Show a trace as text", inspect);
  InspectOptions& show = options->show;
  command->add_option("trace", options->file, "trace written by sweep or run")->type_name("FILE")->required();
  add_texts(*command, "--server", show.hosts, "S1|C1|...",
            "show only events at this server or client, and packets from and to it; repeatable");
  add_texts(*command, "--kind", show.kinds, "KIND",
            "show only this kind of event (deliver), message (AppendEntriesReply) or observation (moved-progress), "
            "see below; repeatable");
  add_text(*command, "--from", show.from, "TIME",
           "show only events from this time on: 1.5s, 812ms; a plain number is seconds");
  add_text(*command, "--to", show.to, "TIME", "show only events up to this time");
  add_number(*command, "--term", show.term, "TERM", "show only messages and observations of this term");
  add_number(*command, "--index", show.index, "INDEX", "show only what touches this entry of the log");
  add_number(*command, "--message", show.message, "NUMBER",
             "tell the story of a packet, and show only the events that it took part in");
  add_text(*command, "--around", show.around, "violation|EVENT",
           "show only events around the violation, or around this event");
  add_number(*command, "--context", show.context, "N", "number of events that --around shows before and after");
  add_number(*command, "--limit", show.limit, "N", "show at most N events; 0 for all");
  add_notes(line, *command, kinds_for_help() + "\nThe exit code is 0 even if the trace has a violation.\n",
            {"{raftsim} sweep stale-ack --seeds 1000 --mutation match-overwrite",
             "{raftsim} inspect out/stale-ack-7-match-overwrite.json --around violation",
             "{raftsim} inspect out/stale-ack-7-match-overwrite.json --server S1 --kind AppendEntriesReply --term 1",
             "{raftsim} inspect out/stale-ack-7-match-overwrite.json --message 98"});
}

void add_branch(CommandLine& line) {
  const auto [command, options] =
      add_command(line, "branch", "Continue a recorded run with other seeds: since when was it doomed?", branch);
  command->add_option("trace", options->file, "trace written by sweep or run")->type_name("FILE")->required();
  add_number(*command, "--from-event", options->from_event, "N",
             "continue after event N alone; 0 for the start of the run [events along the run]");
  add_number(*command, "--seeds", options->seeds, "M", "continuations after each event");
  add_number(*command, "--jobs", options->jobs, "J", "number of threads");
  command->add_flag("--json", options->json, "print JSON");
  add_notes(
      line, *command,
      "What happened up to an event stays, and all that chance decides later is drawn anew: of a continuation with\n"
      "number n as the seed of the run plus n has it. The share that fails is printed for 16 events along the run, "
      "and\n"
      "the event at which it passes the middle between its first and its last value is searched for and named.\n\n"
      "The exit code is 0, whatever fails. Results do not depend on --jobs. JSON has the keys cuts (event, at_ns,\n"
      "failing, checkers), doomed_since (an event, or null), and what run it is.\n",
      {"{raftsim} run leader-crash --seed 85 --mutation figure8 --trace rare.json",
       "{raftsim} branch rare.json --seeds 20", "{raftsim} branch rare.json --from-event 4732 --jobs 1",
       "{raftsim} branch rare.json --from-event 4731 --json"});
}

void add_scenarios(CommandLine& line) {
  const auto [command, options] = add_command(line, "scenarios", "List the scenarios, or describe one", list_scenarios);
  add_scenario(line, *command, options->scenario);
  command->add_flag("--json", options->json, "print the file of the scenario");
  command->add_flag("--explain", options->explain, "tell all of the scenario in words");
  command->add_flag("--schema", options->schema,
                    "print the JSON Schema of scenario files, which tells an editor every key");
  add_notes(
      line, *command, "",
      {"{raftsim} scenarios", "{raftsim} scenarios backup-with-persistence",
       "{raftsim} scenarios backup-with-persistence --explain", "{raftsim} scenarios leader-crash --json > mine.json",
       "{raftsim} scenarios --schema > scenario.schema.json"});
}

void add_mutations(CommandLine& line) {
  const auto [command, options] =
      add_command(line, "mutations", "List the known bugs that can be planted, or describe one", list_mutations);
  command->add_option("mutation", options->mutation, "name of a known bug")->type_name("MUTATION");
  add_notes(line, *command, "", {"{raftsim} mutations", "{raftsim} mutations match-overwrite"});
}

void add_checkers(CommandLine& line) {
  const auto [command, options] =
      add_command(line, "checkers", "List the checkers and the situations, for without and must_reach", list_checkers);
  add_notes(line, *command, "",
            {"{raftsim} checkers", "{raftsim} sweep stale-ack --set 'without=[\"no-stale-rewind\"]'"});
}

void add_bench(CommandLine& line) {
  const auto [command, options] = add_command(line, "bench", "Measure how fast runs are on this machine", bench);
  add_scenario(line, *command, options->choice.scenario)->capture_default_str();
  add_number(*command, "--runs", options->runs, "N", "number of runs per measurement and job");
  add_number(*command, "--jobs", options->jobs, "J", "number of threads of the parallel measurement");
  add_choice(line, *command, options->choice);
  add_format(*command, options->format);
  add_text(*command, "--save", options->save, "FILE", "write the costs, for a later --baseline");
  add_text(*command, "--baseline", options->baseline, "FILE", "compare with the costs that --save wrote");
  add_notes(
      line, *command,
      "'relative' is the cost of an event in turns of a reference loop, which is comparable between machines. The\n"
      "parts of an event are reported with how each was measured; together with the rest they add up to the event.\n",
      {"{raftsim} bench", "{raftsim} bench --save before.json", "{raftsim} bench --baseline before.json",
       "{raftsim} bench calm --runs 1000 --format json"});
}

void add_completion(CommandLine& line) {
  const auto [command, options] =
      add_command(line, "completion", "Print a script that completes this command line in a shell", print_completion);
  command->add_option("shell", options->shell, "bash, zsh or fish")->type_name("SHELL")->required();
  command->parse_complete_callback([&line, options = options] { options->syntax = syntax_of(line.app); });
  add_notes(line, *command,
            "To load the script into a shell that runs:\n"
            "  bash, zsh   source <({raftsim} completion bash), or zsh\n"
            "  fish        {raftsim} completion fish | source\n",
            {"{raftsim} completion bash > raftsim.bash", "{raftsim} completion zsh > _raftsim",
             "{raftsim} completion fish > raftsim.fish"});
}

void add_man(CommandLine& line) {
  const auto [command, options] = add_command(line, "man", "Print the manual page", print_man_page);
  command->parse_complete_callback([&line, options = options] { options->syntax = syntax_of(line.app); });
  add_notes(line, *command, "", {"{raftsim} man > raftsim.1", "man ./raftsim.1"});
}

Command print(std::string text, ExitCode code) {
  return [text = std::move(text), code](Console& console) {
    console.out << text;
    return code;
  };
}

void add_subcommands(CommandLine& line) {
  add_sweep(line);
  add_merge(line);
  add_run(line);
  add_replay(line);
  add_inspect(line);
  add_branch(line);
  add_scenarios(line);
  add_mutations(line);
  add_checkers(line);
  add_bench(line);
  add_completion(line);
  add_man(line);
  add_notes(line, line.app,
            "Exit codes:\n"
            "  0    no violation\n"
            "  1    violation\n"
            "  2    wrong usage, missing seeds, or a file that cannot be read or written, and no violation\n"
            "  3    raftsim itself failed\n"
            "  130  interrupted before anything was found\n",
            {"{raftsim} sweep leader-crash --seeds 10000",
             "{raftsim} sweep stale-ack --seeds 1000 --mutation match-overwrite", "{raftsim} scenarios"});
}

// What CLI11 would tell badly, or not at all.
void check_words(const CommandLine& line, const std::vector<std::string>& words, const std::string& program) {
  const std::string& first = words.front();
  if (first.starts_with('-')) return;
  const Syntax syntax = syntax_of(line.app);
  const bool known = std::ranges::find(syntax.commands, first, &CommandSyntax::name) != syntax.commands.end();
  if (!known) throw BadInput(unknown_subcommand(first, syntax, program));
  const std::string problem = wrong_value(words, syntax, program);
  if (!problem.empty()) throw BadInput(problem);
}

std::string name_of_chosen(const CLI::App& app) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  return commands.empty() ? "" : commands.front()->get_name();
}

}  // namespace

Command command_of(int argc, const char* const* argv, const std::string& program) {
  const std::string called = quoted_for_shell(program);
  CommandLine line{
      .app = CLI::App(
          "raftsim runs Raft in a simulated world full of faults, and finds, records and replays what goes wrong.",
          called),
      .chosen = {},
      .called = called};
  line.app.set_version_flag("--version", build_description(), "print version, compiler and kind of build");
  line.app.set_help_flag("-h,--help", "print this help");  // of the subcommands that are added from here on, too
  line.app.require_subcommand(1);
  add_subcommands(line);
  if (argc < 2) return print(line.app.help(), ExitCode::bad_input);
  check_words(line, {argv + 1, argv + argc}, program);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    std::ostringstream answer;
    std::ostringstream error;
    if (line.app.exit(problem, answer, error) == 0) return print(answer.str(), ExitCode::clean);
    const Misuse misuse{name_of_chosen(line.app), line.app.remaining(true), problem};
    throw BadInput(in_words(misuse, syntax_of(line.app), program));
  }
  return line.chosen;
}

}  // namespace raftsim::tools
