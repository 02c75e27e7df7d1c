// A nemesis and its victims: servers that only write down what happens to them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkers/cluster_view.hpp"
#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/hosts.hpp"
#include "scenarios/wire.hpp"
#include "sim/laboratory.hpp"

namespace raftsim::tests {

using sim::at_ms;

inline sim::Distribution ms(std::int64_t milliseconds) {
  return sim::Distribution::fixed(sim::Duration(std::chrono::milliseconds(milliseconds)));
}
inline sim::Distribution ms(std::int64_t min, std::int64_t max) {
  return sim::Distribution::uniform(sim::Duration(std::chrono::milliseconds(min)),
                                    sim::Duration(std::chrono::milliseconds(max)));
}

// Strikes every 100 ms for 30 ms, unless told otherwise.
inline scenarios::Fault a_fault(std::string name, scenarios::Fault::Kind kind,
                                scenarios::Target target = scenarios::Target::any) {
  scenarios::Fault fault;
  fault.name = std::move(name);
  fault.kind = kind;
  fault.target = target;
  fault.every = ms(100);
  fault.lasts = ms(30);
  return fault;
}

class Chaos {
 public:
  struct Done {
    sim::Time at{};
    std::string fault;
    std::string action;
    sim::HostId host;
    friend bool operator==(const Done&, const Done&) = default;
  };

  explicit Chaos(std::vector<scenarios::Fault> faults, std::uint32_t servers = 3,
                 scenarios::Heal heal = scenarios::Heal::all, std::uint64_t seed = 1,
                 std::vector<sim::Override> overrides = {}, std::vector<std::string> staying = {})
      : world(seed, {}, std::move(overrides)),
        view(servers),
        scenario_(make_scenario(std::move(faults), servers, heal, std::move(staying))),
        nemesis(scenario_) {
    sim::DiskSettings disk;
    disk.latency = ms(1);
    disk.fsync_latency = ms(1);
    disk.weight_new = disk.weight_torn = 0;  // a crash leaves nothing of what is not synced
    for (std::uint32_t server = 0; server < servers; ++server) {
      world.add_host(std::make_unique<sim::Notebook>(), &disk);
    }
    world.record_decisions(&decisions);
    nemesis.begin(world);
  }

  // Everything that is due up to and including `when`.
  void run_until(sim::Time when) {
    world.act_at(when, 0);  // no act of the nemesis
    while (!world.idle() && world.next().at <= when) {
      world.step(step);
      if (step.crashed) nemesis.struck(world, step.event.host);
      if (step.event.kind == sim::EventKind::act && nemesis.owns(step.event.subject)) {
        nemesis.act(world, step.event.subject, leader());
      }
      take_actions();
    }
  }
  std::vector<sim::HostId> end_chaos() {
    auto healed = nemesis.end_chaos(world);
    take_actions();
    return healed;
  }

  // What it says of itself, for others to know who leads.
  template <core::IsObserved What>
  void says(sim::HostId host, const What& what) {
    view.take(scenarios::server_of(host), what);
  }
  void becomes(sim::HostId host, core::Role role, std::uint64_t term) {
    if (!view.of(scenarios::server_of(host)).up) says(host, core::Booted{});
    says(host, core::BecameRole{role, {term}});
  }
  [[nodiscard]] std::optional<sim::HostId> leader() const {
    const auto server = view.leader();
    return server == core::no_server ? std::nullopt : std::optional(scenarios::host_of(server));
  }
  // The server asks its disk to keep `bytes`, and to say so when that is done.
  void store(sim::HostId host, const std::string& bytes) {
    run_until(world.now());  // until it has booted
    world.call(host, step, [&](sim::Process&, sim::Host& machine) {
      if (!machine.disk().exists(1)) {
        machine.submit({.kind = sim::DiskOperationKind::create, .file = 1});
        machine.submit({.kind = sim::DiskOperationKind::fsync_directory});
      }
      machine.submit({.kind = sim::DiskOperationKind::write, .file = 1, .bytes = bytes});
      machine.submit({.kind = sim::DiskOperationKind::fsync, .file = 1});
    });
  }

  [[nodiscard]] sim::Notebook& notes(sim::HostId host) { return static_cast<sim::Notebook&>(world.process(host)); }
  [[nodiscard]] std::vector<sim::HostId> servers_in(sim::HostState state) const {
    std::vector<sim::HostId> result;
    for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
      if (world.state({number}) == state) result.push_back({number});
    }
    return result;
  }
  [[nodiscard]] bool connected(sim::HostId a, sim::HostId b) const {
    return !world.network().is_blocked(a, b) && !world.network().is_blocked(b, a);
  }
  [[nodiscard]] std::vector<Done> done_by(std::string_view fault) const {
    std::vector<Done> result;
    for (const auto& each : done) {
      if (each.fault == fault) result.push_back(each);
    }
    return result;
  }

  sim::World world;
  checkers::ClusterView view;

 private:
  static std::shared_ptr<const scenarios::Scenario> make_scenario(std::vector<scenarios::Fault> faults,
                                                                  std::uint32_t servers, scenarios::Heal heal,
                                                                  std::vector<std::string> staying) {
    scenarios::Scenario scenario;
    scenario.servers = servers;
    scenario.faults = std::move(faults);
    scenario.heal = heal;
    scenario.staying = std::move(staying);
    return std::make_shared<const scenarios::Scenario>(std::move(scenario));
  }
  void take_actions() {
    for (const auto& action : nemesis.actions()) {
      done.push_back({world.now(), scenario_->faults[action.fault].name, action.action, action.host});
      if (action.kind == scenarios::FaultAction::Kind::crash) view.crash(scenarios::server_of(action.host));
    }
    nemesis.actions().clear();
  }
  std::shared_ptr<const scenarios::Scenario> scenario_;

 public:
  scenarios::Nemesis nemesis;
  sim::Step step;
  std::vector<Done> done;                // by the nemesis
  std::vector<sim::Decision> decisions;  // of this one: what a copy decides is not recorded
};

}  // namespace raftsim::tests
