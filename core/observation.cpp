#include "core/observation.hpp"

#include <utility>

#include "core/observation_fields.hpp"

namespace raftsim::core {

const char* name_of(ObservationKind kind) {
  switch (kind) {
    case ObservationKind::booted:
      return "booted";
    case ObservationKind::became:
      return "became";
    case ObservationKind::adopted_term:
      return "adopted-term";
    case ObservationKind::granted_vote:
      return "granted-vote";
    case ObservationKind::received_vote:
      return "received-vote";
    case ObservationKind::proposed:
      return "proposed";
    case ObservationKind::appended:
      return "appended";
    case ObservationKind::truncated:
      return "truncated";
    case ObservationKind::stored:
      return "stored";
    case ObservationKind::advanced_commit:
      return "advanced-commit";
    case ObservationKind::applied:
      return "applied";
    case ObservationKind::moved_progress:
      return "moved-progress";
    case ObservationKind::ignored:
      return "ignored";
    case ObservationKind::rejected_append:
      return "rejected-append";
    case ObservationKind::configured:
      return "configured";
    case ObservationKind::took_snapshot:
      return "took-snapshot";
    case ObservationKind::installed_snapshot:
      return "installed-snapshot";
    case ObservationKind::compacted:
      return "compacted";
    case ObservationKind::transferring:
      return "transferring";
    case ObservationKind::read_confirmed:
      return "read-confirmed";
    case ObservationKind::caught_up:
      return "caught-up";
  }
  return "?";
}

namespace {

template <std::size_t... Places>
Observed blank_at(std::size_t place, std::index_sequence<Places...> /*all*/) {
  Observed result;
  ((place == Places ? static_cast<void>(result.emplace<Places>()) : static_cast<void>(0)), ...);
  return result;
}

}  // namespace

Observed blank(ObservationKind kind) {
  return blank_at(static_cast<std::size_t>(kind), std::make_index_sequence<observation_kind_count>());
}

}  // namespace raftsim::core
