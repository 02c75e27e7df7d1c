#include "core/machine/machine.hpp"

#include <algorithm>

namespace raftsim::core {

namespace {

// The age at which Mutation::nondeterministic_apply drops a command.
constexpr Duration patience = std::chrono::milliseconds(200);

}  // namespace

const char* name_of(AppliedStatus status) {
  switch (status) {
    case AppliedStatus::no_command:
      return "no command";
    case AppliedStatus::took_effect:
      return "took effect";
    case AppliedStatus::duplicate:
      return "duplicate";
    case AppliedStatus::outdated:
      return "outdated";
    case AppliedStatus::session_unknown:
      return "session unknown";
  }
  return "?";
}

ApplyResult Machine::apply(Index index, const Entry& entry, const Surroundings& surroundings) {
  if (entry.kind != EntryKind::command) return {};
  const auto command = decode_command(entry.payload.view());
  if (!command) return {};
  now_ = std::max(now_, command->proposed_at);
  // Sessions expire by agreed time, so that all replicas expire the same session at the same index.
  sessions_.expire(mutated(Mutation::expiry_local_clock) ? surroundings.now : now_);
  if (mutated(Mutation::nondeterministic_apply) && surroundings.now - command->proposed_at > patience) {
    return {.status = AppliedStatus::outdated, .name = command->name, .index = {}, .answer = {}};
  }
  return carry_out(index, *command, surroundings);
}

ApplyResult Machine::carry_out(Index index, const Command& command, const Surroundings& surroundings) {
  ApplyResult applied{.status = AppliedStatus::took_effect, .name = command.name, .index = index, .answer = {}};
  if (command.kind == CommandKind::open_session) {
    sessions_.open(index, command.name.client, now_);
    return applied;
  }
  if (command.kind == CommandKind::in_session) {
    const auto* session = sessions_.find(command.session);
    if (session == nullptr) {
      return {.status = AppliedStatus::session_unknown, .name = command.name, .index = {}, .answer = {}};
    }
    const bool told_apart = !mutated(Mutation::no_dedup) && !mutated(Mutation::dedup_at_propose);
    if (told_apart && command.name.sequence <= session->sequence) {
      sessions_.touch(command.session, now_);
      if (const auto before = answered(command.session, command.name)) return *before;
      return {.status = AppliedStatus::outdated, .name = command.name, .index = {}, .answer = {}};
    }
  }
  applied.answer = store_.carry_out(command.operation);
  if (command.kind == CommandKind::in_session) {
    if (!mutated(Mutation::dedup_in_memory) || surroundings.leads) {
      sessions_.record(command.session, now_, command.name.sequence, index, applied.answer);
    } else {
      sessions_.touch(command.session, now_);
    }
  }
  return applied;
}

std::optional<ApplyResult> Machine::answered(Index session, CommandName name) const {
  const auto* found = sessions_.find(session);
  if (found == nullptr || found->sequence != name.sequence) return std::nullopt;
  return ApplyResult{
      .status = AppliedStatus::duplicate, .name = name, .index = found->took_effect_at, .answer = found->answer};
}

Digest Machine::digest() const {
  return mix(mix(store_.digest(), sessions_.digest()), static_cast<std::uint64_t>(now_.time_since_epoch().count()));
}

Bytes Machine::save() const {
  return Bytes::filled(8 + store_.encoded_size() + sessions_.encoded_size(), [this](char* room) {
    Encoder to(room);
    to.i64(now_.time_since_epoch().count());
    store_.encode(to);
    sessions_.encode(to);
  });
}

std::optional<Machine> Machine::restored(std::string_view state) const {
  Decoder from(state);
  std::optional<Machine> machine(Machine(sessions_.limits(), mutations_));
  machine->now_ = Instant(Duration(from.i64()));
  const bool sound = KeyValueStore::decode(from, machine->store_) && machine->sessions_.decode(from) && from.at_end();
  if (!sound) machine.reset();
  return machine;
}

}  // namespace raftsim::core
