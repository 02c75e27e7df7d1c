#include "checkers/durable_vote.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest DurableVote::interest() const { return {.sent = Interest::of<core::RequestVote, core::RequestVoteReply>()}; }

Needs DurableVote::needs() const { return {.messages = true, .disk = true}; }

void DurableVote::sent(const Context& context, const sim::Packet& /*packet*/, const core::Message& message) {
  if (const auto* reply = std::get_if<core::RequestVoteReply>(&message.body)) {
    if (reply->granted && !reply->pre_vote) promises(context, message, message.to);
  } else if (const auto* request = std::get_if<core::RequestVote>(&message.body)) {
    if (!request->pre_vote) promises(context, message, message.from);
  }
}

void DurableVote::promises(const Context& context, const core::Message& message, core::ServerId candidate) const {
  const auto& durable = context.ledger.durable(message.from).hard_state();
  // In a later term it can no longer vote in this one, so the promise holds.
  if (durable.term > message.term || durable == core::HardState{message.term, candidate}) return;
  const bool itself = candidate == message.from;
  context.violated(
      *this,
      fmt::format("term {} and the vote for {} are durable on {} before its {} leaves", message.term.value,
                  itself ? "itself" : checkers::name(candidate), checkers::name(message.from),
                  itself ? "RequestVote" : "vote"),
      fmt::format("its disk holds term {} and a vote for {}", durable.term.value, name_or_nobody(durable.vote)));
}

}  // namespace raftsim::checkers
