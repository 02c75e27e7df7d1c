#include "scenarios/cluster/script/proposals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checkers/wording.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/given_state.hpp"

namespace raftsim::scenarios {

namespace {

using namespace std::chrono_literals;

// As the labs' one() has it (raft1/test.go of MIT 6.5840): two seconds for what a server has taken, 50 ms when none
// takes it.
constexpr sim::Duration patience_with_taken = 2s;
constexpr sim::Duration pause_after_refusal = 50ms;

}  // namespace

void Proposals::begin(Plan plan) {
  plan_ = std::move(plan);
  commands_.clear();
  active_.clear();
  asked_ = core::no_server;
  failed_.clear();
  wake_at_ = sim::never;
}

void Proposals::give(core::ServerId server, sim::Time now, const sim::Choices& choices) {
  Command& command = commands_.emplace_back();
  command.began = now;
  send(command, commands_.size() - 1, server, now, choices);
}

void Proposals::send(Command& command, std::size_t place, core::ServerId server, sim::Time now,
                     const sim::Choices& choices) {
  command.state = State::sent;
  command.number = ++attempts_;
  command.asked = asked_ = server;
  command.sent = now;
  const sim::Key key{script_payload_purpose, plan_.draws.step, plan_.draws.iteration, place};
  auto value = fmt::format("C{}#{}", client_, command.number);
  value.resize(choices.decide(key, plan_.payload_bytes), '.');
  ClientRequest request;
  request.name = {client_, command.number};
  request.attempt = command.number;
  request.operation = {.kind = core::OperationKind::put, .key = key_without_clients(), .value = core::Bytes(value)};
  outbox_.push_back({server, std::move(request)});
}

void Proposals::noticed(const sim::Step& step, std::span<const core::Observation> reported, sim::HostId proposer) {
  if (!step.delivered || step.deferred || step.delivered->kind != client_request_kind) return;
  if (step.delivered->from != proposer) return;
  const auto number = step.delivered->payload.as<ClientRequest>().attempt;
  const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Command& command) {
    return command.state == State::sent && command.number == number;
  });
  if (found == commands_.end()) return;
  for (const auto& said : reported) {
    const auto* appended = said.get_if<core::Appended>();
    if (appended == nullptr) continue;
    found->state = State::taken;
    found->position = appended->position;
  }
  if (found->state == State::taken) return;
  const auto is_answer = [&](const sim::Sent& sent) { return sent.packet.to == proposer; };
  if (step.stale || std::any_of(step.sent.begin(), step.sent.end(), is_answer)) found->state = State::refused;
}

bool Proposals::go_on(const Standing& standing, sim::Time now, const sim::Choices& choices, const Choose& choose) {
  wake_at_ = sim::never;
  for (const auto place : active_) {
    look_at(commands_[place], standing, now);
    if (!failed_.empty()) return false;
  }
  std::erase_if(active_, [&](std::size_t place) { return commands_[place].state == State::done; });
  while (active_.size() < plan_.concurrent && commands_.size() < plan_.count) {
    active_.push_back(commands_.size());
    commands_.emplace_back().began = now;
  }
  for (const auto place : active_) {
    Command& command = commands_[place];
    wake_by(command.began + plan_.within);
    if (command.state == State::due && now >= command.not_before) {
      const auto server = choose(asked_);
      if (server != core::no_server) send(command, place, server, now, choices);
    }
    wake_by(command.state == State::due && command.not_before > now ? command.not_before
            : command.state == State::due                           ? sim::never
                                                                    : command.sent + patience_with_taken);
  }
  return active_.empty();
}

bool Proposals::is_reached(const Command& command, const Standing& standing) const {
  if (command.state != State::taken) return false;
  if (!plan_.until_applied) return true;
  return standing.committed().has(command.position) &&
         standing.have_applied(command.position.index).size() >= plan_.servers;
}

void Proposals::look_at(Command& command, const Standing& standing, sim::Time now) {
  if (is_reached(command, standing)) {
    command.state = State::done;
    return;
  }
  if (now >= command.began + plan_.within) {
    fail(command, fmt::format("within {}", checkers::seconds(plan_.within)));
    return;
  }
  const auto& committed = standing.committed();
  if (command.state == State::refused) {
    command.state = State::due;
    command.not_before = now + pause_after_refusal;
  } else if (command.state == State::taken && committed.has(command.position.index) &&
             !committed.has(command.position)) {
    again(command, now, "its entry was replaced by another one");
  } else if (command.state == State::taken || command.state == State::sent) {
    if (now >= command.sent + patience_with_taken) again(command, now, "two seconds have passed");
  }
}

void Proposals::again(Command& command, sim::Time when, const char* why) {
  if (!plan_.retry) {
    fail(command, fmt::format("at the first attempt: {}", why));
    return;
  }
  command.state = State::due;
  command.not_before = when;
}

void Proposals::fail(const Command& command, const std::string& why) {
  const auto number = commands_.empty() ? 0 : &command - commands_.data() + 1;
  std::string where =
      command.asked == core::no_server
          ? "no server was there to take it"
          : fmt::format("{} was asked last, at {}", checkers::name(command.asked), checkers::seconds(command.sent));
  if (command.state == State::taken) where += fmt::format(", and took it as index {}", command.position.index.value);
  if (command.state == State::refused) where += ", and refused";
  failed_ = fmt::format("command {} of {} was not agreed on {}: {}", number, plan_.count, why, where);
}

}  // namespace raftsim::scenarios
