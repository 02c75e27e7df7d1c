#include "checkers/snapshot_is_prefix.hpp"

#include <fmt/format.h>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest SnapshotIsPrefix::interest() const {
  return {.observations = ObservationKinds::of<core::TookSnapshot, core::InstalledSnapshot>()};
}

Needs SnapshotIsPrefix::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::AdvancedCommit, core::Applied, core::TookSnapshot, core::InstalledSnapshot>()};
}

std::vector<Part> SnapshotIsPrefix::parts() const { return {{"state", {.machine_digests = true}}}; }

void SnapshotIsPrefix::observed(const Context& context, core::ServerId server, const core::TookSnapshot& took) {
  const auto index = took.last.index;
  taken_.emplace(index, took.snapshot);
  const auto last_applied = context.ledger.of(server).last_applied;
  if (index > last_applied) {
    context.violated(*this,
                     fmt::format("{} takes a snapshot of what it has applied, up to index {}", checkers::name(server),
                                 last_applied.value),
                     fmt::format("it took one that says it goes up to index {}", index.value));
    return;
  }
  holds(context, server, took.last, took.machine, "took");
}

void SnapshotIsPrefix::observed(const Context& context, core::ServerId server,
                                const core::InstalledSnapshot& installed) {
  const auto& state = context.ledger.of(server);
  const auto index = installed.last.index;
  if (index <= state.commit_index) {
    context.violated(*this,
                     fmt::format("{} installs no snapshot that ends at or before its commit index, {}",
                                 checkers::name(server), state.commit_index.value),
                     fmt::format("it installed one that goes up to index {}, having applied up to index {}",
                                 index.value, state.last_applied.value));
    return;
  }
  holds(context, server, installed.last, installed.machine, "installed");
  const auto one = taken_.lower_bound({index, 0});
  if (one == taken_.end() || one->first != index || taken_.contains({index, installed.snapshot})) return;
  context.violated(*this,
                   fmt::format("what {} installs is one of the snapshots that were taken up to index {}",
                               checkers::name(server), index.value),
                   "it put together other bytes");
}

void SnapshotIsPrefix::forget(const Ledger& /*ledger*/, const Horizon& horizon) {
  taken_.erase(taken_.begin(), taken_.lower_bound({horizon.index, 0}));
}

void SnapshotIsPrefix::holds(const Context& context, core::ServerId server, core::LogPosition last,
                             core::Digest machine, std::string_view did) const {
  const auto& ledger = context.ledger;
  const auto whose = fmt::format("the snapshot that {} {}", checkers::name(server), did);
  if (last.index > ledger.committed_last()) {
    context.violated(*this,
                     fmt::format("{} holds committed entries, up to index {}", whose, ledger.committed_last().value),
                     fmt::format("it goes up to index {}", last.index.value));
    return;
  }
  if (last.index < ledger.committed_first()) return;
  const auto term = ledger.committed_log().term_at(last.index);
  if (last.term != term) {
    context.violated(
        *this,
        fmt::format("{} ends in the committed entry at index {}, of term {}", whose, last.index.value, term.value),
        fmt::format("it says that this entry is of term {}", last.term.value));
    return;
  }
  const auto* state = ledger.state_after(last.index);
  if (state == nullptr || machine == 0 || machine == state->digest) return;
  context.violated(*this,
                   fmt::format("{} holds the state after index {}, as {} had it", whose, last.index.value,
                               checkers::name(state->by)),
                   "it holds another one");
}

}  // namespace raftsim::checkers
