// A log as checkers know it: for each index a digest of everything up to it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/hash.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// chain_at(i) = mix(chain_at(i - 1), digest of entry i): two logs are equal up to an index exactly when their chains
// there are (but for a collision of 64-bit digests). So comparing prefixes costs one look-up however long they are.
class LogModel {
 public:
  LogModel() : links_(1) {}

  [[nodiscard]] core::Index last() const { return {links_.size() - 1}; }
  [[nodiscard]] core::Term last_term() const { return links_.back().term; }
  [[nodiscard]] core::LogPosition last_position() const { return {last(), last_term()}; }
  [[nodiscard]] bool has(core::Index index) const { return index.value < links_.size(); }
  // Precondition of both: has(index).
  [[nodiscard]] core::Digest chain_at(core::Index index) const { return links_[index.value].chain; }
  [[nodiscard]] core::Term term_at(core::Index index) const { return links_[index.value].term; }
  // Whether both hold the same entries up to `index`; false when one ends before it.
  [[nodiscard]] bool agrees_with(const LogModel& other, core::Index index) const {
    return has(index) && other.has(index) && chain_at(index) == other.chain_at(index);
  }
  // The chain at last() + 1 if an entry of this digest came next.
  [[nodiscard]] core::Digest chain_with(core::Digest entry) const { return core::mix(links_.back().chain, entry); }

  void append(core::Term term, core::Digest entry) { links_.push_back({chain_with(entry), term}); }
  // Keeps nothing from `first` on; the base entry stays.
  void truncate_from(core::Index first) {
    if (first.value < links_.size()) links_.resize(first.value == 0 ? 1 : first.value);
  }

 private:
  struct Link {
    core::Digest chain = 0;
    core::Term term;
  };
  std::vector<Link> links_;  // by index; the first is the base entry's
};

}  // namespace raftsim::checkers
