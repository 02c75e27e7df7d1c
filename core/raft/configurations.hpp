// The configurations in a log, back to its base (dissertation, section 4.1).
#pragma once

#include <cstddef>
#include <vector>

#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/raft/log.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A server uses the latest configuration in its log, committed or not. Only then do the majorities of the old and the
// new configuration overlap while some servers know the new one and some do not. The price is that a configuration can
// be rolled back: with its entry, when another leader's log replaces it.
//
// Invariant: there is always at least one, that of the base. Indexes ascend.
class Configurations {
 public:
  struct Change {
    Index index;  // of its entry, or of the snapshot or base entry it came with
    Configuration configuration;
    friend bool operator==(const Change&, const Change&) = default;
  };

  Configurations() : history_(1) {}
  // `at_base` is in force at `base`; later entries of `log` may contain others.
  Configurations(Index base, const Configuration& at_base, const Log& log);

  [[nodiscard]] const Change& latest() const { return history_.back(); }
  [[nodiscard]] const Configuration& current() const { return latest().configuration; }
  // The configuration in force once `index` was appended: the one that a snapshot up to `index` must contain.
  [[nodiscard]] const Change& at(Index index) const { return history_[place_of(index)]; }
  // The latest configuration known to be committed. Everything up to the base is committed.
  [[nodiscard]] const Configuration& committed(Index commit_index) const { return at(commit_index).configuration; }
  // Whether `server` votes in the latest committed configuration or in a later one. Any of these may turn out to
  // decide.
  [[nodiscard]] bool may_vote(ServerId server, Index commit_index) const;

  // An entry at `index` holds `configuration`.
  void append(Index index, const Configuration& configuration);
  // The entries from `first` on are removed. Precondition: `first` is after the base.
  void truncate_from(Index first);
  // Drops the configurations before the one in force at `base`.
  void forget_before(Index base);

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Configurations&, const Configurations&) = default;

 private:
  [[nodiscard]] std::size_t place_of(Index index) const;

  std::vector<Change> history_;
};

}  // namespace raftsim::core
