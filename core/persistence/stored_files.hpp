// The files of a server that has run before and was then switched off: what it restarts from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/entry.hpp"
#include "core/persistence/persistence.hpp"
#include "core/snapshot.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// By number (file_name), with their bytes, all durable: what the persistence of that mode writes of this state, so that
// recover() brings it back. `log` begins at index 1; `snapshot` covers a part of it, or is null. No files for a state that
// is empty, and none in PersistenceMode::none. Known bugs are not planted here. O(size of the log).
[[nodiscard]] std::map<std::uint64_t, std::string> stored_files(const HardState& hard_state,
                                                                const std::vector<Entry>& log,
                                                                const SharedSnapshot& snapshot,
                                                                PersistenceOptions options);

}  // namespace raftsim::core
