#include "checkers/vote_once.hpp"

#include <fmt/format.h>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest VoteOnce::interest() const {
  return {.sent = Interest::of<core::RequestVote, core::RequestVoteReply>(), .disks = true, .crashes = true};
}

Needs VoteOnce::needs() const { return {.messages = true}; }

std::vector<Part> VoteOnce::parts() const { return {{"on_disk", {.disk = true}}}; }

void VoteOnce::begins(const Context& context, core::ServerId server, const Beginning& beginning) {
  const auto& [term, vote] = beginning.hard_state;
  if (vote != core::no_server) voted(context, server, term, vote, "has voted before the run for");
}

void VoteOnce::sent(const Context& context, const sim::Packet& /*packet*/, const core::Message& message) {
  if (const auto* reply = std::get_if<core::RequestVoteReply>(&message.body)) {
    if (reply->granted && !reply->pre_vote) voted(context, message.from, message.term, message.to, "granted it to");
  } else if (const auto* request = std::get_if<core::RequestVote>(&message.body)) {
    if (!request->pre_vote) voted(context, message.from, message.term, message.from, "stood for election itself, as");
  }
}

void VoteOnce::disk_changed(const Context& context, core::ServerId server) {
  const auto& durable = context.ledger.durable(server).hard_state();
  if (durable.vote == core::no_server) return;
  voted(context, server, durable.term, durable.vote, "has on its disk a vote for");
}

void VoteOnce::forget(const Ledger& /*ledger*/, const Horizon& horizon) {
  for (auto& votes : votes_) votes.forget_before(horizon.term);
}

void VoteOnce::voted(const Context& context, core::ServerId voter, core::Term term, core::ServerId candidate,
                     const char* where) {
  const auto& first = votes_[voter.value - 1U].at(term, {candidate, context.moment.now});
  if (first.candidate == candidate) return;
  context.violated(*this, fmt::format("{} votes for one candidate in term {}", checkers::name(voter), term.value),
                   fmt::format("it voted for {} at {}, and now {} {}", checkers::name(first.candidate),
                               seconds(first.at), where, checkers::name(candidate)));
}

}  // namespace raftsim::checkers
