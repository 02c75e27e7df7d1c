// Each room has a page. What a page says about files is checked: every path in it exists, and each file in a list "Add
// a ..." mentions the example that the list follows.
#include <cctype>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "architecture/files.hpp"
#include "catch.hpp"

namespace raftsim::architecture {
namespace {

const std::vector<std::string> pages = {"core/README.md",      "sim/README.md",   "checkers/README.md",
                                        "scenarios/README.md", "tools/README.md", "scenarios/cluster/servers/README.md",
                                        "tests/README.md"};

// The texts between single backticks in a line.
std::vector<std::string> quoted_in(const std::string& line) {
  std::vector<std::string> words;
  for (auto begin = line.find('`'); begin != std::string::npos; begin = line.find('`', begin)) {
    const auto end = line.find('`', begin + 1);
    if (end == std::string::npos) break;
    words.push_back(line.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return words;
}

bool is_path(const std::string& word) {
  const bool is_file = word.ends_with(".hpp") || word.ends_with(".cpp") || word.ends_with(".json");
  return word.find('/') != std::string::npos && word.find(' ') == std::string::npos && (is_file || word.ends_with('/'));
}

// "vote-once", "vote_once" and "VoteOnce" are the same name; "to vote once" is none.
std::string name_only(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    if (letter != '-' && letter != '_') name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return name;
}

TEST_CASE("Every path on the page of a room exists") {
  for (const std::string& page : pages) {
    INFO(page);
    const std::string text = text_of(root / page);
    REQUIRE_FALSE(text.empty());
    std::istringstream lines(text);
    int paths = 0;
    for (std::string line; std::getline(lines, line);) {
      for (const std::string& word : quoted_in(line)) {
        if (!is_path(word)) continue;
        ++paths;
        INFO(word);
        const auto of_room = root / std::filesystem::path(page).parent_path() / word;
        CHECK((std::filesystem::exists(root / word) || std::filesystem::exists(of_room)));
      }
    }
    CHECK(paths >= 3);
  }
}

TEST_CASE("Each file in a list of files to touch mentions the example of the list") {
  int lists = 0;
  for (const std::string& page : pages) {
    std::istringstream lines(text_of(root / page));
    std::string example;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("## ")) example.clear();
      if (line.starts_with("Follow `")) {
        example = name_only(quoted_in(line).front());
        ++lists;
      }
      if (example.empty() || !line.starts_with("- `")) continue;
      for (const std::string& word : quoted_in(line)) {
        if (!is_path(word) || word.ends_with('/')) continue;
        INFO(page << ": " << word << " and " << example);
        CHECK(name_only(text_of(root / word)).find(example) != std::string::npos);
      }
    }
  }
  CHECK(lists == 7);
}

// The other way round: a file of the program that mentions the example has its place in the list, or a newcomer who
// follows the list forgets it. Examples with a name of their own only: "packet duplicate" means many things.
TEST_CASE("Each file that mentions the example of a list of files to touch is in the list") {
  const std::vector<std::pair<std::string, std::string>> lists = {{"checkers/README.md", "## Add a checker"},
                                                                  {"core/README.md", "## Add a known bug"},
                                                                  {"scenarios/README.md", "## Add a fault"}};
  for (const auto& [page, title] : lists) {
    const std::string text = text_of(root / page);
    const auto begin = text.find(title);
    REQUIRE(begin != std::string::npos);
    const std::string section = text.substr(begin, text.find("\n## ", begin + 1) - begin);
    const std::string example = name_only(quoted_in(section.substr(section.find("Follow `"))).front());
    for (const std::string room : {"core", "sim", "checkers", "scenarios", "tools"}) {
      for (const auto& file : std::filesystem::recursive_directory_iterator(root / room)) {
        const auto extension = file.path().extension();
        if (extension != ".cpp" && extension != ".hpp") continue;
        if (name_only(text_of(file.path())).find(example) == std::string::npos) continue;
        const std::string name = file.path().lexically_relative(root).generic_string();
        // It names the scenario slow-disk.
        if (name == "scenarios/known_bugs.cpp" && page == "scenarios/README.md") continue;
        INFO(page << ", " << title << ": " << name << " mentions " << example);
        CHECK(section.find('`' + name + '`') != std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace raftsim::architecture
