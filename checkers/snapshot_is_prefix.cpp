#include "checkers/snapshot_is_prefix.hpp"

#include <fmt/format.h>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

using Kind = core::ObservationKind;

Interest SnapshotIsPrefix::interest() const {
  return {.observations = Interest::in(Kind::took_snapshot, Kind::installed_snapshot)};
}

void SnapshotIsPrefix::observed(const Context& context, const core::Observation& said) {
  if (said.kind == Kind::took_snapshot) {
    taken(context, said);
  } else {
    installed(context, said);
  }
}

void SnapshotIsPrefix::taken(const Context& context, const core::Observation& said) {
  taken_.emplace(said.index, said.digest);
  const auto& server = context.ledger.of(said.server);
  if (said.index > server.last_applied) {
    context.violated(*this,
                     fmt::format("{} takes a snapshot of what it has applied, up to index {}",
                                 checkers::name(said.server), server.last_applied.value),
                     fmt::format("it took one that says it goes up to index {}", said.index.value));
    return;
  }
  holds(context, said, "took");
}

void SnapshotIsPrefix::installed(const Context& context, const core::Observation& said) const {
  const auto& server = context.ledger.of(said.server);
  if (said.index <= server.commit_index) {
    context.violated(*this,
                     fmt::format("{} installs no snapshot that ends at or before its commit index, {}",
                                 checkers::name(said.server), server.commit_index.value),
                     fmt::format("it installed one that goes up to index {}, having applied up to index {}",
                                 said.index.value, server.last_applied.value));
    return;
  }
  holds(context, said, "installed");
  const auto one = taken_.lower_bound({said.index, 0});
  if (one == taken_.end() || one->first != said.index || taken_.contains({said.index, said.digest})) return;
  context.violated(*this,
                   fmt::format("what {} installs is one of the snapshots that were taken up to index {}",
                               checkers::name(said.server), said.index.value),
                   "it put together other bytes");
}

void SnapshotIsPrefix::forget(const Ledger& /*ledger*/, const Horizon& horizon) {
  taken_.erase(taken_.begin(), taken_.lower_bound({horizon.index, 0}));
}

void SnapshotIsPrefix::holds(const Context& context, const core::Observation& said, std::string_view did) const {
  const auto& ledger = context.ledger;
  const auto whose = fmt::format("the snapshot that {} {}", checkers::name(said.server), did);
  if (said.index > ledger.committed_last()) {
    context.violated(*this,
                     fmt::format("{} holds committed entries, up to index {}", whose, ledger.committed_last().value),
                     fmt::format("it goes up to index {}", said.index.value));
    return;
  }
  if (said.index < ledger.committed_first()) return;
  const auto term = ledger.committed_log().term_at(said.index);
  if (said.term != term) {
    context.violated(
        *this,
        fmt::format("{} ends in the committed entry at index {}, of term {}", whose, said.index.value, term.value),
        fmt::format("it says that this entry is of term {}", said.term.value));
    return;
  }
  const auto* state = ledger.state_after(said.index);
  if (state == nullptr || said.machine == 0 || said.machine == state->digest) return;
  context.violated(*this,
                   fmt::format("{} holds the state after index {}, as {} had it", whose, said.index.value,
                               checkers::name(state->by)),
                   "it holds another one");
}

}  // namespace raftsim::checkers
