// The configurations that a log holds, as far back as its base (dissertation, section 4.1).
#pragma once

#include <cstddef>
#include <vector>

#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/raft/log.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// A server goes by the latest configuration in its log, committed or not: "takes effect when it is appended". Only so
// do the majorities of the old and the new configuration overlap whenever some servers know the new one and some do
// not. The price is that the configuration can go back: with its entry, when another leader's log replaces it.
//
// Invariant: there is always one, that of the base; indexes ascend.
class Configurations {
 public:
  struct Change {
    Index index;  // of its entry, or of the snapshot or base entry that it came with
    Configuration configuration;
    friend bool operator==(const Change&, const Change&) = default;
  };

  Configurations() : history_(1) {}
  // `at_base` is in force at `base`; the entries of `log` behind it may bring others.
  Configurations(Index base, const Configuration& at_base, const Log& log);

  [[nodiscard]] const Change& latest() const { return history_.back(); }
  [[nodiscard]] const Configuration& current() const { return latest().configuration; }
  // Which one was in force once `index` was appended: the one that a snapshot up to there has to carry.
  [[nodiscard]] const Change& at(Index index) const { return history_[place_of(index)]; }
  // The latest that is known to be committed; everything up to the base is.
  [[nodiscard]] const Configuration& committed(Index commit_index) const { return at(commit_index).configuration; }
  // Whether `server` votes in the latest committed configuration or in one after it, any of which may turn out to
  // decide.
  [[nodiscard]] bool may_vote(ServerId server, Index commit_index) const;

  // An entry at `index` holds `configuration`; it replaces what was there.
  void append(Index index, const Configuration& configuration);
  // The entries from `first` on are removed. Precondition: `first` is behind the base.
  void truncate_from(Index first);
  // What was before the one in force at `base` is not needed any more.
  void forget_before(Index base);

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Configurations&, const Configurations&) = default;

 private:
  [[nodiscard]] std::size_t place_of(Index index) const;

  std::vector<Change> history_;
};

}  // namespace raftsim::core
