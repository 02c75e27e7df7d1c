// What is committed, by what servers say that they have applied.
#pragma once

#include <cstdint>

#include "core/observation.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::scenarios {

// By index, from 1: the term of the entry, and how many commands there are up to it. Entries that leaders append by
// themselves (no-ops, configurations) are no commands; those of a log that the run began with are.
class CommittedLog {
 public:
  void note(const core::Applied& applied) {
    const auto index = applied.position.index.value;
    if (index <= entries_.size()) return;  // another server was the first
    while (entries_.size() + 1 < index) entries_.push_back({applied.position.term, commands()});
    const auto before = commands();
    entries_.push_back({applied.position.term, before + (applied.command == core::CommandName{} ? 0 : 1)});
  }
  [[nodiscard]] bool has(core::Index index) const { return index.value >= 1 && index.value <= entries_.size(); }
  // Preconditions: has(index).
  [[nodiscard]] bool has(core::LogPosition position) const {
    return has(position.index) && entries_[position.index.value - 1].term == position.term;
  }
  [[nodiscard]] std::uint64_t commands_up_to(core::Index index) const { return entries_[index.value - 1].commands; }
  [[nodiscard]] std::uint64_t commands() const {
    return entries_.size() == 0 ? 0 : entries_[entries_.size() - 1].commands;
  }

 private:
  struct Entry {
    core::Term term;
    std::uint64_t commands = 0;
  };
  core::SharedVector<Entry> entries_;
};

}  // namespace raftsim::scenarios
