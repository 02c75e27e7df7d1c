#include "checkers/no_stale_rewind.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest NoStaleRewind::interest() const {
  return {.observations = ObservationKinds::of<core::MovedProgress>(),
          .delivered = Interest::of<core::AppendEntriesReply>()};
}

Needs NoStaleRewind::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::BecameRole, core::AdoptedTerm, core::Appended, core::Truncated,
                                   core::MovedProgress, core::Configured, core::InstalledSnapshot>(),
          .messages = true};
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

void NoStaleRewind::observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) {
  const auto& leader = context.ledger.of(server);
  const auto* before = context.ledger.progress(server, moved.follower);
  if (leader.role != core::Role::leader || before == nullptr) return;
  const auto whose = [&] {
    return fmt::format("next_index of {} for {}", checkers::name(server), checkers::name(moved.follower));
  };
  const auto how = [&] {
    return moved.next < before->next ? fmt::format("it went back from {} to {}", before->next.value, moved.next.value)
                                     : fmt::format("it went back to {}, probing", moved.next.value);
  };

  const auto& reply = last_[server.value - 1U];
  const bool by_reply = reply.event == context.moment.event && reply.from == moved.follower &&
                        context.reason != core::Reason::window_stalled && context.reason != core::Reason::probe_timeout;
  const bool probing = before->state == core::ProgressState::probe;
  const bool went_back = moved.next < before->next || (!probing && moved.state == core::ProgressState::probe);
  if (const char* why = by_reply && went_back ? stale(reply, *before) : nullptr) {
    const auto text =
        fmt::format("{} by a {} {} (packet {}{}), sent at {} in term {}: {}", how(),
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
  if (moved.next > std::max(before->match, moved.match)) return;
  context.violated(*this,
                   fmt::format("{} stays above {}, up to where the logs are known to agree", whose(),
                               std::max(before->match, moved.match).value),
                   how());
}

}  // namespace raftsim::checkers
