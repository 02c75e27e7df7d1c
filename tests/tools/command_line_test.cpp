// raftsim's command line, with and without mistakes.
#include <algorithm>
#include <sstream>

#include "catch.hpp"
#include "tools/program.hpp"
#include "tools/version.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;
using Catch::StartsWith;

struct Mistake {
  std::vector<std::string> arguments;
  std::string told;  // part of the error
};

bool is_one_line(const std::string& text) { return !text.empty() && text.find('\n') == text.size() - 1; }

TEST_CASE("a mistake on the command line gives one line on standard error and exit code 2") {
  const TemporaryDirectory directory;
  write_file(directory.path("file"), "");
  write_file(directory.path("broken.json"), "{\"name\": \"broken\",");
  write_file(directory.path("typo.json"), "{\"name\": \"typo\", \"serversss\": 3}");
  const std::string out = directory.path("out");
  const std::vector<Mistake> mistakes{
      {{"swep"}, "unknown subcommand 'swep'; did you mean 'sweep'?\n"},
      {{"banana"}, "unknown subcommand 'banana'. Available: sweep, merge, "},
      {{"calm"}, "to run the scenario calm, type "},
      {{"--wrong"}, "raftsim: unknown option --wrong (see "},
      {{"--seeds", "5", "calm"}, "unknown option --seeds; sweep and branch have --seeds: write the subcommand first\n"},
      {{"sweep"}, "sweep: no SCENARIO given (see "},
      {{"sweep", "calm", "--wrong"}, "sweep: unknown option --wrong (see "},
      {{"sweep", "calm", "--sedes", "5"}, "sweep: unknown option --sedes; did you mean --seeds?\n"},
      {{"sweep", "--sedes", "5"}, "sweep: unknown option --sedes; did you mean --seeds?\n"},
      {{"sweep", "--sedes"}, "sweep: unknown option --sedes; did you mean --seeds?\n"},
      {{"sweep", "calm", "--seed", "10"}, "sweep: unknown option --seed; did you mean --seeds? (run has --seed)\n"},
      {{"sweep", "calm", "--seed=5"}, "sweep: unknown option --seed; did you mean --seeds?"},
      {{"run", "calm", "--junit", "x"}, "run: unknown option --junit; sweep and merge have --junit\n"},
      {{"sweep", "calm", "extra"}, "sweep: unexpected argument 'extra': it takes one SCENARIO (see "},
      {{"sweep", "calm", "seeds", "10"}, "sweep: unexpected argument 'seeds'; did you mean --seeds?\n"},
      {{"checkers", "extra"}, "checkers: unexpected argument 'extra': it takes none (see "},
      {{"help"}, "unknown subcommand 'help'; did you mean --help?\n"},
      {{"--seeds", "5", "sweep", "calm"}, "sweep: --seeds must follow the subcommand (see "},
      {{"sweep", "calm", "--json", "--github"}, "sweep: --json needs a value: FILE (see "},
      {{"sweep", "calm", "--github=maybe"}, "sweep: --github takes no value (see "},
      {{"sweep", "calm", "--seeds", "--jobs", "2"}, "sweep: --seeds needs a value: N (see "},
      {{"sweep", "calm", "--seeds", "5", "--seeds", "6"}, "sweep: --seeds is given more than once (see "},
      {{"replay"}, "replay: no FILE given (see "},
      {{"completion"}, "completion: no SHELL given (see "},
      {{"completion", "bahs"}, "completion: expected one of the shells bash, zsh, fish, found 'bahs'\n"},
      {{"sweep", "leder-crash"}, "did you mean 'leader-crash'?"},
      {{"sweep", "banana"}, "unknown scenario 'banana'. Available: "},
      {{"sweep", directory.path("none.json")}, "No such file"},
      {{"sweep", directory.path("")}, "is a directory"},
      {{"sweep", directory.path("broken.json")}, "broken.json"},
      {{"sweep", directory.path("typo.json")}, "serversss"},
      {{"sweep", "calm", "--seeds", "0"}, "--seeds"},
      {{"sweep", "calm", "--seeds", "-1"}, "--seeds: expected a whole number, found '-1'"},
      {{"sweep", "calm", "--seeds", "99999999999999999999"},
       "--seeds: expected a whole number up to 18446744073709551615, found '99999999999999999999'"},
      {{"sweep", "calm", "--jobs", "4294967298"}, "--jobs: expected a whole number up to 4294967295"},
      {{"sweep", "calm", "--seeds", "many"}, "--seeds"},
      {{"sweep", "calm", "--seeds"}, "sweep: --seeds needs a value: N (see "},
      {{"sweep", "calm", "--jobs", "0"}, "--jobs"},
      {{"sweep", "calm", "--jobs", "1000000"}, "--jobs"},
      {{"sweep", "calm", "--first-seed", "18446744073709551615", "--seeds", "2"}, "--first-seed"},
      {{"sweep", "calm", "--max-violations", "0"}, "--max-violations"},
      {{"sweep", "calm", "--keep", "0"}, "--keep"},
      {{"sweep", "calm", "--first-seed", "randm"}, "--first-seed: expected a whole number or random, found 'randm'"},
      {{"sweep", "calm", "--for", "10"}, "--for: expected a time such as 30s, 10m or 1.5h, found '10'"},
      {{"sweep", "calm", "--for", "10m", "--seeds", "5"}, "--seeds and --for"},
      {{"sweep", "calm", "--shard", "5/4"}, "--shard: expected I/N"},
      {{"sweep", "calm", "--shard", "1/4", "--seeds", "3"}, "--shard: 4 shards are too many for 3 seeds"},
      {{"sweep", "calm", "--shard", ""}, "--shard: expected I/N, found ''"},
      {{"sweep", "calm", "--shard", "1/2", "--resume", ""}, "--resume: expected DIR, found ''"},
      {{"sweep", "calm", "--resume", directory.path("file")}, "is a file: --resume takes its directory"},
      {{"sweep", "calm", "--shard", "1/2", "--first-seed", "random"}, "--shard and --first-seed random"},
      {{"sweep", "calm", "--shard", "1/2", "--max-violations", "3"}, "--shard and --max-violations"},
      {{"sweep", "calm", "--shard", "1/2", "--corpus", out}, "--shard and --corpus"},
      {{"sweep", "calm", "--results", out, "--resume", out}, "--results and --resume"},
      {{"sweep", "calm", "--junit", directory.path("")}, "is a directory"},
      {{"merge"}, "merge: no DIR|FILE given (see "},
      {{"merge", ""}, "results: expected DIR|FILE, found ''"},
      {{"merge", directory.path("none")}, "none"},
      {{"merge", directory.path("")}, "has no results file"},
      {{"merge", directory.path("broken.json")}, "has no complete header"},
      {{"merge", directory.path("file")}, "has no complete header"},
      {{"sweep", "calm", "--format", "xml"}, "--format: expected text or json, found 'xml'"},
      {{"sweep", "calm", "--mutation", "figure9"}, "did you mean 'figure8'?"},
      {{"sweep", "calm", "--set", "servers"}, "--set servers: expected PATH=VALUE"},
      {{"sweep", "calm", "--set", "servers=banana"},
       "--set servers=banana: unknown key \"servers\"; did you mean \"server\"?"},
      {{"sweep", "calm", "--set", "no.such.path=1"}, "--set no.such.path=1: unknown key \"no\""},
      {{"sweep", "calm", "--set", "raft.hartbeat=1ms"}, "did you mean \"heartbeat\"?"},
      {{"sweep", "calm", "--set", "without=[\"banana\"]"}, "unknown checker \"banana\". Available: election-safety, "},
      {{"sweep", "calm", "--corpus", out, "--corpus-seeds", "0"}, "--corpus-seeds"},
      {{"sweep", "calm", "--out", directory.path("file/below")}, "cannot be written to: Not a directory"},
      {{"sweep", "calm", "--out", "/proc/raftsim"}, "/proc/raftsim"},
      {{"run", "calm", "--seed", "x"}, "--seed"},
      {{"run", "calm", "--trace", directory.path("file/below/trace.json")}, "cannot be written to"},
      {{"replay", directory.path("none.json")}, "none.json"},
      {{"replay", directory.path("file")}, "file"},
      {{"inspect", directory.path("none.json")}, "none.json"},
      {{"mutations", "figure9"}, "did you mean 'figure8'?"},
      {{"scenarios", "clam"}, "did you mean 'calm'?"},
      {{"scenarios", "--json"}, "--json"},
      {{"scenarios", "--explain"}, "--explain: no scenario given, as in "},
      {{"scenarios", "calm", "--json", "--explain"}, "--json and --explain: expected one of them\n"},
      {{"scenarios", "--schema", "--explain"}, "--schema and --explain: expected one of them\n"},
      {{"scenarios", "--schema", "--json"}, "--schema and --json: expected one of them\n"},
      {{"scenarios", "calm", "--schema"}, "--schema: expected no scenario: there is one schema for all of them\n"},
      {{"bench", "--runs", "0"}, "--runs"},
  };
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    auto arguments = mistakes[i].arguments;
    const bool writes =
        arguments.size() > 1 && arguments[0] == "sweep" && arguments.end() == std::ranges::find(arguments, "--out");
    if (writes) arguments.insert(arguments.end(), {"--out", out});
    const Answer answer = raftsim(arguments);
    CAPTURE(arguments, answer.err);
    CHECK(answer.exit_code == 2);
    CHECK(answer.out.empty());
    CHECK_THAT(answer.err, StartsWith("raftsim: "));
    CHECK_THAT(answer.err, Contains(mistakes[i].told));
    CHECK(is_one_line(answer.err));
  }
  CHECK(directory.files() == std::vector<std::string>{"broken.json", "file", "typo.json"});  // nothing was started
}

