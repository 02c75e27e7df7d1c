// Our Raft as a server under test: core::Raft and its durable state, bound to a simulated host.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/machine/machine.hpp"
#include "core/persistence/persistence.hpp"
#include "core/raft/raft.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/cluster/servers/raftsim/waiting_reads.hpp"
#include "scenarios/cluster/stopwatch.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/wire.hpp"
#include "sim/host.hpp"

namespace raftsim::scenarios {

// The core's time is that of the server's own clock.
[[nodiscard]] inline core::Instant instant(sim::Time time) { return core::Instant(time.time_since_epoch()); }
[[nodiscard]] inline sim::Time time_of(core::Instant instant) { return sim::Time(instant.time_since_epoch()); }

// Carries out the core's effects: messages go to the network, writes become disk operations and their completions come
// back as tickets, committed entries are applied and their clients answered. What is asked and answered is in
// requests.cpp.
class RaftServer final : public Server {
 public:
  RaftServer(core::ServerId self, std::shared_ptr<const Scenario> scenario);

  void boot(sim::Host& host) override;  // halts when it cannot trust its disk
  void crash() override;
  void receive(sim::Host& host, const sim::Packet& packet) override;
  void wake(sim::Host& host) override;
  void disk_done(sim::Host& host, const sim::DiskOperation& done) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override {  // which nobody times
    auto copy = std::make_unique<RaftServer>(*this);
    copy->time_core_with(nullptr);
    return copy;
  }

  // Null while the server is down.
  [[nodiscard]] const core::Raft* raft() const { return raft_ ? &*raft_ : nullptr; }
  [[nodiscard]] core::Index last_applied() const { return last_applied_; }
  [[nodiscard]] const core::Machine& machine() const { return machine_; }
  // Whether the last boot found a last record that a crash had torn.
  [[nodiscard]] bool recovered_from_torn_tail() const override { return recovered_from_torn_tail_; }
  [[nodiscard]] std::optional<std::uint64_t> log_bytes() const override;
  void change_options(const core::Options& options) override;
  // In PersistenceMode::none: what it has from an earlier life, before the first boot.
  void remember(const core::Restored& state) { persistence_ = core::Persistence(core::Memory(state)); }
  // Takes the time of what is core's in each call: Raft, its persistence, the state machine. Null: no more. Not owned.
  void time_core_with(Stopwatch* watch) { core_time_ = watch; }

 private:
  // A client that waits for the entry at `index` of `term`; another term at that index means its command was lost.
  struct Waiting {
    core::Index index;
    core::Term term;
    sim::HostId client;
    core::CommandName name;
    std::uint64_t attempt = 0;
  };

  [[nodiscard]] std::optional<core::Restored> restore(sim::Host& host);
  [[nodiscard]] core::Machine empty_machine() const;
  void restore_machine(const core::Snapshot& snapshot);
  void handle(sim::Host& host, const sim::Packet& packet);
  void serve(sim::Host& host, const sim::Packet& packet);
  void propose(sim::Host& host, const sim::Packet& packet);
  // A get that is not to become an entry of the log.
  void read(sim::Host& host, const sim::Packet& packet);
  void administer(sim::Host& host, const sim::Packet& packet);
  // Gives the core an input and carries out what it answers. What it said before an assertion failed is kept.
  template <class Input>
  void step(sim::Host& host, Input&& input);
  void carry_out(sim::Host& host);
  void carry_out_effects(sim::Host& host);
  void take_over_state(sim::Host& host);
  void take_over_observations();
  // Leaves `messages` empty.
  void send(sim::Host& host, std::vector<core::Message>& messages);
  // Returns the ticket when the write is durable at once.
  std::optional<core::Ticket> submit_write(sim::Host& host);
  void submit_operations(sim::Host& host);
  void apply_committed(sim::Host& host);
  void apply(sim::Host& host, const core::Entry& entry);
  [[nodiscard]] bool snapshot_due() const;
  void take_snapshot(sim::Host& host, core::Index last);
  void answer_reads(sim::Host& host);
  void answer(sim::Host& host, const Waiting& waiting, const core::ApplyResult& applied);
  void refuse(sim::Host& host, const Waiting& waiting, ReplyStatus status);
  void reply(sim::Host& host, sim::HostId client, ClientReply&& reply) const;
  // Only with a bug planted: who waits at a deposed leader is told that its command has failed.
  void give_up_waiting(sim::Host& host);
  [[nodiscard]] core::Duration next_election_timeout(const sim::Host& host);
  [[nodiscard]] bool held_up() const;
  [[nodiscard]] bool leads() const { return raft_->role() == core::Role::leader; }
  [[nodiscard]] bool mutated(core::Mutation mutation) const { return scenario_->raft.mutations.has(mutation); }

  core::ServerId self_;
  std::shared_ptr<const Scenario> scenario_;
  core::Options options_;
  sim::Distribution election_timeout_;
  core::Configuration founders_;
  core::Persistence persistence_;
  std::optional<core::Raft> raft_;
  core::Machine machine_;  // as of last_applied_
  core::Index last_applied_;
  std::uint64_t applied_bytes_ = 0;  // of the entries after the last snapshot
  std::deque<Waiting> waiting_;      // by index, ascending
  WaitingReads waiting_reads_;
  std::uint64_t timeouts_drawn_ = 0;
  bool recovered_from_torn_tail_ = false;
  Stopwatch* core_time_ = nullptr;

  // With blocking persistence: what arrived while a write was under way.
  std::optional<core::Ticket> write_under_way_;
  std::deque<sim::Packet> held_up_;
  std::vector<core::Message> unsent_;  // what the same step wants sent: persist() comes before it

  core::Effects effects_;                        // reused from input to input
  std::vector<core::FileOperation> operations_;  // likewise
};

}  // namespace raftsim::scenarios
