// Newcomers paste the examples in the help: each one runs, in the order of the help, in one directory.
#include <filesystem>
#include <regex>
#include <sstream>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

// The lines below "Examples:".
std::vector<std::string> examples_in(const std::string& help) {
  std::vector<std::string> examples;
  const auto begin = help.find("Examples:\n");
  if (begin == std::string::npos) return examples;
  std::istringstream lines(help.substr(begin));
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && line.starts_with("  ");) {
    examples.push_back(line.substr(2));
  }
  return examples;
}

// The same command with less work: numbers of runs and times that are short enough for a test.
std::string shortened(std::string example) {
  example = std::regex_replace(example, std::regex("--seeds [0-9]{5,}"), "--seeds 20");
  example = std::regex_replace(example, std::regex("--for [0-9]+m"), "--for 0.1s");
  example = std::regex_replace(example, std::regex("--runs [0-9]+"), "--runs 1");
  if (example.find(" bench") != std::string::npos) {
    if (example.find("--runs") == std::string::npos) example += " --runs 1";
    example += " --jobs 1";
  }
  const bool is_sweep = example.find(" sweep ") != std::string::npos;
  const bool is_short = example.find("--seeds") != std::string::npos || example.find("--for") != std::string::npos;
  return is_sweep && !is_short ? example + " --seeds 20" : example;
}

TEST_CASE("Every example in the help runs") {
  int count = 0;
  std::vector<std::string> commands = subcommands();
  commands.insert(commands.begin(), "");  // the program itself
  for (const std::string& command : commands) {
    const TemporaryDirectory checkout;
    std::filesystem::create_directory(checkout.path("tools"));
    std::filesystem::create_symlink(RAFTSIM_PROGRAM, checkout.path("tools/run"));
    const std::string there = "cd '" + checkout.path() + "' && export GITHUB_STEP_SUMMARY=step.md && ";
    const auto examples = examples_in(Program::shell(there + "tools/run " + command + " --help").wait().out);
    CAPTURE(command);
    CHECK_FALSE(examples.empty());
    for (const std::string& example : examples) {
      if (example.starts_with("man ") && std::system("command -v man > /dev/null 2>&1") != 0) continue;
      ++count;
      const Answer answer = Program::shell(there + shortened(example)).wait();
      CAPTURE(example, answer.out, answer.err);
      CHECK((answer.exit_code == 0 || answer.exit_code == 1));
      const bool is_ours = example.starts_with("tools/run ");
      CHECK((is_ours || example.starts_with("head ") || example.starts_with("man ")));
    }
  }
  CHECK(count > 30);
}

}  // namespace
}  // namespace raftsim::tools::test
