#include "checkers/exactly_once.hpp"

#include <fmt/format.h>

#include "checkers/horizon.hpp"
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
  if (const First* first = first_.find(said.index); first != nullptr && first->server != core::no_server) {
    compare(context, said, *first);
    return;
  }
  if (first_.is_forgotten(said.index)) return;
  first_.grow_to(said.index);
  first_.edit(said.index) = {said.server, said.next};
  if (said.next == said.index) {
    took_effect(context, said);
  } else if (said.next != core::Index{}) {
    answered_again(context, said);
  }
}

void ExactlyOnce::took_effect(const Context& context, const core::Observation& said) {
  if (commands_.is_forgotten(said.client, said.sequence)) {
    Past& past = past_.at(said.client, said.sequence);
    const bool again = past.had_effect && past.in_session;
    judge_effect(context, said, past.failed, again ? fmt::format("before index {}", first_.first().value) : "");
    past.had_effect = true;
    return;
  }
  Command& command = commands_.at(said.client, said.sequence);
  const bool again = command.effect != core::Index{};
  const std::string before =
      again && command.in_session ? fmt::format("at index {}", command.effect.value) : std::string();
  judge_effect(context, said, command.failed && !again, before);
  if (!again) command.effect = said.index;
}

// `before`: where it took effect before, though it is of a session.
void ExactlyOnce::judge_effect(const Context& context, const core::Observation& said, bool failed,
                               const std::string& before) const {
  if (!failed && before.empty()) return;
  const std::string command = command_text(said.client, said.sequence);
  if (failed) {
    context.violated(*this, fmt::format("{} never takes effect: its client was told so", command),
                     fmt::format("{} let it take effect at index {}", checkers::name(said.server), said.index.value),
                     {{said.client, said.sequence}});
  } else {
    context.violated(
        *this, fmt::format("{} takes effect once, {}", command, before),
        fmt::format("{} let it take effect again at index {}", checkers::name(said.server), said.index.value),
        {{said.client, said.sequence}});
  }
}

void ExactlyOnce::answered_again(const Context& context, const core::Observation& said) {
  const core::Index effect = commands_.get(said.client, said.sequence).effect;
  if (effect == said.next) return;
  // Where exactly what is behind the horizon took effect, nobody knows any more.
  if (past_.get(said.client, said.sequence).had_effect && first_.is_forgotten(said.next)) return;
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
  if (commands_.is_forgotten(fact.client, fact.sequence)) return;
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

void ExactlyOnce::forget(const Ledger& /*ledger*/, const Horizon& horizon) {
  first_.forget_before(horizon.index);
  commands_.forget([&](const Command& command) { return command.effect < horizon.index; },
                   [&](std::uint32_t client, std::uint64_t sequence, const Command& command) {
                     past_.at(client, sequence) = {command.effect != core::Index{}, command.in_session, command.failed};
                   });
}

}  // namespace raftsim::checkers
