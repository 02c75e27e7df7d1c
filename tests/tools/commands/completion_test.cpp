// Completion as done by a shell, and the manual page as read by man. Both have every subcommand and every long option.
#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) == 0;
}

// "sweep", and the long options that its help shows.
struct Documented {
  std::string command;
  std::set<std::string> options;
};

std::vector<Documented> documented() {
  const std::string help = raftsim({"--help"}).out;
  std::istringstream lines(help.substr(help.find("Subcommands:\n")));
  std::vector<Documented> all;
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && line.starts_with("  ");) {
    Documented one{line.substr(2, line.find(' ', 2) - 2), {}};
    const std::string text = raftsim({one.command, "--help"}).out;
    const std::regex option("\n  (-[a-z],)?(--[a-z-]+)");
    for (std::sregex_iterator found(text.begin(), text.end(), option), end; found != end; ++found) {
      one.options.insert((*found)[2]);
    }
    all.push_back(one);
  }
  return all;
}

// What bash offers for the last of the words, sorted. `called` is the command that is completed.
std::vector<std::string> offered(const std::string& words, const std::string& called = "tools/run") {
  std::string script =
      "RAFTSIM_COMMAND=tools/run \"$RAFTSIM\" completion bash > script && cat > ask <<'END'\n"
      "source ./script\n"
      "entry=$(complete -p " +
      called +
      ") || exit 9\n"
      "entry=${entry#complete -F }; function=${entry%% *}\n"
      "COMP_WORDS=(" +
      called + " " + words +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
      "$function\n"
      "((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n"
      "END\nbash --norc --noprofile ./ask";
  const TemporaryDirectory directory;
  write_file(directory.path("stale-scenario.json"), "");
  std::filesystem::create_directory(directory.path("folder"));
  const Answer answer = Program::shell("cd '" + directory.path() + "' && " + script).wait();
  CAPTURE(words, answer.err);
  CHECK(answer.exit_code == 0);
  CHECK(answer.err.empty());
  std::vector<std::string> lines;
  std::istringstream in(answer.out);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

using Words = std::vector<std::string>;

bool has(const Words& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

TEST_CASE("bash completes subcommands, options and values") {
  if (!installed("bash")) return;
  CHECK(offered("sw") == Words{"sweep"});
  CHECK(offered("sw", "raftsim") == Words{"sweep"});
  CHECK(offered("\"\"").size() == documented().size());
  CHECK(offered("--v") == Words{"--version"});
  CHECK(offered("sweep leader") == Words{"leader-crash"});
  CHECK(offered("sweep stale-") == Words{"stale-ack", "stale-reads", "stale-scenario.json"});
  CHECK(offered("sweep calm --seed") == Words{"--seeds"});
  CHECK(offered("run calm --seed") == Words{"--seed"});
  CHECK(offered("sweep calm --mutation match-ov") == Words{"match-overwrite"});
  CHECK(offered("sweep calm --format \"\"") == Words{"json", "text"});
  CHECK(offered("sweep calm --format = j") == Words{"json"});  // as bash splits --format=j
  CHECK(offered("sweep calm --format =") == Words{"json", "text"});
  CHECK(offered("sweep calm --out fold") == Words{"folder"});
  CHECK(offered("sweep calm --out stale") == Words{});
  CHECK(offered("replay stale") == Words{"stale-scenario.json"});
  CHECK(offered("sweep calm --seeds 1") == Words{});
  CHECK(offered("inspect x --kind AppendEntriesR") == Words{"AppendEntriesReply"});
  CHECK(has(offered("sweep calm --set network.links.l"), "network.links.loss="));
  CHECK(offered("sweep calm --set without = \"'[\\\"no-stale\"") == Words{"[\"no-stale-rewind\"]'"});
  CHECK(has(offered("sweep calm --set without ="), "'[\"no-stale-rewind\"]'"));
  CHECK(offered("completion z") == Words{"zsh"});
  for (const Documented& each : documented()) {
    const Words options = offered(each.command + " --");
    CHECK(std::set<std::string>(options.begin(), options.end()) == each.options);
  }
}

TEST_CASE("every completion script is valid and has every subcommand and long option") {
  const TemporaryDirectory directory;
  const std::string shell = GENERATE("bash", "zsh", "fish");
  CAPTURE(shell);
  const Answer answer = Program::shell("RAFTSIM_COMMAND=tools/run \"$RAFTSIM\" completion " + shell).wait();
  CHECK(answer.exit_code == 0);
  CHECK_THAT(answer.out, Contains("tools/run"));
  for (const auto& [command, options] : documented()) {
    CHECK_THAT(answer.out, Contains(command));
    for (const std::string& option : options) {
      CHECK_THAT(
          answer.out,
          Contains(shell == "fish" ? "__fish_seen_subcommand_from " + command + "' -l " + option.substr(2) : option));
    }
  }
  if (!installed(shell)) return;
  write_file(directory.path("script"), answer.out);
  const Answer checked = Program::shell(shell + " -n '" + directory.path("script") + "'").wait();
  CHECK(checked.exit_code == 0);
  CHECK(checked.err.empty());
}

TEST_CASE("fish completes subcommands, options and values") {
  if (!installed("fish")) return;
  const TemporaryDirectory directory;
  // A copy of the program, not a link: fish resolves links.
  const auto fish = [&](const std::string& line) {
    return Program::shell("cd '" + directory.path() +
                          "' && export HOME=\"$PWD\" && mkdir -p tools && cp -f \"$RAFTSIM\" tools/run && "
                          "RAFTSIM_COMMAND=tools/run \"$RAFTSIM\" completion fish > script && "
                          "fish --no-config -c 'source script; complete -C \"" +
                          line + "\"'")
        .wait()
        .out;
  };
  for (const std::string called : {"raftsim", "tools/run"}) {
    CHECK_THAT(fish(called + " sw"), Catch::StartsWith("sweep\t"));
    CHECK_THAT(fish(called + " sweep leader"), Catch::StartsWith("leader-crash"));
    CHECK_THAT(fish(called + " sweep calm --mutation match-ov"), Catch::StartsWith("match-overwrite"));
    CHECK_THAT(fish(called + " sweep calm --see"), Catch::StartsWith("--seeds\t"));
  }
}

TEST_CASE("the manual page has every subcommand and long option, and man accepts it") {
  const TemporaryDirectory directory;
  const Answer page = raftsim({"man"});
  CHECK(page.exit_code == 0);
  CHECK_THAT(page.out, Catch::StartsWith(".TH RAFTSIM 1 "));
  const auto roff = [](const std::string& word) { return std::regex_replace(word, std::regex("-"), "\\-"); };
  for (const auto& [command, options] : documented()) {
    CHECK_THAT(page.out, Contains("\n.SS " + command + "\n"));
    for (const std::string& option : options) CHECK_THAT(page.out, Contains("\\fB" + roff(option) + "\\fR"));
  }
  write_file(directory.path("raftsim.1"), page.out);
  if (installed("man")) {
    const Answer man =
        Program::shell("LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l '" + directory.path("raftsim.1") + "'").wait();
    CHECK(man.exit_code == 0);
    CHECK(man.err.empty());
  }
  if (installed("groff")) {
    const Answer groff =
        Program::shell("groff -man -ww -Tutf8 '" + directory.path("raftsim.1") + "' > /dev/null").wait();
    CHECK(groff.err.empty());
  }
}

}  // namespace
}  // namespace raftsim::tools::test
