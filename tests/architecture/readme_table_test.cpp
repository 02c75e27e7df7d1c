// The README's table "where it is described, where it is": each file exists, and each section in a row is cited by one
// of the row's files (or its header), so that a rule of the paper can be found by its number in either direction.
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "architecture/files.hpp"
#include "catch.hpp"

namespace raftsim::architecture {
namespace {

using Row = std::vector<std::string>;

Row cells_of(const std::string& line) {
  Row cells;
  std::istringstream in(line.substr(1));
  for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
  return cells;
}

std::vector<Row> features() {
  std::vector<Row> rows;
  std::istringstream readme(text_of(root / "README.md"));
  bool in_table = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.empty()) in_table = false;
    if (in_table && !line.starts_with("|---")) rows.push_back(cells_of(line));
    if (line.starts_with("| feature | where it is described | where it is |")) in_table = true;
  }
  return rows;
}

std::vector<std::string> matches_of(const std::string& text, const std::regex& pattern, std::size_t group) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    found.push_back(at->str(group));
  return found;
}

// A name without a folder is in the folder of the previous name.
std::vector<std::filesystem::path> files_of(const std::string& cell) {
  std::vector<std::filesystem::path> files;
  for (const std::string& name : matches_of(cell, std::regex("`([^`]+)`"), 1)) {
    const bool has_folder = name.find('/') != std::string::npos;
    files.push_back(has_folder ? root / name : files.back().parent_path() / name);
  }
  return files;
}

// The text of the files and their headers, with each comment joined into one line.
std::string comments_of(const std::vector<std::filesystem::path>& files) {
  std::string text;
  for (std::filesystem::path file : files) {
    if (std::filesystem::is_directory(file)) continue;
    text += text_of(file);
    if (file.extension() == ".cpp" && std::filesystem::exists(file.replace_extension(".hpp"))) text += text_of(file);
  }
  return std::regex_replace(text, std::regex("\n *// *"), " ");
}

bool cites(const std::string& text, const std::string& section) {
  const std::string number = std::regex_replace(section, std::regex("\\."), "\\.");
  return std::regex_search(text, std::regex("(section|chapter)s? [^;:]{0,60}\\b" + number + "(?!\\.?[0-9])"));
}

}  // namespace

TEST_CASE("Each feature of the README is in the files it names, and they cite the sections it names") {
  const auto rows = features();
  REQUIRE(rows.size() >= 20);
  for (const Row& row : rows) {
    REQUIRE(row.size() >= 3);
    INFO(row[0]);
    const auto files = files_of(row[2]);
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) CHECK(std::filesystem::exists(file));
    if (row[1].find('`') != std::string::npos) continue;  // described by one of our own files
    const std::string comments = comments_of(files);
    for (const std::string& section : matches_of(row[1], std::regex("[0-9]+(\\.[0-9]+)*"), 0)) {
      INFO("section " << section);
      CHECK(cites(comments, section));
    }
  }
}

TEST_CASE("A section that is not cited is noticed") {
  CHECK(cites("(paper, section 5.4.2)", "5.4.2"));
  CHECK(cites("(paper, sections 5.2 and 5.4.1)", "5.4.1"));
  CHECK(cites("(dissertation, chapter 5)", "5"));
  CHECK_FALSE(cites("(paper, section 5.4.2)", "5.4"));
  CHECK_FALSE(cites("(paper, section 15.4)", "5.4"));
  CHECK_FALSE(cites("a delay of 5.4 ms", "5.4"));
}

}  // namespace raftsim::architecture
