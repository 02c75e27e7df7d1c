// What goes wrong, when and to whom: carries out a scenario's faults on a world until the chaos ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/observation.hpp"
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
// the others as they were.
// Knows who leads only from what servers say (Nemesis::observed).
class Nemesis {
 public:
  explicit Nemesis(std::shared_ptr<const Scenario> scenario);

  // Puts standing rules in force and schedules the first strike of each fault.
  void begin(sim::World& world);
  // One of the acts that this nemesis asked the world for (EventKind::act with a tag for which owns() holds).
  void act(sim::World& world, std::uint64_t tag);
  [[nodiscard]] static bool owns(std::uint64_t tag) { return (tag >> 56U) != 0; }
  void observed(const core::Observation& observation);
  // A crash that was armed has struck `host`.
  void struck(sim::World& world, sim::HostId host);
  // Ends the chaos: repairs the servers that the scenario heals and returns them, ascending. The rest stays as it is.
  std::vector<sim::HostId> end_chaos(sim::World& world);

  // How often each fault of the scenario struck, by position.
  [[nodiscard]] std::span<const std::uint64_t> strikes() const { return strikes_; }
  // What was done since the last call.
  [[nodiscard]] std::vector<FaultAction>& actions() { return actions_; }
  [[nodiscard]] std::optional<sim::HostId> leader(const sim::World& world) const;

 private:
  enum class Act : std::uint8_t { strike = 1, end = 2 };
  // A strike whose consequences last: what to undo when it ends.
  struct Active {
    std::uint32_t fault = 0;
    std::uint64_t nth = 0;
    std::vector<sim::HostId> hosts;
    std::vector<std::pair<sim::HostId, sim::HostId>> blocked;
    std::optional<sim::RuleId> rule;
    bool armed = false;  // a crash that waits for its moment
  };

  [[nodiscard]] static std::uint64_t tag(Act act, std::uint32_t fault, std::uint64_t nth);
  [[nodiscard]] const Fault& fault_of(const Active& active) const { return scenario_->faults[active.fault]; }
  void schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  void schedule_end(sim::World& world, const Active& active);
  void strike(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  void begin_strike(sim::World& world, Active& active);
  void cut(sim::World& world, Active& active);
  void end_strike(sim::World& world, const Active& active);
  void cut_off_the_rest(sim::World& world, const std::vector<sim::HostId>& healed);
  void crash(sim::World& world, std::uint32_t fault, sim::HostId host);
  [[nodiscard]] std::vector<sim::HostId> choose_victims(const sim::World& world, std::uint32_t fault,
                                                        std::uint64_t nth) const;
  // Whether `host` is under a strike of this fault already: no fault strikes twice at the same place.
  [[nodiscard]] bool suffers(sim::HostId host, std::uint32_t fault) const;
  void note(std::uint32_t fault, const char* action, sim::HostId host = sim::no_host);
  void note_crash(std::uint32_t fault, sim::HostId host);

  struct Standing {
    core::Role role = core::Role::follower;
    core::Term term;
  };

  std::shared_ptr<const Scenario> scenario_;
  std::vector<Standing> servers_;       // by host, as they said last
  std::vector<std::uint32_t> keys_;     // by fault: what its choices are keyed by
  std::vector<std::uint64_t> strikes_;  // by fault
  std::vector<Active> active_;
  std::vector<FaultAction> actions_;
  bool chaos_ = true;
};

// `count` different elements of `from`, chosen by keys (purpose, who, nth * 256 + i), in ascending order.
[[nodiscard]] std::vector<sim::HostId> choose(const sim::Choices& choices, sim::Key key, std::vector<sim::HostId> from,
                                              std::size_t count);

}  // namespace raftsim::scenarios
