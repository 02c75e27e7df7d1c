// The commands that a script gives to servers, and what becomes of each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/observation.hpp"
#include "scenarios/cluster/script/standing.hpp"
#include "scenarios/wire.hpp"
#include "sim/step.hpp"

namespace raftsim::scenarios {

// Those of one `propose` or `agree`: the last is what `expect` means by "proposed". Commands are puts outside of any
// session, to a key that no client has; each attempt is a command of its own (C1#12 where the script's host is C1).
//
// A server takes a command by appending it to its log in the call in which it arrives (the observations say so), and
// refuses it by answering in that call. A taken command is committed when a server has applied an entry of its index and
// term; it is lost when another term's stands there.
class Proposals {
 public:
  enum class State : std::uint8_t {
    due,      // to be given to a server, from `not_before` on
    sent,     // given to a server that has not said anything yet
    refused,  // by a server that does not lead
    taken,    // at `position`
    done,     // what the step waits for has happened
  };
  struct Command {
    State state = State::due;
    std::uint64_t number = 0;    // of the last attempt, among the script's
    core::LogPosition position;  // taken, done
    core::ServerId asked;        // the last
    sim::Time began{};           // when the first attempt was due
    sim::Time sent{};            // when the last was made
    sim::Time not_before{};
  };
  // What is to be reached.
  struct Plan {
    std::uint64_t count = 1;
    std::uint32_t concurrent = 1;  // so many commands at a time
    bool until_applied = true;     // on `servers`; otherwise until a server has taken it
    std::uint32_t servers = 1;
    bool retry = true;  // what was lost, or is not applied within two seconds, is given once more
    sim::Duration within{};
    sim::Distribution payload_bytes;
    Standing::Draws draws;
  };
  struct Request {
    core::ServerId to;
    ClientRequest request;
  };

  explicit Proposals(std::uint32_t client) : client_(client) {}

  // Takes the place of the commands before.
  void begin(Plan plan);
  // One more command, to this server and now; nothing is waited for.
  void give(core::ServerId server, sim::Time now, const sim::Choices& choices);
  // Asks `choose` whom to give what is due to, with the server that was asked last (no_server: none yet).
  using Choose = std::function<core::ServerId(core::ServerId after)>;
  // Goes on as far as it can. Done: all is reached. Otherwise `wake_at` says when to look again at the latest.
  [[nodiscard]] bool go_on(const Standing& standing, sim::Time now, const sim::Choices& choices, const Choose& choose);
  [[nodiscard]] sim::Time wake_at() const { return wake_at_; }
  // Why the plan cannot be reached any more; empty while it can.
  [[nodiscard]] const std::string& failed() const { return failed_; }

  // What a step did to one of these.
  void noticed(const sim::Step& step, std::span<const core::Observation> reported, sim::HostId proposer);

  [[nodiscard]] const std::vector<Command>& commands() const { return commands_; }
  // For the proposer to send; the reader clears it.
  [[nodiscard]] std::vector<Request>& outbox() { return outbox_; }

 private:
  void send(Command& command, std::size_t place, core::ServerId server, sim::Time now, const sim::Choices& choices);
  [[nodiscard]] bool is_reached(const Command& command, const Standing& standing) const;
  void look_at(Command& command, const Standing& standing, sim::Time now);
  void again(Command& command, sim::Time when, const char* why);
  void fail(const Command& command, const std::string& why);
  void wake_by(sim::Time when) { wake_at_ = std::min(wake_at_, when); }

  std::uint32_t client_;
  std::uint64_t attempts_ = 0;  // of the whole script
  Plan plan_;
  std::vector<Command> commands_;
  std::vector<std::size_t> active_;  // places in commands_: begun and not done
  core::ServerId asked_;             // the last of all
  sim::Time wake_at_ = sim::never;
  std::string failed_;
  std::vector<Request> outbox_;
};

}  // namespace raftsim::scenarios
