#include "checkers/durable_ack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest DurableAck::interest() const {
  using Kind = core::ObservationKind;
  return {.observations = Interest::in(Kind::truncated, Kind::installed_snapshot, Kind::booted),
          .sent = Interest::of<core::AppendEntriesReply, core::InstallSnapshotReply>()};
}

void DurableAck::sent(const Context& context, const sim::Packet& /*packet*/, const core::Message& message) {
  if (const auto* reply = std::get_if<core::AppendEntriesReply>(&message.body)) {
    if (reply->success) acknowledged(context, message, reply->previous + reply->count);
  } else if (const auto& chunk = std::get<core::InstallSnapshotReply>(message.body); chunk.installed) {
    acknowledged(context, message, chunk.last);
  }
}

void DurableAck::acknowledged(const Context& context, const core::Message& message, core::Index index) {
  const auto& server = context.ledger.of(message.from);
  if (server.hard_state.term > message.term) return;
  const auto& durable = server.durable;
  const auto who = [&] { return checkers::name(message.from); };
  if (durable.hard_state().term < message.term) {
    context.violated(
        *this, fmt::format("term {} is durable on {} before its acknowledgement leaves", message.term.value, who()),
        fmt::format("its disk holds term {}", durable.hard_state().term.value));
    return;
  }
  if (!durable.log().agrees_with(server.log, index)) {
    context.violated(*this,
                     fmt::format("the log of {} is durable up to index {} before its acknowledgement to {} leaves",
                                 who(), index.value, checkers::name(message.to)),
                     !server.log.has(index) ? fmt::format("its log ends at index {}", server.log.last().value)
                     : durable.log().has(index)
                         ? fmt::format("its disk holds another history up to index {}", index.value)
                         : fmt::format("its disk holds the log up to index {} only", durable.log().last().value));
    return;
  }
  auto& promise = promises_[message.from.value - 1U];
  if (promise.term == message.term && promise.index >= index) return;
  const auto known = std::max(index, server.log.base());  // who has its beginning has all before
  promise = {message.term, known, server.log.chain_at(known), message.to};
}

// Behind the horizon no log is known. What is promised of there is kept by whoever keeps what is at the horizon, as
// everybody must by now.
void DurableAck::forget(const Ledger& ledger, const Horizon& horizon) {
  for (Promise& promise : promises_) {
    if (promise.index == core::Index{} || promise.index >= horizon.index) continue;
    promise.index = horizon.index;
    promise.chain = ledger.committed_log().chain_at(horizon.index);
  }
}

void DurableAck::observed(const Context& context, const core::Observation& said) {
  if (said.kind == core::ObservationKind::truncated) {
    removed(context, said, said.index);
  } else if (said.kind == core::ObservationKind::installed_snapshot) {
    removed(context, said, std::max(said.index, said.next).next());
  } else {
    booted(context, said);
  }
}

// The log ends before `first` now.
void DurableAck::removed(const Context& context, const core::Observation& said, core::Index first) const {
  const auto& promise = promises_[said.server.value - 1U];
  const auto& server = context.ledger.of(said.server);
  if (promise.term != server.hard_state.term || first > promise.index) return;
  context.violated(
      *this,
      fmt::format("{} keeps what it acknowledged to {} in term {}, up to index {}, while the term lasts",
                  checkers::name(said.server), checkers::name(promise.leader), promise.term.value, promise.index.value),
      fmt::format("it removed its entries from index {} on", first.value));
}

void DurableAck::booted(const Context& context, const core::Observation& said) const {
  const auto& promise = promises_[said.server.value - 1U];
  const auto& log = context.ledger.of(said.server).durable.log();
  if (promise.term != said.term || promise.index == core::Index{}) return;
  if (said.index >= promise.index && log.has(promise.index) && log.chain_at(promise.index) == promise.chain) return;
  context.violated(
      *this,
      fmt::format("what {} acknowledged to {} in term {}, up to index {}, outlives its crash",
                  checkers::name(said.server), checkers::name(promise.leader), promise.term.value, promise.index.value),
      said.index < promise.index
          ? fmt::format("it came back with a log up to index {}", said.index.value)
          : fmt::format("it came back with another history up to index {}", promise.index.value));
}

}  // namespace raftsim::checkers
