// Who may know whom: the table of rooms, and a look at the sources for what breaks it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace raftsim::architecture {

// One line for each include under `root` that the table does not allow, as "core/raft/raft.cpp:12: <why>", sorted.
[[nodiscard]] std::vector<std::string> forbidden_includes(const std::filesystem::path& root);

}  // namespace raftsim::architecture
