#include "scenarios/cluster/client.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

Client::Client(std::uint32_t number, std::shared_ptr<const Scenario> scenario, ClientSupport support)
    : number_(number), scenario_(std::move(scenario)), support_(support), source_(number, scenario_->workload) {}

void Client::boot(sim::Host& host) {
  if (!host.decide_chance(client_purpose, 0, {1, 1})) {
    finished_ = news_.absent = true;
    return;
  }
  const auto all = sim::Distribution::uniform(0, scenario_->servers - 1);
  server_ = {static_cast<std::uint16_t>(host.decide(first_server_purpose, 0, all))};
  due_ = host.now() + sim::Duration(static_cast<std::int64_t>(
                          host.decide(think_time_purpose, operations_, scenario_->workload.think_time)));
  act_at_ = due_;
  host.wake_at(act_at_);
}

void Client::think(sim::Host& host) {
  if (scenario_->workload.open_loop) {
    act_at_ = due_;
  } else {
    const auto pause = host.decide(think_time_purpose, operations_, scenario_->workload.think_time);
    act_at_ = host.now() + sim::Duration(static_cast<std::int64_t>(pause));
  }
  host.wake_at(act_at_);
}

void Client::submit_next(sim::Host& host) {
  const bool needs_session = support_.sessions && scenario_->workload.sessions && session_ == core::Index{};
  if (!needs_session) {
    ++operations_;
    if (scenario_->workload.open_loop) {
      due_ += sim::Duration(
          static_cast<std::int64_t>(host.decide(think_time_purpose, operations_, scenario_->workload.think_time)));
    }
    if (!finishing_ && !host.decide_chance(command_purpose, operations_, {1, 1})) {
      think(host);
      return;
    }
  }
  ++sequence_;
  pending_ = true;
  asked_ = server_;
  request_ = {.kind = needs_session ? ClientRequest::Kind::open_session : ClientRequest::Kind::operation,
              .name = {number_, sequence_},
              .attempt = request_.attempt,
              .session = session_};
  if (!needs_session) submit_operation(host);
  turn_ = asked_;
  send_request(host);
  news_.submitted = request_;
  news_.probe = finishing_;
}

void Client::submit_operation(sim::Host& host) {
  last_submitted_ = finishing_;
  request_.operation = source_.next(host, operations_, sequence_);
  if (request_.operation.kind != core::OperationKind::get || !support_.reads) return;
  request_.read_mode = source_.read_mode(host, operations_);
  if (request_.read_mode != ReadMode::follower) return;
  const auto all = sim::Distribution::uniform(0, scenario_->servers - 1);
  asked_ = {static_cast<std::uint16_t>(host.decide(reader_purpose, operations_, all))};
  if (spares_leader(asked_)) asked_ = next_after(asked_);
}

void Client::send_request(sim::Host& host) {
  ++request_.attempt;
  host.send(asked_, client_request_kind, wire_size(request_), sim::Payload::of(request_));
  act_at_ = host.now() + scenario_->workload.request_timeout;
  const bool is_replaced =
      scenario_->workload.open_loop && !finishing_ && request_.kind == ClientRequest::Kind::operation;
  if (is_replaced) act_at_ = std::min(act_at_, std::max(due_, host.now()));
  host.wake_at(act_at_);
}

// The pending command, for lack of an answer.
bool Client::gives_up(const sim::Host& host) const {
  if (finishing_ || request_.kind != ClientRequest::Kind::operation) return false;
  return scenario_->workload.retries == Workload::Retries::never ||
         (scenario_->workload.open_loop && host.now() >= due_);
}

void Client::give_up() {
  pending_ = false;
  news_.ended =
      Ended{.sequence = sequence_, .ending = Ending::abandoned, .by = core::no_server, .answer = {}, .index = {}};
}

