// Hands what each step of a run did to those who judge it and to those who record it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "checkers/suite.hpp"
#include "checkers/trace/recorder.hpp"
#include "scenarios/cluster/cluster.hpp"
#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/script/script_run.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/cluster/statistics.hpp"
#include "scenarios/scenario.hpp"
#include "sim/process_failed.hpp"
#include "sim/step.hpp"

namespace raftsim::scenarios {

// A value: a copy goes on by itself, and records nothing.
class Observer {
 public:
  // Without `check` nothing is judged, and the fingerprint is the same. `recorder` may be null; it is not owned.
  Observer(std::shared_ptr<const Scenario> scenario, std::shared_ptr<const ServerFactory> servers, bool check,
           checkers::TraceRecorder* recorder);
  Observer(const Observer& other);
  Observer(Observer&&) noexcept = default;
  Observer& operator=(const Observer&) = delete;
  Observer& operator=(Observer&&) noexcept = default;
  ~Observer() = default;

  // Before anything happens: what servers hold that have run before (Scenario::begin).
  void begins(const Cluster& cluster);

  // --- what happened, in this order ---
  // A step of the world: what its server, client or administrator reported, and what was sent.
  void stepped(const sim::Step& step, Cluster& cluster, Nemesis& nemesis);
  // A server died in the step, or asked its disk or the network for what they refuse. What it reported before counts.
  void server_failed(const sim::Step& step, const sim::ProcessFailed& failure, Cluster& cluster);
  // What the nemesis did after the step.
  void struck(const sim::Step& step, Cluster& cluster, Nemesis& nemesis);
  // What a script did after the step, and what it missed, if anything.
  void scripted(const sim::Step& step, Cluster& cluster, std::vector<ScriptAction>& actions,
                std::optional<ScriptMiss>& miss);
  // `healed`: who was repaired; `working`: who is up, or coming up.
  void chaos_ended(const sim::Step& step, const sim::World& world, std::span<const sim::HostId> healed,
                   const core::ServerSet& working);
  // One of the progress bounds has come.
  void bound_reached(const sim::Step& step, const sim::World& world);
  // Nothing more is due: the run is judged as a whole.
  void ended(const sim::Step& step, const sim::World& world);

  // --- what came of it ---
  [[nodiscard]] const std::optional<checkers::Verdict>& verdict() const { return suite_.verdict(); }
  // Everything that is due after the chaos has happened.
  [[nodiscard]] bool settled() const;
  // The highest index that any server said was committed.
  [[nodiscard]] core::Index committed() const { return suite_.cluster().committed(); }
  // How the servers stand, by what they say.
  [[nodiscard]] const checkers::ClusterView& view() const { return suite_.cluster(); }
  // Who leads, by what servers say.
  [[nodiscard]] std::optional<sim::HostId> leader() const;
  // What the server of the last step reported.
  [[nodiscard]] std::span<const core::Observation> reported() const { return reported_; }
  [[nodiscard]] Statistics statistics(const sim::World& world, const Nemesis& nemesis) const;

 private:
  // A pointer that is null in a copy.
  template <class T>
  struct NotCopied {
    explicit NotCopied(T* target) : to(target) {}
    NotCopied(const NotCopied&) {}
    NotCopied(NotCopied&&) noexcept = default;
    NotCopied& operator=(const NotCopied&) = delete;
    NotCopied& operator=(NotCopied&&) noexcept = default;
    ~NotCopied() = default;
    T* operator->() const { return to; }
    explicit operator bool() const { return to != nullptr; }
    T* to = nullptr;
  };
  void begin_operations(const checkers::Moment& moment);
  void take_server(const sim::Step& step, Cluster& cluster);
  void take_observation(const core::Observation& observation, const checkers::Moment& moment, sim::World& world);
  void change_due(const sim::World& world, const core::ServerSet& working);
  void take_halt(const sim::Step& step, Cluster& cluster, Nemesis& nemesis);
  void take_sent(const sim::Step& step, sim::World& world);
  void take_client(const sim::Step& step, Client& client);
  void judge_ended(const checkers::Moment& moment, std::uint32_t client, const Client::Ended& ended);
  void judge_submitted(const checkers::Moment& moment, const ClientRequest& request, bool probe);
  void take_administrator(const sim::Step& step, Cluster& cluster, Nemesis& nemesis);
  [[nodiscard]] checkers::Due due(const checkers::Reach& reach, const core::ServerSet& working) const;
  void server_crashed(const checkers::Moment& moment, const sim::World& world, sim::HostId host);
  void record(const sim::Step& step, const sim::World& world);

  std::shared_ptr<const Scenario> scenario_;
  std::shared_ptr<const ServerFactory> servers_;
  bool check_;
  bool judges_operations_;                       // clients use the store
  NotCopied<checkers::TraceRecorder> recorder_;  // may be null
  checkers::Suite suite_;
  core::Message room_;  // for packets that are bytes: see ServerFactory::describe
  std::vector<core::Observation> reported_;
  // What a server's disk had done to it when it last came up.
  struct DiskAtBoot {
    std::uint64_t broken_promises = 0;
    std::uint64_t errors = 0;
  };
  std::vector<DiskAtBoot> disks_at_boot_;  // by server
  bool chaos_over_ = false;
  core::ServerSet awaited_;  // after the chaos: the run goes on until they have what is committed
  std::uint64_t clients_finished_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t replaced_ = 0;  // servers, by the administrator
  std::uint64_t messages_ = 0;
  std::uint64_t message_bytes_ = 0;
  sim::EventId recorded_ = 0;  // the last step that was handed to the recorder
};

}  // namespace raftsim::scenarios
