#include "checkers/snapshot_is_prefix.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

using Kind = core::ObservationKind;

Interest SnapshotIsPrefix::interest() const {
  return {.observations = Interest::in(Kind::applied, Kind::took_snapshot, Kind::installed_snapshot)};
}

void SnapshotIsPrefix::observed(const Context& context, const core::Observation& said) {
  switch (said.kind) {
    case Kind::took_snapshot:
      taken(context, said);
      break;
    case Kind::installed_snapshot:
      installed(context, said);
      break;
    default:
      applied(context, said);
      break;
  }
}

void SnapshotIsPrefix::applied(const Context& context, const core::Observation& said) {
  if (said.machine == 0) return;
  if (said.index.value >= states_.size()) states_.resize(said.index.value + 1);
  State& state = states_[said.index.value];
  if (state.server == core::no_server) {
    const auto& log = context.ledger.of(said.server).log;
    state = {said.machine, log.has(said.index) ? log.term_at(said.index) : core::Term{}, said.server};
  } else if (state.machine != said.machine) {
    context.violated(*this,
                     fmt::format("after index {} all servers have the state that {} had", said.index.value,
                                 checkers::name(state.server)),
                     fmt::format("{} has another one", checkers::name(said.server)));
  }
}

void SnapshotIsPrefix::taken(const Context& context, const core::Observation& said) {
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

void SnapshotIsPrefix::installed(const Context& context, const core::Observation& said) {
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
}

void SnapshotIsPrefix::holds(const Context& context, const core::Observation& said, std::string_view did) {
  const auto& ledger = context.ledger;
  const auto whose = fmt::format("the snapshot that {} {}", checkers::name(said.server), did);
  if (said.index > ledger.committed_last()) {
    context.violated(*this,
                     fmt::format("{} holds committed entries, up to index {}", whose, ledger.committed_last().value),
                     fmt::format("it goes up to index {}", said.index.value));
    return;
  }
  const State state = said.index.value < states_.size() ? states_[said.index.value] : State{};
  if (state.server == core::no_server) return;
  if (state.term != core::Term{} && said.term != state.term) {
    context.violated(*this,
                     fmt::format("{} ends in the committed entry at index {}, of term {}", whose, said.index.value,
                                 state.term.value),
                     fmt::format("it says that this entry is of term {}", said.term.value));
    return;
  }
  if (said.machine == 0 || state.machine == said.machine) return;
  context.violated(*this,
                   fmt::format("{} holds the state after index {}, as {} had it", whose, said.index.value,
                               checkers::name(state.server)),
                   "it holds another one");
}

}  // namespace raftsim::checkers
