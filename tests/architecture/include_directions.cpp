#include "architecture/include_directions.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

namespace raftsim::architecture {
namespace {

using Names = std::set<std::string, std::less<>>;

// A room, and the rooms whose headers it may include.
const std::map<std::string, Names, std::less<>> rooms = {
    {"core", {"core"}},
    {"sim", {"sim"}},
    {"checkers", {"checkers", "core", "sim"}},
    {"scenarios", {"scenarios", "checkers", "core", "sim"}},
    {"tools", {"tools", "scenarios", "checkers", "core", "sim"}},
};

// A folder that only these may include, not even the rest of its own room.
const std::map<std::string, Names, std::less<>> sealed_folders = {
    // The trace is written by the driver of a run; no checker needs it.
    {"checkers/trace", {"checkers/trace", "scenarios", "tools"}},
    // Scenario files are data, and must not depend on the running cluster.
    {"scenarios/cluster", {"scenarios/cluster", "tools"}},
};

// Headers that would let the machine or its clock influence a run: Raft and the simulated world only compute.
const Names outside_world = {"atomic", "condition_variable", "cstdio", "ctime",  "filesystem", "fstream",
                             "future", "iostream",           "mutex",  "random", "thread",     "unistd.h"};

struct Include {
  std::string header;
  bool quoted = false;
};

std::optional<Include> include_on(const std::string& line) {
  std::istringstream words(line);
  std::string directive;
  words >> directive;
  if (directive == "#") {
    words >> directive;
    directive.insert(0, "#");
  }
  const auto begin = line.find_first_of("\"<");
  if (!directive.starts_with("#include") || begin == std::string::npos) return std::nullopt;
  const auto end = line.find_first_of("\">", begin + 1);
  return Include{.header = line.substr(begin + 1, end - begin - 1), .quoted = line[begin] == '"'};
}

std::string first_folder(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

// Why the file `name`, such as "core/raft/log.cpp", must not contain `include`; empty if it may.
std::string objection(const Include& include, const std::string& name) {
  const std::string room = first_folder(name);
  const std::string target = first_folder(include.header);
  if (include.header.find("..") != std::string::npos) return "goes through a parent folder";
  if (rooms.contains(target)) {
    if (!rooms.at(room).contains(target)) return room + "/ may not know " + target + "/";
    for (const auto& [folder, readers] : sealed_folders) {
      const auto in_folder = [&](const std::string& reader) { return name.starts_with(reader + "/"); };
      if (include.header.starts_with(folder + "/") && std::none_of(readers.begin(), readers.end(), in_folder)) {
        return name.substr(0, name.rfind('/')) + "/ may not know " + folder + "/";
      }
    }
    return "";
  }
  if (include.quoted) return "does not start with a room's name";
  const bool pure = room == "core" || room == "sim";
  if (pure && outside_world.contains(include.header)) return "lets the outside world into " + room + "/";
  if (pure && target == "nlohmann") return "brings JSON into " + room + "/";
  if (include.header == "nlohmann/json.hpp" && name.ends_with(".hpp")) return "costs every includer: json_fwd.hpp";
  return "";
}

void examine(const std::filesystem::path& root, const std::filesystem::path& file, std::vector<std::string>& found) {
  const std::string name = file.lexically_relative(root).generic_string();
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto include = include_on(line);
    if (!include) continue;
    const std::string why = objection(*include, name);
    if (!why.empty()) found.push_back(name + ":" + std::to_string(number) + ": " + include->header + " " + why);
  }
}

}  // namespace

std::vector<std::string> forbidden_includes(const std::filesystem::path& root) {
  std::vector<std::string> found;
  for (const auto& [room, known] : rooms) {
    if (!std::filesystem::exists(root / room)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / room)) {
      const auto extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp") examine(root, entry.path(), found);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace raftsim::architecture