TEST_CASE("without arguments it prints the help and does not report success") {
  const Answer answer = raftsim({});
  CHECK(answer.exit_code == 2);
  CHECK(answer.err.empty());
  CHECK(answer.out == raftsim({"--help"}).out);
}

TEST_CASE("a scenario file may include another, by its name or relative to its own folder") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path("mine"));
  write_file(directory.path("base.json"), R"({"include": "calm", "name": "base", "chaos_ends": "2s"})");
  write_file(directory.path("mine/slow.json"),
             R"({"include": "../base.json", "name": "slow", "disk": {"fsync": "20ms"}})");
  write_file(directory.path("mine/lost.json"), R"({"include": "bse.json"})");
  const Answer swept = raftsim({"sweep", directory.path("mine/slow.json"), "--seeds", "2"});
  CHECK(swept.exit_code == 0);
  CHECK_THAT(swept.out, StartsWith("slow: 2 runs, no violation\n"));
  const Answer full = raftsim({"scenarios", directory.path("mine/slow.json"), "--json"});
  CHECK_THAT(full.out, Contains(R"("fsync": "20ms")") && Contains(R"("chaos_ends": "2s")") && !Contains("include"));
  const Answer lost = raftsim({"sweep", directory.path("mine/lost.json"), "--seeds", "2"});
  CHECK(lost.exit_code == 2);
  CHECK(lost.err == "raftsim: " + directory.path("mine/lost.json") + ": include: " + directory.path("mine/bse.json") +
                        ": cannot be read: No such file or directory\n");
}

