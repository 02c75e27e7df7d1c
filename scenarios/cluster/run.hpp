// One run: a pure function of (code, scenario, seed). Everything else is more runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "checkers/trace/recorder.hpp"
#include "core/hash.hpp"
#include "scenarios/cluster/cluster.hpp"
#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/observer.hpp"
#include "scenarios/cluster/script/script_run.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/cluster/statistics.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios {

struct Outcome {
  core::Digest fingerprint = 0;
  std::optional<checkers::Verdict> verdict;
  Statistics statistics;
};

class Run {
 public:
  struct Options {
    bool check = true;                                       // without checkers a run has the same fingerprint
    checkers::TraceRecorder* recorder = nullptr;             // takes the run down; not owned
    std::shared_ptr<const ServerFactory> servers = nullptr;  // null: those that the scenario names
    std::vector<sim::Override> overrides = {};               // decisions answered in place of chance; of a copy, too
    std::vector<sim::Decision>* decisions = nullptr;         // takes down all that the run decides; not owned
  };

  // Mutations are part of the scenario (Scenario::raft.mutations). Throws ScenarioError for a kind of server that is
  // not known here.
  Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed) : Run(std::move(scenario), seed, Options{}) {}
  Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, Options options);
  // A copy goes on independently from the same point, not recorded.
  Run(const Run& other);

  // Goes on as chance has it with another seed. What was decided before stays: see sim::World::reseed.
  void reseed(std::uint64_t seed) { cluster_.world().reseed(seed); }
  // Carries out one event. False when the run is over: a verdict, or everything due after the chaos has happened.
  // Throws sim::BadOverride; and what a client or the administrator throws: a fault of raftsim itself.
  bool step();
  // Steps to the end.
  Outcome finish();

  [[nodiscard]] const sim::World& world() const { return cluster_.world(); }
  // The highest index that any server said was committed.
  [[nodiscard]] core::Index committed() const { return observer_.committed(); }
  // What the last step did, and what the server that it concerned reported.
  [[nodiscard]] const sim::Step& last_step() const { return step_; }
  [[nodiscard]] std::span<const core::Observation> reported() const { return observer_.reported(); }
  // How this run's servers are made and read.
  [[nodiscard]] const ServerFactory& servers() const { return *servers_; }

 private:
  void schedule_acts(bool recorded);
  // From the end of the chaos, which is at `end`.
  void schedule_bounds(sim::Time chaos_ends);
  void carry_out_step();
  void watch_for_standstill();
  [[noreturn]] void blame_for_standstill(sim::HostId host) const;
  void act(std::uint64_t tag);
  void follow_script();
  void hand_out_requests();
  void end_chaos();

  std::shared_ptr<const Scenario> scenario_;
  std::shared_ptr<const ServerFactory> servers_;
  bool check_;
  Cluster cluster_;
  Nemesis nemesis_;
  Observer observer_;
  std::optional<ScriptRun> script_;  // none without a script
  sim::Step step_;
  sim::Time instant_{};                  // of the last event
  std::uint32_t events_at_instant_ = 0;  // in a row
  bool chaos_over_ = false;
  bool over_ = false;
};

}  // namespace raftsim::scenarios
