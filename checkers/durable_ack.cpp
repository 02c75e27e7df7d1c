#include "checkers/durable_ack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest DurableAck::interest() const {
  return {.observations = ObservationKinds::of<core::Truncated, core::InstalledSnapshot, core::Booted>(),
          .sent = Interest::of<core::AppendEntriesReply, core::InstallSnapshotReply>()};
}

Needs DurableAck::needs() const {
  return {.observations = ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended,
                                               core::Truncated, core::InstalledSnapshot>(),
          .messages = true,
          .disk = true};
}

void DurableAck::sent(const Context& context, const sim::Packet& /*packet*/, const core::Message& message) {
  if (const auto* reply = std::get_if<core::AppendEntriesReply>(&message.body)) {
    if (reply->success) acknowledged(context, message, reply->previous + reply->count);
  } else if (const auto& chunk = std::get<core::InstallSnapshotReply>(message.body); chunk.installed) {
    acknowledged(context, message, chunk.last);
  }
}

void DurableAck::acknowledged(const Context& context, const core::Message& message, core::Index index) {
  if (context.ledger.of(message.from).hard_state.term > message.term) return;
  const auto& log = context.ledger.log(message.from);
  const auto& durable = context.ledger.durable(message.from);
  const auto who = [&] { return checkers::name(message.from); };
  if (durable.hard_state().term < message.term) {
    context.violated(
        *this, fmt::format("term {} is durable on {} before its acknowledgement leaves", message.term.value, who()),
        fmt::format("its disk holds term {}", durable.hard_state().term.value));
    return;
  }
  if (!durable.log().agrees_with(log, index)) {
    context.violated(*this,
                     fmt::format("the log of {} is durable up to index {} before its acknowledgement to {} leaves",
                                 who(), index.value, checkers::name(message.to)),
                     !log.has(index) ? fmt::format("its log ends at index {}", log.last().value)
                     : durable.log().has(index)
                         ? fmt::format("its disk holds another history up to index {}", index.value)
                         : fmt::format("its disk holds the log up to index {} only", durable.log().last().value));
    return;
  }
  auto& promise = promises_[message.from.value - 1U];
  if (promise.term == message.term && promise.index >= index) return;
  const auto known = std::max(index, log.base());  // a log that has the base has everything before it
  promise = {message.term, known, log.chain_at(known), message.to};
}

// Logs are unknown below the horizon. A promise below it holds if the entry at the horizon is kept, which every server
// must do.
void DurableAck::forget(const Ledger& ledger, const Horizon& horizon) {
  for (Promise& promise : promises_) {
    if (promise.index == core::Index{} || promise.index >= horizon.index) continue;
    promise.index = horizon.index;
    promise.chain = ledger.committed_log().chain_at(horizon.index);
  }
}

void DurableAck::observed(const Context& context, core::ServerId server, const core::Truncated& truncated) {
  removed(context, server, truncated.first);
}

void DurableAck::observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) {
  removed(context, server, std::max(installed.last.index, installed.log_last).next());
}

void DurableAck::removed(const Context& context, core::ServerId server, core::Index first) const {
  const auto& promise = promises_[server.value - 1U];
  if (promise.term != context.ledger.of(server).hard_state.term || first > promise.index) return;
  context.violated(
      *this,
      fmt::format("{} keeps what it acknowledged to {} in term {}, up to index {}, while the term lasts",
                  checkers::name(server), checkers::name(promise.leader), promise.term.value, promise.index.value),
      fmt::format("it removed its entries from index {} on", first.value));
}

void DurableAck::observed(const Context& context, core::ServerId server, const core::Booted& booted) {
  const auto& promise = promises_[server.value - 1U];
  const auto& log = context.ledger.durable(server).log();
  if (promise.term != booted.term || promise.index == core::Index{}) return;
  if (booted.last >= promise.index && log.has(promise.index) && log.chain_at(promise.index) == promise.chain) return;
  context.violated(
      *this,
      fmt::format("what {} acknowledged to {} in term {}, up to index {}, outlives its crash", checkers::name(server),
                  checkers::name(promise.leader), promise.term.value, promise.index.value),
      booted.last < promise.index
          ? fmt::format("it came back with a log up to index {}", booted.last.value)
          : fmt::format("it came back with another history up to index {}", promise.index.value));
}

}  // namespace raftsim::checkers