TEST_CASE("everything has help with examples") {
  CHECK_THAT(raftsim({"--help"}).out, Contains("Exit codes"));
  REQUIRE(subcommands().size() > 10);
  for (const std::string& command : subcommands()) {
    const Answer answer = raftsim({command, "--help"});
    CAPTURE(command);
    CHECK(answer.exit_code == 0);
    CHECK(answer.err.empty());
    CHECK_THAT(answer.out, Contains("Examples:"));
  }
}

// As called by tools/run: with the name to paste in the environment.
Answer called(const std::string& name, const std::string& arguments) {
  return Program::shell("RAFTSIM_COMMAND='" + name + "' \"$RAFTSIM\" " + arguments).wait();
}

TEST_CASE("help, errors and hints show only commands that can be pasted") {
  const TemporaryDirectory directory;
  std::vector<std::string> all{"",
                               "--help",
                               "swep",
                               "calm",
                               "--wrong",
                               "sweep",
                               "sweep calm --wrong",
                               "scenarios --json",
                               "scenarios calm",
                               "mutations match-overwrite",
                               "sweep calm --shard 1/2 --corpus c",
                               "run calm --seed"};
  for (const std::string& command : subcommands()) all.push_back(command + " --help");
  for (const std::string& arguments : all) {
    const Answer answer = called("tools/run", arguments);
    std::string text = answer.out + answer.err;
    CAPTURE(arguments, text);
    if (text.starts_with("raftsim: ")) text.erase(0, 9);
    for (const std::string& command : subcommands()) CHECK_THAT(text, !Contains("raftsim " + command + " "));
    CHECK_THAT(text, !Contains("raftsim --help"));
    if (arguments.ends_with("--help")) CHECK_THAT(text, Contains("Usage: tools/run "));
  }
  CHECK_THAT(called("my tools/run", "sweep --help").out, Contains("\n  'my tools/run' sweep leader-crash "));
  CHECK_THAT(called("tools/run", "sweep --wrong").err, Contains("(see tools/run sweep --help)"));
}

TEST_CASE("the version output names the program, its compiler and its build") {
  const Answer answer = raftsim({"--version"});
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.out, Catch::StartsWith("raftsim " + std::string(program_version()) + "\ncompiler ") &&
                             Contains("\nbuild ") && Contains("sanitizer"));
  CHECK(std::ranges::count(answer.out, '\n') == 3);
}

