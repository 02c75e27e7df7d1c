// The README is the first thing a newcomer tries: each command in it runs, with the exit code and output that it shows.
//
// In a block marked ```console a line that begins with "$ " is a command, and what follows is its output: each line
// stands in the real output, in that order; a line "..." stands for omitted lines that differ from machine to machine.
// A comment "# exit 1" at the end of a command is the exit code expected; without one it is 0.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {

namespace {

struct ConsoleExample {
  std::string command;
  int exit_code = 0;
  std::vector<std::string> output;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

ConsoleExample example_of(std::string line) {
  ConsoleExample example;
  const std::string mark = "# exit ";
  if (const auto at = line.find(mark); at != std::string::npos) {
    example.exit_code = std::stoi(line.substr(at + mark.size()));
    line.erase(at);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  example.command = line;
  return example;
}

std::vector<ConsoleExample> examples_of(const std::string& readme) {
  std::vector<ConsoleExample> examples;
  bool in_console = false;
  for (const std::string& line : lines_of(readme)) {
    if (line.starts_with("```")) {
      in_console = line == "```console";
    } else if (in_console && line.starts_with("$ ")) {
      examples.push_back(example_of(line.substr(2)));
    } else if (in_console && !examples.empty()) {
      examples.back().output.push_back(line);
    }
  }
  return examples;
}

// The first line of the example that is missing in the output; empty if there is none.
std::string missing_line(const ConsoleExample& example, const std::string& output) {
  const auto lines = lines_of(output);
  auto next = lines.begin();
  for (const std::string& expected : example.output) {
    if (expected == "..." || expected.empty()) continue;
    const auto found = std::find(next, lines.end(), expected);
    if (found == lines.end()) return expected;
    next = found + 1;
  }
  return "";
}

// Where the README's commands are given: tools/run there is the program that was built.
Answer run_in(const TemporaryDirectory& checkout, const ConsoleExample& example) {
  return Program::shell("cd '" + checkout.path() + "' && " + example.command).wait();
}

}  // namespace

TEST_CASE("Every command of the README does what the README shows", "[long]") {
  const TemporaryDirectory checkout;
  std::filesystem::create_directory(checkout.path("tools"));
  std::filesystem::create_symlink(RAFTSIM_PROGRAM, checkout.path("tools/run"));

  const auto examples = examples_of(read_file(RAFTSIM_SOURCE_DIR "/README.md"));
  REQUIRE(examples.size() >= 8);
  for (const ConsoleExample& example : examples) {
    if (example.command == "tools/test") continue;  // it runs this test
    INFO(example.command);
    const auto answer = run_in(checkout, example);
    INFO("standard output:\n" << answer.out << "standard error:\n" << answer.err);
    CHECK(answer.exit_code == example.exit_code);
    CHECK(missing_line(example, answer.out + answer.err) == "");
  }
  // They write to out/, which git ignores.
  for (const auto& entry : std::filesystem::directory_iterator(checkout.path())) {
    CHECK((entry.path().filename() == "out" || entry.path().filename() == "tools"));
  }
}

TEST_CASE("A README that shows other output than the program prints is noticed") {
  const auto examples = examples_of("```console\n$ tools/run --version  # exit 3\n1.0\n...\n2.0\n```\n$ no command\n");
  REQUIRE(examples.size() == 1);
  CHECK(examples[0].command == "tools/run --version");
  CHECK(examples[0].exit_code == 3);
  CHECK(missing_line(examples[0], "1.0\nmore\n2.0\n") == "");
  CHECK(missing_line(examples[0], "2.0\n1.0\n") == "2.0");
}

}  // namespace raftsim::tools::test
