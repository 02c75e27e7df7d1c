// The table of allowed includes between rooms, and a search of the sources for violations.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace raftsim::architecture {

// One line for each include under `root` that the table does not allow, as "core/raft/raft.cpp:12: <why>", sorted.
[[nodiscard]] std::vector<std::string> forbidden_includes(const std::filesystem::path& root);

}  // namespace raftsim::architecture
