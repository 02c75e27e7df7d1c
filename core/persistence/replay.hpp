// The state that a sequence of records amounts to.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "core/persistence/record.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// `Item` is what is kept of each entry; `keep` makes one from an EntryRecord.
// False, and nothing happens, when an entry would leave a gap before it.
template <class Item, class Keep>
[[nodiscard]] bool replay(const Record& record, HardState& hard_state, std::vector<Item>& entries, const Keep& keep) {
  if (const auto* written = std::get_if<HardState>(&record.body)) hard_state = *written;
  if (const auto* entry = std::get_if<EntryRecord>(&record.body)) {
    if (entry->index.value == 0 || entry->index.value > entries.size() + 1) return false;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(entry->index.value - 1), entries.end());
    entries.push_back(keep(*entry));
  }
  return true;
}

}  // namespace raftsim::core
