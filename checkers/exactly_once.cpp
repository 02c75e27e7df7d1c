#include "checkers/exactly_once.hpp"

#include <fmt/format.h>

#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

std::string command_text(std::uint32_t client, std::uint64_t sequence) {
  return fmt::format("C{}#{}", client, sequence);
}

std::string effect_text(core::Index effect, core::Index at) {
  if (effect == core::Index{}) return "took no effect";
  return effect == at ? "took effect" : fmt::format("had taken effect at index {}", effect.value);
}

}  // namespace

Interest ExactlyOnce::interest() const {
  return {.observations = Interest::in(core::ObservationKind::applied), .operations = true};
}

void ExactlyOnce::observed(const Context& context, const core::Observation& said) {
  if (said.client == 0) return;
  first_.grow_to(said.index.value + 1);
  if (const First& first = first_[said.index.value]; first.server != core::no_server) {
    compare(context, said, first);
    return;
  }
  first_.edit(said.index.value) = {said.server, said.next};
  if (said.next == said.index) {
    took_effect(context, said);
  } else if (said.next != core::Index{}) {
    answered_again(context, said);
  }
}

void ExactlyOnce::took_effect(const Context& context, const core::Observation& said) {
  Command& command = commands_.at(said.client, said.sequence);
  if (command.effect == core::Index{}) {
    command.effect = said.index;
    if (!command.failed) return;
    context.violated(
        *this, fmt::format("{} never takes effect: its client was told so", command_text(said.client, said.sequence)),
        fmt::format("{} let it take effect at index {}", checkers::name(said.server), said.index.value),
        {{said.client, said.sequence}});
    return;
  }
  if (!command.in_session) return;
  context.violated(
      *this,
      fmt::format("{} takes effect once, at index {}", command_text(said.client, said.sequence), command.effect.value),
      fmt::format("{} let it take effect again at index {}", checkers::name(said.server), said.index.value),
      {{said.client, said.sequence}});
}

void ExactlyOnce::answered_again(const Context& context, const core::Observation& said) {
  const core::Index effect = commands_.get(said.client, said.sequence).effect;
  if (effect == said.next) return;
  context.violated(*this,
                   fmt::format("what is answered from a session took effect where the answer says: {} {}",
                               command_text(said.client, said.sequence),
                               effect == core::Index{} ? "nowhere" : fmt::format("at index {}", effect.value)),
                   fmt::format("at index {} {} took it for one that had taken effect at index {}", said.index.value,
                               checkers::name(said.server), said.next.value),
                   {{said.client, said.sequence}});
}

void ExactlyOnce::compare(const Context& context, const core::Observation& said, const First& first) const {
  if (said.next == first.effect) return;
  context.violated(*this,
                   fmt::format("all servers agree on what {} at index {} came to: on {} it {}",
                               command_text(said.client, said.sequence), said.index.value, checkers::name(first.server),
                               effect_text(first.effect, said.index)),
                   fmt::format("on {} it {}", checkers::name(said.server), effect_text(said.next, said.index)),
                   {{said.client, said.sequence}});
}

void ExactlyOnce::failed(const Context& context, const OperationFact& fact) {
  Command& command = commands_.at(fact.client, fact.sequence);
  command.failed = true;
  if (command.effect == core::Index{}) return;
  context.violated(
      *this, fmt::format("{} has no effect, as its client is told", command_text(fact.client, fact.sequence)),
      fmt::format("it had taken effect at index {}", command.effect.value), {{fact.client, fact.sequence}});
}

void ExactlyOnce::operated(const Context& context, const OperationFact& fact) {
  if (fact.kind == OperationFact::Kind::invoked && fact.in_session) {
    commands_.at(fact.client, fact.sequence).in_session = true;
  } else if (fact.kind == OperationFact::Kind::failed) {
    failed(context, fact);
  } else if (fact.kind == OperationFact::Kind::returned) {
    const Command command = commands_.get(fact.client, fact.sequence);
    if (!command.in_session || command.effect != core::Index{}) return;
    context.violated(*this,
                     fmt::format("{} took effect before it was acknowledged", command_text(fact.client, fact.sequence)),
                     "no server had let it take effect", {{fact.client, fact.sequence}});
  }
}

}  // namespace raftsim::checkers
