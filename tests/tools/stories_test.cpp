// The stories in tests/stories are the program's complete output. Any changed word changes a story, and must be
// reviewed before it is committed: tools/test --rewrite-stories rewrites them, and git diff shows the changes.
//
// A line that begins with "# " tells the story. One that begins with "$ " is a command, followed by its complete
// output; "(exit 1)" ends the output of a command that does not end with 0. The program's version reads VERSION.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "tools/program.hpp"
#include "tools/version.hpp"

namespace raftsim::tools::test {

namespace {

std::vector<std::string> stories() {
  std::vector<std::string> paths;
  for (const auto& file : std::filesystem::directory_iterator(RAFTSIM_SOURCE_DIR "/tests/stories")) {
    paths.push_back(file.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string without_version(std::string text) {
  const std::string version(program_version());
  for (auto at = text.find(version); at != std::string::npos; at = text.find(version, at)) {
    text.replace(at, version.size(), "VERSION");
  }
  return text;
}

// What a command prints where tools/run is the program that was built.
std::string told(const TemporaryDirectory& checkout, const std::string& command) {
  const Answer answer = Program::shell("cd '" + checkout.path() + "' && " + command).wait();
  std::string text = without_version(answer.out + answer.err);
  if (!text.empty() && text.back() != '\n') text += '\n';
  if (answer.exit_code != 0) text += "(exit " + std::to_string(answer.exit_code) + ")\n";
  return text;
}

// The story with the current output of its commands.
std::string told_anew(const std::string& story) {
  const TemporaryDirectory checkout;
  std::filesystem::create_directory(checkout.path("tools"));
  std::filesystem::create_symlink(RAFTSIM_PROGRAM, checkout.path("tools/run"));
  std::istringstream lines(story);
  std::string result;
  bool in_prose = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) {
      result += (in_prose || result.empty() ? "" : "\n") + line + "\n";
      in_prose = true;
    } else if (line.starts_with("$ ")) {
      result += (result.empty() ? "" : "\n") + line + "\n" + told(checkout, line.substr(2));
      in_prose = false;
    }
  }
  return result;
}

}  // namespace

TEST_CASE("Each story is what the program prints", "[stories]") {
  const bool rewrite = std::getenv("RAFTSIM_REWRITE_STORIES") != nullptr;
  REQUIRE(stories().size() >= 4);
  for (const std::string& path : stories()) {
    INFO(path);
    const std::string story = read_file(path);
    const std::string now = told_anew(story);
    REQUIRE(now.find("\n$ ") != std::string::npos);
    if (rewrite) write_file(path, now);
    CHECK((rewrite || now == story));
    if (!rewrite && now != story) {
      std::istringstream then_lines(story);
      std::istringstream now_lines(now);
      std::string then_line;
      std::string now_line;
      while (std::getline(now_lines, now_line) && std::getline(then_lines, then_line) && now_line == then_line) {
      }
      FAIL_CHECK("the story says:    " << then_line << "\nthe program says:  " << now_line);
    }
  }
}

}  // namespace raftsim::tools::test
