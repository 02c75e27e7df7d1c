// What goes wrong, when and to whom: carries out a scenario's faults on a world until the chaos ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// What the nemesis did to one host (or, with no_host, to the network), for traces.
struct FaultAction {
  enum class Kind : std::uint8_t { crash, other };
  Kind kind = Kind::other;
  std::uint32_t fault = 0;  // position in Scenario::faults
  const char* action = "";  // "crash", "restart", "pause", ...
  sim::HostId host = sim::no_host;
};

// Every choice is keyed by (name of the fault, how-manieth strike), so that taking one fault out of a scenario leaves
// the others as they were. Who leads it is told (Nemesis::act), as servers say it.
//
// No fault strikes a host that it has in its grip already. Different faults may overlap at one host: it is paused, cut
// off or slow until the last of them ends.
class Nemesis {
 public:
  explicit Nemesis(std::shared_ptr<const Scenario> scenario);

  // Puts standing rules in force and schedules the first strike of each fault.
  void begin(sim::World& world);
  // One of the acts that this nemesis asked the world for (EventKind::act with a tag for which owns() holds).
  // `leading`: who leads, by what servers say.
  void act(sim::World& world, std::uint64_t tag, std::optional<sim::HostId> leading);
  [[nodiscard]] static bool owns(std::uint64_t tag) { return (tag >> 56U) != 0; }
  // A crash that was armed has struck `host`.
  void struck(sim::World& world, sim::HostId host);
  // Ends the chaos: repairs the servers that the scenario heals and returns them, ascending. The rest stays as it is:
  // what is down stays down, and nothing that was under way there ends any more.
  std::vector<sim::HostId> end_chaos(sim::World& world);

  // Switches `host` off for good: nothing brings it back, and it is not healed either. Returns whether it was up.
  bool retire(sim::World& world, sim::HostId host);

  // How often each fault of the scenario struck, by position.
  [[nodiscard]] std::span<const std::uint64_t> strikes() const { return strikes_; }
  // What was done, in order. The reader clears it.
  [[nodiscard]] std::vector<FaultAction>& actions() { return actions_; }

 private:
  enum class Act : std::uint8_t { strike = 1, end = 2 };
  // One strike of a fault while it lasts: what to undo when it ends.
  struct Strike {
    std::uint32_t fault = 0;
    std::uint64_t nth = 0;
    bool armed = false;  // a crash that waits for its moment
    std::vector<sim::HostId> hosts = {};
    std::vector<std::pair<sim::HostId, sim::HostId>> blocked = {};
    std::optional<sim::RuleId> rule = std::nullopt;
    [[nodiscard]] bool concerns(sim::HostId host) const {
      return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
    }
  };

  // --- nemesis.cpp: when, whom, and until when ---
  [[nodiscard]] static std::uint64_t tag(Act act, std::uint32_t fault, std::uint64_t nth);
  [[nodiscard]] const Fault& fault_of(const Strike& strike) const { return scenario_->faults[strike.fault]; }
  [[nodiscard]] bool waits_for_the_disk(std::uint32_t fault) const;
  void schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  void schedule_end(sim::World& world, const Strike& strike);
  void strike(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  [[nodiscard]] std::vector<sim::HostId> servers() const;  // but those that are retired
  [[nodiscard]] bool may_strike(const sim::World& world, std::uint32_t fault, sim::HostId host) const;
  [[nodiscard]] std::vector<sim::HostId> choose_victims(const sim::World& world, std::uint32_t fault,
                                                        std::uint64_t nth) const;
  [[nodiscard]] std::vector<sim::HostId> choose_healed(const sim::World& world) const;
  void cut_off_the_rest(sim::World& world, const std::vector<sim::HostId>& healed);

  // --- strike.cpp: what each kind of fault does, and how it is undone ---
  void begin_strike(sim::World& world, Strike& strike);
  void crash(sim::World& world, const Strike& strike);
  void arm_crash(sim::World& world, const Strike& strike);
  void cut(sim::World& world, Strike& strike);
  // Precondition: `strike` is no longer among the active ones.
  void end_strike(sim::World& world, const Strike& strike);
  void forget_process(sim::HostId host);
  [[nodiscard]] bool is_held(sim::HostId host) const;
  [[nodiscard]] std::uint32_t slowdown_of(sim::HostId host) const;
  void note(std::uint32_t fault, const char* action, sim::HostId host = sim::no_host);
  void note_crash(std::uint32_t fault, sim::HostId host);

  std::shared_ptr<const Scenario> scenario_;
  std::optional<sim::HostId> leading_;
  core::ServerSet retired_;
  std::vector<std::uint32_t> keys_;     // by fault: what its choices are keyed by
  std::vector<std::uint64_t> strikes_;  // by fault
  std::vector<Strike> active_;
  std::vector<FaultAction> actions_;
  bool chaos_ = true;
};

// Whether what is called by the digest `name` takes part in this run: see Scenario::swarm.
[[nodiscard]] bool is_on(const sim::Choices& choices, const Scenario& scenario, std::uint32_t name);

// `count` different elements of `from`, chosen by keys (purpose, who, nth * 256 + i), in ascending order.
[[nodiscard]] std::vector<sim::HostId> choose(const sim::Choices& choices, sim::Key key, std::vector<sim::HostId> from,
                                              std::size_t count);

}  // namespace raftsim::scenarios
