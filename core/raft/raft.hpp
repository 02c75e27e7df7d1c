// One Raft server as a value: inputs in, effects out (Ongaro and Ousterhout, "In Search of an Understandable Consensus
// Algorithm (Extended Version)", 2014: "paper"; Ongaro, "Consensus: Bridging Theory and Practice", 2014:
// "dissertation").
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/message.hpp"
#include "core/options.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"
#include "core/raft/progress.hpp"
#include "core/raft/restored.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// No clock, no I/O, no callbacks, no global state. Every input carries the instant at which it happens; instants never
// decrease. Every member that takes Effects appends to it.
class Raft {
 public:
  // `servers` is the configuration: all voters, `self` among them. `first_timeout` is the first randomized election
  // timeout; supply each further one as Effects::drew_election_timeout asks.
  Raft(ServerId self, std::vector<ServerId> servers, const Options& options, Restored restored, Instant now,
       Duration first_timeout);

  void receive(Instant now, const Message& message, Effects& effects);
  // To be called no later than wake_at(); earlier or more often does no harm.
  void wake(Instant now, Effects& effects);
  // The write with this ticket, and all before it, are durable.
  void stored(Instant now, Ticket ticket, Effects& effects);
  // Appends commands if this server leads; returns the index of the first, or nothing (ask leader()).
  // Several at once make one batch: one write, one message to each follower.
  std::optional<Index> propose(Instant now, std::span<const Bytes> commands, Effects& effects);
  // The timeout that the next reset of the election timer with a new draw will use.
  void set_next_election_timeout(Duration timeout) { next_election_timeout_ = timeout; }

  [[nodiscard]] Instant wake_at() const;
  [[nodiscard]] ServerId self() const { return self_; }
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] Term term() const { return hard_state_.term; }
  [[nodiscard]] ServerId vote() const { return hard_state_.vote; }
  [[nodiscard]] ServerId leader() const { return leader_; }  // no_server when unknown
  [[nodiscard]] Index commit_index() const { return commit_index_; }
  [[nodiscard]] Index stable_index() const { return stable_index_; }  // durable here, by completed writes
  [[nodiscard]] const Log& log() const { return log_; }
  // A leader's view of `server`; null when this server does not lead or `server` is not in the configuration.
  [[nodiscard]] const Progress* progress_of(ServerId server) const;

  friend bool operator==(const Raft&, const Raft&) = default;

 private:
  // (to be designed by the implementer)
  ServerId self_;
  Role role_ = Role::follower;
  HardState hard_state_;
  ServerId leader_;
  Log log_;
  Index commit_index_;
  Index stable_index_;
  Duration next_election_timeout_{};
};

}  // namespace raftsim::core
