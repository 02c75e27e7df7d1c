// A log as known to checkers: for each index a digest of everything up to it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>

#include "core/hash.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// chain_at(i) = mix(chain_at(i - 1), digest of entry i): two logs are equal up to an index exactly if their chains at
// that index are (barring collisions of 64-bit digests). So comparing prefixes of any length costs one look-up.
//
// A log begins at index 0, or at the horizon (horizon.hpp), even if a snapshot has replaced its first entries: what a
// snapshot covers has been committed, and what has been committed is known (install). Only a snapshot of something that
// was never committed makes a log begin later.
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
  // Whether both hold the same entries up to `index`; false if one ends before it. If one begins after it, its base is
  // compared instead: logs that match there match on everything before.
  [[nodiscard]] bool agrees_with(const LogModel& other, core::Index index) const {
    index = std::max({index, base_, other.base_});
    return has(index) && other.has(index) && chain_at(index) == other.chain_at(index);
  }
  // What the chain at last() + 1 would be if an entry with this digest came next.
  [[nodiscard]] core::Digest chain_with(core::Digest entry) const { return core::mix(links_.back().chain, entry); }

  void append(core::Term term, core::Digest entry) { links_.push_back({chain_with(entry), term}); }
  // Removes the entries from `first` on; the base entry stays.
  void truncate_from(core::Index first) {
    if (first <= last()) links_.truncate(first <= base_ ? 1 : distance(base_, first));
  }
  // Makes the log begin at `index`, or at its last entry if that is earlier.
  void forget_before(core::Index index) {
    index = std::min(index, last());
    if (index <= base_) return;
    links_.drop_front(distance(base_, index));
    base_ = index;
  }
  // Becomes a log with only a base entry.
  void restart_at(core::LogPosition base, core::Digest chain) {
    base_ = base.index;
    links_.clear();
    links_.push_back({chain, base.term});
  }
  // Installs a snapshot that ends at `last`. Later entries are kept if this log has that very entry. Otherwise the log
  // becomes `committed` up to there, at a cost proportional to the difference; or, if that was never committed, a log
  // of which only the `digest` of the snapshot is known, which matches no other.
  void install(core::LogPosition last, core::Digest digest, const LogModel& committed);
  // Becomes equal to `other`, at a cost proportional to the difference.
  void become(const LogModel& other);
  // Appends the entry of `other` at last() + 1.
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
