#include "checkers/no_stale_rewind.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest NoStaleRewind::interest() const {
  return {.observations = Interest::in(core::ObservationKind::moved_progress),
          .delivered = Interest::of<core::AppendEntriesReply>()};
}

void NoStaleRewind::delivered(const Context& context, const sim::Packet& packet, const core::Message& message) {
  const auto& reply = std::get<core::AppendEntriesReply>(message.body);
  last_[message.to.value - 1U] = {context.moment.event, message.from, message.term,        reply.previous, reply.count,
                                  reply.success,        packet.id,    packet.duplicate_of, packet.sent_at};
}

const char* NoStaleRewind::stale(const Reply& reply, const ProgressView& before) {
  if (reply.success) return "a success says nothing against what comes before it";
  if (reply.previous <= before.match) return "the logs are known to agree there since";
  if (before.state == core::ProgressState::snapshot) return "a snapshot is on its way, and no entries are";
  const bool probing = before.state == core::ProgressState::probe;
  return probing && reply.previous.next() != before.next ? "it answers an earlier probe" : nullptr;
}

void NoStaleRewind::observed(const Context& context, const core::Observation& said) {
  const auto& leader = context.ledger.of(said.server);
  const auto* before = context.ledger.progress(said.server, said.peer);
  if (leader.role != core::Role::leader || before == nullptr) return;
  const auto whose = [&] {
    return fmt::format("next_index of {} for {}", checkers::name(said.server), checkers::name(said.peer));
  };
  const auto moved = [&] {
    return said.next < before->next ? fmt::format("it went back from {} to {}", before->next.value, said.next.value)
                                    : fmt::format("it went back to {}, probing", said.next.value);
  };

  const auto& reply = last_[said.server.value - 1U];
  const bool by_reply = reply.event == context.moment.event && reply.from == said.peer &&
                        said.reason != core::Reason::window_stalled && said.reason != core::Reason::probe_timeout;
  const bool probing = before->state == core::ProgressState::probe;
  const bool went_back = said.next < before->next || (!probing && said.state == core::ProgressState::probe);
  if (const char* why = by_reply && went_back ? stale(reply, *before) : nullptr) {
    const auto text =
        fmt::format("{} by a {} {} (packet {}{}), sent at {} in term {}: {}", moved(),
                    reply.success ? "success for the entries" : "rejection of",
                    reply.success ? fmt::format("up to {}", (reply.previous + reply.count).value)
                                  : fmt::format("index {}", reply.previous.value),
                    reply.packet, reply.duplicate_of == 0 ? "" : fmt::format(", a duplicate of {}", reply.duplicate_of),
                    seconds(reply.sent_at), reply.term.value, why);
    context.violated(
        *this, fmt::format("a stale reply does not move {} back; match_index is {}", whose(), before->match.value),
        text);
    return;
  }
  if (said.next > std::max(before->match, said.index)) return;
  context.violated(*this,
                   fmt::format("{} stays above {}, up to where the logs are known to agree", whose(),
                               std::max(before->match, said.index).value),
                   moved());
}

}  // namespace raftsim::checkers