void Client::wake(sim::Host& host) {
  if (finished_) return;
  if (host.now() < act_at_) {
    host.wake_at(act_at_);
    return;
  }
  if (!pending_) {
    submit_next(host);
    return;
  }
  if (gives_up(host)) {
    give_up();
    if (scenario_->workload.open_loop && host.now() >= due_) {
      submit_next(host);
    } else {
      think(host);
    }
    return;
  }
  // No answer in time: the server may be down, cut off or deposed. The command keeps its sequence number.
  try_again(host, next_in_turn());
}

// Reads at followers are to take load off the leader, whom they would reach through a follower all the same. Where
// servers come and go the leader may be all that there is.
bool Client::spares_leader(sim::HostId server) const {
  const auto& administration = scenario_->administration;
  const bool has_followers = scenario_->servers > 1 && scenario_->founders().voters.size() == scenario_->servers &&
                             (!administration || administration->least_voters == scenario_->servers);
  return request_.read_mode == ReadMode::follower && server == server_ && has_followers;
}

sim::HostId Client::next_after(sim::HostId server) const {
  const sim::HostId next{static_cast<std::uint16_t>((server.value + 1U) % scenario_->servers)};
  return spares_leader(next) ? next_after(next) : next;
}

sim::HostId Client::next_in_turn() {
  if (scenario_->workload.retries == Workload::Retries::hints) turn_ = asked_;
  turn_ = next_after(turn_);
  if (turn_ == asked_) turn_ = next_after(turn_);
  return turn_;
}

void Client::try_again(sim::Host& host, sim::HostId server) {
  asked_ = server;
  news_.retried = true;
  send_request(host);
}

void Client::receive(sim::Host& host, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<ClientReply>();
  if (!pending_ || reply.name.sequence != sequence_) return;  // a late answer to an earlier command
  switch (reply.status) {
    // What has become of the command is true whichever attempt it was that a server speaks of.
    case ReplyStatus::done:
      answered(host, packet);
      return;
    case ReplyStatus::session_expired:
      lost_session(host, packet);
      return;
    case ReplyStatus::failed:
      end(Ending::failed, packet);
      think(host);
      return;
    // Whom to ask instead concerns who was asked last.
    case ReplyStatus::not_leader:
    case ReplyStatus::unavailable:
      if (reply.attempt == request_.attempt) refused(host, packet);
      return;
  }
}

void Client::end(Ending ending, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<ClientReply>();
  pending_ = false;
  news_.ended = Ended{.sequence = sequence_,
                      .ending = ending,
                      .by = server_of(packet.from),
                      .answer = reply.answer,
                      .index = reply.index};
}

void Client::answered(sim::Host& host, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<ClientReply>();
  end(Ending::answered, packet);
  if (request_.read_mode != ReadMode::follower) server_ = packet.from;
  if (request_.kind == ClientRequest::Kind::open_session) {
    session_ = reply.index;
    submit_next(host);
    return;
  }
  source_.answered(request_.operation, reply.answer);
  finished_ = last_submitted_;
  if (!finished_) think(host);
}

// Whether the command took effect before, nobody remembers: to send it in a new session might do it twice.
void Client::lost_session(sim::Host& host, const sim::Packet& packet) {
  end(Ending::abandoned, packet);
  session_ = {};
  submit_next(host);
}

void Client::refused(sim::Host& host, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<ClientReply>();
  if (reply.status == ReplyStatus::not_leader && reply.leader != core::no_server && host_of(reply.leader) != asked_) {
    server_ = host_of(reply.leader);
    if (!gives_up(host) && !spares_leader(server_)) {
      try_again(host, server_);
      return;
    }
  }
  if (gives_up(host)) {
    give_up();
    think(host);
    return;
  }
  act_at_ = host.now() + scenario_->workload.retry_pause;
  if (scenario_->workload.open_loop && !finishing_) act_at_ = std::min(act_at_, std::max(due_, host.now()));
  host.wake_at(act_at_);
}

}  // namespace raftsim::scenarios
