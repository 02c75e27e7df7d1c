// What clients and administrators ask of a server, and what it answers.
#include <span>
#include <utility>

#include "scenarios/administration.hpp"
#include "scenarios/cluster/servers/raftsim/raft_server.hpp"

namespace raftsim::scenarios {

namespace {

// What is appended for a request; the stamp is the leader's time.
core::Command command_of(const ClientRequest& request, core::Instant now) {
  const bool opens = request.kind == ClientRequest::Kind::open_session;
  const bool in_session = request.session != core::Index{};
  return {.kind = opens        ? core::CommandKind::open_session
                  : in_session ? core::CommandKind::in_session
                               : core::CommandKind::plain,
          .name = request.name,
          .proposed_at = now,
          .session = request.session,
          .operation = request.operation};
}

}  // namespace

// --- asked ---

void RaftServer::serve(sim::Host& host, const sim::Packet& packet) {
  if (stays_out_of_log(packet.payload.as<ClientRequest>())) {
    read(host, packet);
  } else {
    propose(host, packet);
  }
}

void RaftServer::propose(sim::Host& host, const sim::Packet& packet) {
  const auto& request = packet.payload.as<ClientRequest>();
  Waiting waiting{{}, raft_->term(), packet.from, request.name, request.attempt};
  if (mutated(core::Mutation::dedup_at_propose)) {
    if (const auto before = machine_.answered(request.session, request.name)) {
      answer(host, waiting, *before);
      return;
    }
  }
  const auto now = instant(host.now());
  const auto command = core::encode(command_of(request, now));
  const auto index = raft_->propose(now, std::span(&command, 1), effects_);
  if (!index) {
    refuse(host, waiting, leads() ? ReplyStatus::unavailable : ReplyStatus::not_leader);
    return;
  }
  // A deposed leader may lead again with a shorter log: who waited at this index or after has lost.
  while (!waiting_.empty() && waiting_.back().index >= *index) {
    refuse(host, waiting_.back(), ReplyStatus::not_leader);
    waiting_.pop_back();
  }
  waiting.index = *index;
  waiting_.push_back(waiting);
}

void RaftServer::read(sim::Host& host, const sim::Packet& packet) {
  const auto& request = packet.payload.as<ClientRequest>();
  if (!leads() && request.read_mode != ReadMode::follower) {
    refuse(host, {{}, raft_->term(), packet.from, request.name, request.attempt}, ReplyStatus::not_leader);
    return;
  }
  const std::uint64_t number =
      mutated(core::Mutation::shared_correlation_key) ? 1 : read_number(request.name, request.attempt);
  waiting_reads_.add({.number = number,
                      .client = packet.from,
                      .name = request.name,
                      .attempt = request.attempt,
                      .key = request.operation.key});
  raft_->read(instant(host.now()), number, effects_);
}

void RaftServer::administer(sim::Host& host, const sim::Packet& packet) {
  const auto& request = packet.payload.as<AdminRequest>();
  const auto now = instant(host.now());
  AdminReply reply{.attempt = request.attempt, .leads = leads()};
  if (leads() && request.kind == AdminRequest::Kind::change) {
    reply.refusal = raft_->why_not_change(now, request.target);
    reply.accepted = raft_->change_configuration(now, request.target, effects_).has_value();
  } else if (leads() && request.kind == AdminRequest::Kind::transfer) {
    reply.accepted = raft_->transfer_leadership(now, request.successor, effects_);
  }
  reply.leader = raft_->leader();
  reply.configuration = raft_->configuration();
  reply.committed = raft_->configurations().latest().index <= raft_->commit_index();
  host.send(packet.from, admin_reply_kind, admin_reply_bytes, sim::Payload::of(reply));
}

// --- answered ---

void RaftServer::answer_reads(sim::Host& host) {
  const auto applied = mutated(core::Mutation::read_before_applied) ? raft_->log().last().index : last_applied_;
  waiting_reads_.answer_up_to(applied, [&](const WaitingReads::Read& read) {
    reply(host, read.client,
          {.name = read.name,
           .attempt = read.attempt,
           .status = ReplyStatus::done,
           .leader = raft_->leader(),
           .answer = machine_.read(read.key),
           .index = last_applied_});
  });
}

void RaftServer::answer(sim::Host& host, const Waiting& waiting, const core::ApplyResult& applied) {
  if (applied.status == core::AppliedStatus::session_unknown) {
    refuse(host, waiting, ReplyStatus::session_expired);
    return;
  }
  if (applied.status == core::AppliedStatus::outdated) {  // its client has gone on to the next command
    refuse(host, waiting, ReplyStatus::unavailable);
    return;
  }
  reply(host, waiting.client,
        {.name = waiting.name,
         .attempt = waiting.attempt,
         .status = ReplyStatus::done,
         .leader = raft_->leader(),
         .answer = applied.answer,
         .index = applied.index});
}

void RaftServer::refuse(sim::Host& host, const Waiting& waiting, ReplyStatus status) {
  reply(host, waiting.client,
        {.name = waiting.name, .attempt = waiting.attempt, .status = status, .leader = raft_->leader()});
}

void RaftServer::reply(sim::Host& host, sim::HostId client, ClientReply&& reply) const {
  const auto bytes = wire_size(reply);
  host.send(client, client_reply_kind, bytes, sim::Payload::of(std::move(reply)));
}

void RaftServer::give_up_waiting(sim::Host& host) {
  for (const auto& waiting : waiting_) refuse(host, waiting, ReplyStatus::failed);
  waiting_.clear();
}

}  // namespace raftsim::scenarios
