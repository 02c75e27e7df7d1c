#include "scenarios/client.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "scenarios/purposes.hpp"

namespace raftsim::scenarios {

namespace {

// Bytes of a request or reply on the wire, without the command.
constexpr std::uint32_t header_bytes = 24;
constexpr std::size_t least_command_bytes = 16;

// A command that nobody else ever sends: client, sequence number, padding.
core::Bytes make_command(std::uint32_t client, std::uint64_t sequence, std::size_t size) {
  std::string content(std::max(size, least_command_bytes), '.');
  // Layout: client in bytes 0..3, sequence number in bytes 8..15, both little-endian.
  for (std::size_t i = 0; i < 4; ++i) content[i] = static_cast<char>(client >> (8 * i));
  for (std::size_t i = 0; i < 8; ++i) content[8 + i] = static_cast<char>(sequence >> (8 * i));
  return core::Bytes(content);
}

std::uint64_t read_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) number = number << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return number;
}

}  // namespace

std::optional<CommandName> read_command(std::string_view payload) {
  if (payload.size() < least_command_bytes) return std::nullopt;
  return CommandName{static_cast<std::uint32_t>(read_number(payload.substr(0, 4))), read_number(payload.substr(8, 8))};
}

Client::Client(std::uint32_t number, std::shared_ptr<const Scenario> scenario)
    : number_(number), scenario_(std::move(scenario)) {}

void Client::boot(sim::Host& host) {
  const auto all = sim::Distribution::uniform(0, scenario_->servers - 1);
  server_ = {static_cast<std::uint16_t>(host.decide(first_server_purpose, 0, all))};
  think(host);
}

void Client::think(sim::Host& host) {
  const auto pause = host.decide(think_time_purpose, sequence_, scenario_->workload.think_time);
  act_at_ = host.now() + sim::Duration(static_cast<std::int64_t>(pause));
  host.wake_at(act_at_);
}

void Client::submit_next(sim::Host& host) {
  if (finishing_) last_submitted_ = true;
  ++sequence_;
  const auto size = host.decide(payload_bytes_purpose, sequence_, scenario_->workload.payload_bytes);
  command_ = make_command(number_, sequence_, size);
  pending_ = true;
  news_.submitted = sequence_;
  news_.probe = last_submitted_;
  send_request(host);
}

void Client::send_request(sim::Host& host) {
  const auto bytes = header_bytes + static_cast<std::uint32_t>(command_.size());
  host.send(server_, client_request_kind, bytes, sim::Payload::of(ClientRequest{number_, sequence_, command_}));
  act_at_ = host.now() + scenario_->workload.request_timeout;
  host.wake_at(act_at_);
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
  // No answer in time: the server may be down, cut off or deposed. The command keeps its sequence number.
  try_again(host, {static_cast<std::uint16_t>((server_.value + 1U) % scenario_->servers)});
}

void Client::try_again(sim::Host& host, sim::HostId server) {
  server_ = server;
  news_.retried = true;
  send_request(host);
}

void Client::receive(sim::Host& host, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<ClientReply>();
  if (!pending_ || reply.sequence != sequence_) return;  // a late answer to an earlier command
  if (reply.done) {
    pending_ = false;
    news_.acknowledged = sequence_;
    server_ = packet.from;
    finished_ = last_submitted_;
    if (!finished_) think(host);
    return;
  }
  if (packet.from != server_) return;  // the refusal of a server that was given up meanwhile
  if (reply.leader != core::no_server && host_of(reply.leader) != server_) {
    try_again(host, host_of(reply.leader));
    return;
  }
  act_at_ = host.now() + scenario_->workload.retry_pause;
  host.wake_at(act_at_);
}

}  // namespace raftsim::scenarios