TEST_CASE("scenarios --schema prints the schema that the source tree has for editors") {
  const Answer schema = raftsim({"scenarios", "--schema"});
  CHECK(schema.out == read_file(RAFTSIM_SOURCE_DIR "/scenarios/schema/scenario.schema.json"));
  CHECK(schema.exit_code == 0);
}

TEST_CASE("run, inspect and replay print what a swarm chose, as settings that pin it") {
  const TemporaryDirectory directory;
  const std::string trace = directory.path("trace.json");
  const Answer run = raftsim({"run", "everything", "--set", "chaos_ends=1s", "--trace", trace});
  const auto from = run.out.find("--set faults.leader-crash.takes_part=");
  REQUIRE(from != std::string::npos);
  const std::string chosen = run.out.substr(from, run.out.find('\n', from) - from);
  CHECK_THAT(chosen,
             Contains("takes_part=false") && Contains("takes_part=true") && Contains("administration.takes_part="));
  CHECK_THAT(raftsim({"inspect", trace}).out, Contains("  swarm: " + chosen + "\n"));
  CHECK_THAT(raftsim({"replay", trace}).out, Contains("  swarm         " + chosen + "\n"));
  CHECK_THAT(raftsim({"run", "leader-crash"}).out, !Contains("takes_part"));
}

TEST_CASE("A sweep prints what a swarm chose for each seed that violates something") {
  const TemporaryDirectory directory;
  const Answer sweep =
      raftsim({"sweep", "stale-ack", "--seeds", "50", "--set", "swarm=3/4", "--mutation", "match-overwrite",
               "--max-violations", "1", "--jobs", "1", "--out", directory.path("out")});
  CHECK(sweep.exit_code == 1);
  CHECK_THAT(sweep.out, Contains("  swarm         --set faults.late-acks.takes_part="));
}

TEST_CASE("scenarios --explain tells each scenario of a suite in words") {
  const Answer suite = raftsim({"scenarios", "mit-lab", "--explain"});
  CHECK_THAT(suite.out, Contains("mit-backup-3b\n") && Contains("1. ") && Contains("\nwhat is due\n"));
  CHECK(suite.exit_code == 0);
}

TEST_CASE("scenarios lists them, describes one, and prints its file as a template") {
  CHECK_THAT(raftsim({"scenarios"}).out, Contains("leader-crash") && Contains("backup-with-persistence"));
  const Answer story = raftsim({"scenarios", "backup-with-persistence"});
  CHECK(story.exit_code == 0);
  CHECK_THAT(story.out, Contains("switches") && Contains("--set "));

  const TemporaryDirectory directory;
  write_file(directory.path("mine.json"), raftsim({"scenarios", "calm", "--json"}).out);
  const Answer mine = raftsim({"scenarios", directory.path("mine.json")});
  CHECK(mine.exit_code == 0);
  CHECK_THAT(mine.out, Contains(" sweep " + directory.path("mine.json") + "\n"));  // not the built-in one
  CHECK_THAT(story.out, Contains(" sweep backup-with-persistence\n"));
  CHECK(read_file(directory.path("mine.json")) == read_file(RAFTSIM_SOURCE_DIR "/scenarios/basics/calm.json"));
}

TEST_CASE("lists of what can be disabled, must be reached, or can be requested are available") {
  const Answer checkers = raftsim({"checkers"});
  CHECK(checkers.exit_code == 0);
  CHECK_THAT(checkers.out, Contains("  no-stale-rewind\n") && Contains("  split vote\n"));
  const Answer kinds = raftsim({"inspect", "--help"});
  CHECK_THAT(kinds.out,
             Contains("Kinds of events:\n  ") && Contains("AppendEntriesReply,") && Contains("moved-progress"));
}

TEST_CASE("mutations lists them, and says where one was seen and how to find it") {
  CHECK_THAT(raftsim({"mutations"}).out, Contains("match-overwrite") && Contains("figure8"));
  const Answer answer = raftsim({"mutations", "match-overwrite"});
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.out, Contains("seen in") && Contains("sweep ") && Contains("--mutation match-overwrite"));
}

TEST_CASE("a closed pipe is not an error, a full disk is") {
  const Answer left = Program::shell("{ sleep 0.2; \"$RAFTSIM\" mutations; echo $? >&2; } | true").wait();
  CHECK(left.err == "0\n");
  const Answer full = Program::shell("\"$RAFTSIM\" mutations > /dev/full").wait();
  CHECK(full.exit_code == 2);
  CHECK(full.err == "raftsim: standard output: cannot be written to\n");
}

}  // namespace
}  // namespace raftsim::tools::test
