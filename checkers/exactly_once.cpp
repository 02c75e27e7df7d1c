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
  return {.observations = ObservationKinds::of<core::Applied>(), .operations = true};
}

Needs ExactlyOnce::needs() const {
  return {.observations = ObservationKinds::of<core::Applied>(), .operations = true, .commands = true};
}

void ExactlyOnce::observed(const Context& context, core::ServerId server, const core::Applied& applied) {
  if (applied.command == core::CommandName{}) return;
  if (const First* first = first_.find(applied.position.index); first != nullptr && first->server != core::no_server) {
    compare(context, server, applied, *first);
    return;
  }
  if (first_.is_forgotten(applied.position.index)) return;
  first_.grow_to(applied.position.index);
  first_.edit(applied.position.index) = {server, applied.effect};
  if (applied.effect == applied.position.index) {
    took_effect(context, server, applied);
  } else if (applied.effect != core::Index{}) {
    answered_again(context, server, applied);
  }
}

void ExactlyOnce::took_effect(const Context& context, core::ServerId server, const core::Applied& applied) {
  if (commands_.is_forgotten(applied.command.client, applied.command.sequence)) {
    Past& past = past_.at(applied.command.client, applied.command.sequence);
    const bool again = past.had_effect && past.in_session;
    judge_effect(context, server, applied, past.failed,
                 again ? fmt::format("before index {}", first_.first().value) : "");
    past.had_effect = true;
    return;
  }
  Command& command = commands_.at(applied.command.client, applied.command.sequence);
  const bool again = command.effect != core::Index{};
  const std::string before =
      again && command.in_session ? fmt::format("at index {}", command.effect.value) : std::string();
  judge_effect(context, server, applied, command.failed && !again, before);
  if (!again) command.effect = applied.position.index;
}

// `before`: where it took effect before, although it is in a session.
void ExactlyOnce::judge_effect(const Context& context, core::ServerId server, const core::Applied& applied, bool failed,
                               const std::string& before) const {
  if (!failed && before.empty()) return;
  const std::string command = command_text(applied.command.client, applied.command.sequence);
  if (failed) {
    context.violated(
        *this, fmt::format("{} never takes effect: its client was told so", command),
        fmt::format("{} let it take effect at index {}", checkers::name(server), applied.position.index.value),
        {applied.command});
  } else {
    context.violated(
        *this, fmt::format("{} takes effect once, {}", command, before),
        fmt::format("{} let it take effect again at index {}", checkers::name(server), applied.position.index.value),
        {applied.command});
  }
}

void ExactlyOnce::answered_again(const Context& context, core::ServerId server, const core::Applied& applied) {
  const core::Index effect = commands_.get(applied.command.client, applied.command.sequence).effect;
  if (effect == applied.effect) return;
  // The exact index of an effect below the horizon is no longer known.
  if (past_.get(applied.command.client, applied.command.sequence).had_effect && first_.is_forgotten(applied.effect))
    return;
  context.violated(*this,
                   fmt::format("what is answered from a session took effect where the answer says: {} {}",
                               command_text(applied.command.client, applied.command.sequence),
                               effect == core::Index{} ? "nowhere" : fmt::format("at index {}", effect.value)),
                   fmt::format("at index {} {} took it for one that had taken effect at index {}",
                               applied.position.index.value, checkers::name(server), applied.effect.value),
                   {applied.command});
}

void ExactlyOnce::compare(const Context& context, core::ServerId server, const core::Applied& applied,
                          const First& first) const {
  if (applied.effect == first.effect) return;
  context.violated(
      *this,
      fmt::format("all servers agree on what {} at index {} came to: on {} it {}",
                  command_text(applied.command.client, applied.command.sequence), applied.position.index.value,
                  checkers::name(first.server), effect_text(first.effect, applied.position.index)),
      fmt::format("on {} it {}", checkers::name(server), effect_text(applied.effect, applied.position.index)),
      {applied.command});
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
