// Each room has a page. What a page says of files is held against the files: a path in it exists, and each file that a
// list "Add a ..." names really mentions the example that the list follows.
#include <cctype>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "architecture/files.hpp"
#include "catch.hpp"

namespace raftsim::architecture {
namespace {

const std::vector<std::string> pages = {"core/README.md",     "sim/README.md",
                                        "checkers/README.md", "scenarios/README.md",
                                        "tools/README.md",    "scenarios/cluster/servers/README.md"};

// What stands between single backticks in a line.
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

// "vote-once", "vote_once" and "VoteOnce" are one name.
std::string name_only(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
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

TEST_CASE("Each file that a list of files to touch names mentions the example of the list") {
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

}  // namespace
}  // namespace raftsim::architecture
