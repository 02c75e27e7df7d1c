// One run: a pure function of (code, scenario, seed). Everything else is more runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checkers/situations.hpp"
#include "checkers/suite.hpp"
#include "checkers/trace/recorder.hpp"
#include "core/hash.hpp"
#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/scenario.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

class Stopwatch;

// A name and how often it happened.
struct Count {
  std::string name;
  std::uint64_t count = 0;
};

// What a run did, besides being right or wrong.
struct Statistics {
  std::uint64_t events = 0;
  sim::Duration virtual_time{};
  std::uint64_t committed_entries = 0;  // the highest commit index that any server announced
  std::uint64_t acknowledged_commands = 0;
  std::uint64_t messages = 0;  // between servers, duplicates made by the network not included
  std::uint64_t message_bytes = 0;
  std::vector<Count> faults;  // each fault of the scenario, then what the network and the disks did on their own
  checkers::Situations situations;
};

struct Outcome {
  core::Digest fingerprint = 0;
  std::optional<checkers::Verdict> verdict;
  Statistics statistics;
};

class Run {
 public:
  struct Options {
    bool check = true;                            // without checkers a run has the same fingerprint
    checkers::TraceRecorder* recorder = nullptr;  // takes the run down; not owned
    Stopwatch* core_time = nullptr;               // takes the time of the servers' core; not owned
  };

  // Mutations are part of the scenario (Scenario::raft.mutations).
  Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed) : Run(std::move(scenario), seed, Options{}) {}
  Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, Options options);
  // A copy goes on independently from the same point, neither recorded nor timed.
  Run(const Run& other);

  // Carries out one event. False when the run is over: a verdict, or everything due after the chaos has happened.
  bool step();
  // Steps to the end.
  Outcome finish();

  [[nodiscard]] const sim::World& world() const { return world_; }
  // The highest index that any server said was committed.
  [[nodiscard]] core::Index committed() const { return committed_; }
  // What the last step did, and what the server that it concerned said.
  [[nodiscard]] const sim::Step& last_step() const { return step_; }
  [[nodiscard]] std::span<const core::Observation> said() const { return said_; }

 private:
  // Whoever watches a run does not watch its copies.
  struct OwnOptions : Options {
    OwnOptions(Options options) : Options(options) {}
    OwnOptions(const OwnOptions& other) : Options{.check = other.check} {}
    OwnOptions& operator=(const OwnOptions&) = delete;
    ~OwnOptions() = default;
  };

  // What a server said last of how far it is; what the end of a run goes by, with checkers or without.
  struct Standing {
    core::Index commit_index;
    core::Index last_applied;
    core::Index configured_at;  // of the configuration in force
    core::Configuration configuration;
  };

  void add_hosts();
  void set_clocks();
  void schedule_acts();
  void carry_out_step();
  void act(std::uint64_t tag);
  void end_chaos();
  void heed_server(sim::HostId host);
  void heed_observation(const core::Observation& observation);
  void heed_sent();
  void heed_client(sim::HostId host);
  void heed_administrator(sim::HostId host);
  void heed_crash(sim::HostId host);
  [[nodiscard]] bool is_client(sim::HostId host) const;
  [[nodiscard]] const core::Configuration* agreed_configuration() const;
  void heed_crashes();
  void record();
  [[nodiscard]] bool settled() const;
  [[nodiscard]] checkers::Moment moment() const { return {step_.id, world_.now()}; }
  [[nodiscard]] bool is_server(sim::HostId host) const { return host.value < scenario_->servers; }
  [[nodiscard]] Statistics statistics() const;

  std::shared_ptr<const Scenario> scenario_;
  OwnOptions options_;
  sim::World world_;
  Nemesis nemesis_;
  checkers::Suite suite_;
  sim::Step step_;
  std::vector<core::Observation> said_;
  std::vector<Standing> standing_;  // by server
  std::vector<sim::HostId> healed_;
  core::Index committed_;  // the highest commit index that any server said
  std::uint64_t clients_finished_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t replaced_ = 0;  // servers, by the administrator
  std::uint64_t messages_ = 0;
  std::uint64_t message_bytes_ = 0;
  bool chaos_over_ = false;
  bool over_ = false;
};

}  // namespace raftsim::scenarios
