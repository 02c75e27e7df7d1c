// A log as checkers know it: for each index a digest of everything up to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "core/hash.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// chain_at(i) = mix(chain_at(i - 1), digest of entry i): two logs are equal up to an index exactly when their chains
// there are (but for a collision of 64-bit digests). So comparing prefixes costs one look-up however long they are.
//
// A log begins at index 0, or where the horizon is (horizon.hpp), also when a snapshot took the place of its first
// entries: what a snapshot stands for has been committed, and what has been committed is known (install). Only a
// snapshot of something else makes a log begin later.
class LogModel {
 public:
  LogModel() : links_(1) {}

  [[nodiscard]] core::Index base() const { return base_; }
  [[nodiscard]] core::Index last() const { return base_ + (links_.size() - 1); }
  [[nodiscard]] core::Term last_term() const { return links_.back().term; }
  [[nodiscard]] core::LogPosition last_position() const { return {last(), last_term()}; }
  [[nodiscard]] bool has(core::Index index) const { return index >= base_ && index <= last(); }
  [[nodiscard]] bool has(core::LogPosition position) const {
    return has(position.index) && term_at(position.index) == position.term;
  }
  // Precondition of both: has(index).
  [[nodiscard]] core::Digest chain_at(core::Index index) const { return link(index).chain; }
  [[nodiscard]] core::Term term_at(core::Index index) const { return link(index).term; }
  // Whether both hold the same entries up to `index`; false when one ends before it. Where one begins after it, its
  // beginning is compared instead: logs that agree there agree on everything before.
  [[nodiscard]] bool agrees_with(const LogModel& other, core::Index index) const {
    index = std::max({index, base_, other.base_});
    return has(index) && other.has(index) && chain_at(index) == other.chain_at(index);
  }
  // The chain at last() + 1 if an entry of this digest came next.
  [[nodiscard]] core::Digest chain_with(core::Digest entry) const { return core::mix(links_.back().chain, entry); }

  void append(core::Term term, core::Digest entry) { links_.push_back({chain_with(entry), term}); }
  // Keeps nothing from `first` on; the base entry stays.
  void truncate_from(core::Index first) {
    if (first <= last()) links_.truncate(first <= base_ ? 1 : distance(base_, first));
  }
  // Begins at `index` from now on, at its last entry at the latest.
  void forget_before(core::Index index) {
    index = std::min(index, last());
    if (index <= base_) return;
    links_.drop_front(distance(base_, index));
    base_ = index;
  }
  // Becomes a log of which nothing is known but where it begins.
  void restart_at(core::LogPosition base, core::Digest chain) {
    base_ = base.index;
    links_.clear();
    links_.push_back({chain, base.term});
  }
  // A snapshot that ends at `last` takes the place of what it stands for. What follows stays if this log has that very
  // entry. Otherwise nothing does: the log becomes `committed` up to there, at the cost of what differs; or, when that
  // was never committed, a log of which only the `digest` of the snapshot is known, which agrees with no other.
  void install(core::LogPosition last, core::Digest digest, const LogModel& committed);
  // Becomes equal to `other`, at the cost of what differs.
  void become(const LogModel& other);
  // Appends what `other` has at last() + 1.
  void append_of(const LogModel& other) { links_.push_back(other.link(last().next())); }

 private:
  struct Link {
    core::Digest chain = 0;
    core::Term term;
  };
  [[nodiscard]] const Link& link(core::Index index) const { return links_[distance(base_, index)]; }

  core::Index base_;
  core::SharedVector<Link> links_;  // from base_ on; the first is the base entry's
};

}  // namespace raftsim::checkers
