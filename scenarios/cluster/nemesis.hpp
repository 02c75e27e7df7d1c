// What goes wrong, when and to whom: carries out a scenario's faults on a world until the chaos ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/cluster/drawing.hpp"
#include "scenarios/cluster/partition.hpp"
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

// Every choice is keyed by (name of the fault, number of the strike, victim), and no distribution depends on what
// happened before, so that taking a fault or a single strike away leaves the choices of all others as they were:
// - whether a strike happens is a decision of its own, answered with yes unless it is overridden;
// - its time is one of `at`, or lies one draw of `every` after the time that chance gave to the strike before it,
//   whether that strike was taken away or moved or not;
// - each server draws a number, and of those that can be struck the lowest are.
// Whom a strike can hit depends on who is up and who leads, and cannot be otherwise. Who leads is handed in
// (Nemesis::act), as servers report it.
//
// A strike leaves out what an earlier strike of the same fault still affects, and is skipped when nothing else is left:
// a server; for a rule about messages, the rule; for a partition that concerns all servers, the cluster. The earlier
// strike ends when it would have ended. Different faults may overlap at one host: it is paused, cut off or slow until
// the last of them ends.
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

  // Switches a fault on or off by its name, for a script: what is off does not strike, and what it was doing ends.
  void switch_fault(sim::World& world, std::string_view name, bool on);
  // A crash that somebody else has caused takes with it what held the process: its pause, and the moment at which it was
  // to crash.
  void forget_process(sim::HostId host);
  // A server has halted its host, because its disk failed; or it refused what is on its disk, and stays down. One that
  // halted comes up again when the strike that did it ends, or when the chaos ends and it is healed.
  void halted(const sim::World& world, sim::HostId host, bool refused);
  // Notes that `host` restarts or resumes at this instant.
  void let_go(const sim::World& world, sim::HostId host);
  // After the end of the chaos: those that are up, or coming up, and that no fault keeps from working. What they can
  // say to each other is another matter (reach.hpp).
  [[nodiscard]] core::ServerSet working(const sim::World& world) const;

  // Switches `host` off for good: nothing brings it back, and it is not healed either. Returns whether it was up.
  bool retire(sim::World& world, sim::HostId host);

  // How often each fault of the scenario struck somebody, by position; of rules about messages, how often they were put
  // in force.
  [[nodiscard]] std::span<const std::uint64_t> strikes() const { return strikes_; }
  // The same, but for rules about messages the number of packets to which they did what they do. 0: the fault might as
  // well not be there.
  [[nodiscard]] std::vector<std::uint64_t> struck(const sim::World& world) const;
  // What was done, in order. The reader clears it.
  [[nodiscard]] std::vector<FaultAction>& actions() { return actions_; }

 private:
  enum class Act : std::uint8_t {
    strike = 1,        // at the time that chance gave it: strike, and schedule the next
    end = 2,           // of a strike
    moved_strike = 3,  // at a time that an override gave it: strike
    next = 4,          // the time that chance gave to a moved strike: schedule the next
    cut_one = 5,       // a server of a swizzle: cut it off
    join_one = 6,      // and reconnect it
    slice = 7,         // of a starved processor: let it run, or wait
  };
  // One strike of a fault while it lasts: what to undo when it ends.
  struct Strike {
    std::uint32_t fault = 0;
    std::uint64_t nth = 0;
    bool armed = false;  // a crash that waits for its moment
    std::vector<sim::HostId> hosts = {};
    Cuts blocked = {};
    bool running = false;  // a starved processor has its slice
    sim::Duration jump{};
    std::optional<sim::RuleId> rule = std::nullopt;
    [[nodiscard]] bool concerns(sim::HostId host) const {
      return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
    }
  };

  // --- nemesis.cpp: when, whom, and until when ---
  [[nodiscard]] static std::uint64_t tag(Act act, std::uint32_t fault, std::uint64_t nth);
  [[nodiscard]] const Fault& fault_of(const Strike& strike) const { return scenario_->faults[strike.fault]; }
  [[nodiscard]] bool waits_for_the_disk(std::uint32_t fault) const;
  void schedule_first_strikes(sim::World& world, std::uint32_t fault);
  [[nodiscard]] bool is_spent(std::uint32_t fault) const;
  // Of the nth strike, when chance gave `before` to the one before it.
  void schedule_strike(sim::World& world, std::uint32_t fault, std::uint64_t nth, sim::Time before);
  void schedule_end(sim::World& world, const Strike& strike);
  void strike(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  // --- a swizzle: each of its victims is a strike of its own, with the same number ---
  [[nodiscard]] static std::uint64_t tag_of_one(Act act, std::uint32_t fault, std::uint64_t nth, sim::HostId host);
  void begin_swizzle(sim::World& world, std::uint32_t fault, std::uint64_t nth);
  void act_on_one(sim::World& world, Act act, std::uint32_t fault, std::uint64_t rest);
  // --- a starved processor ---
  void schedule_slice(sim::World& world, const Strike& strike, std::uint64_t slice);
  void begin_slice(sim::World& world, std::uint32_t fault, std::uint64_t rest);
  [[nodiscard]] bool is_in_force(std::uint32_t fault) const;
  [[nodiscard]] std::vector<sim::HostId> servers() const;  // but those that are retired
  [[nodiscard]] bool may_strike(const sim::World& world, std::uint32_t fault, sim::HostId host) const;
  [[nodiscard]] std::vector<sim::HostId> choose_victims(const sim::World& world, std::uint32_t fault,
                                                        std::uint64_t nth) const;
  [[nodiscard]] bool stays(const Strike& strike) const;
  [[nodiscard]] std::vector<sim::HostId> choose_healed(const sim::World& world) const;
  void repair(sim::World& world, Strike strike, const std::vector<sim::HostId>& healed);
  void cut_off_the_rest(sim::World& world, const std::vector<sim::HostId>& healed);

  // --- strike.cpp: what each kind of fault does, and how it is undone ---
  void begin_strike(sim::World& world, Strike& strike);
  [[nodiscard]] std::uint64_t name_of_crash(const Strike& strike) const;
  void crash(sim::World& world, const Strike& strike);
  void arm_crash(sim::World& world, const Strike& strike);
  void cut(sim::World& world, Strike& strike);
  // --- disk_strike.cpp: what faults of disks do ---
  void set_disk_trouble(sim::World& world, sim::HostId host, const Strike* begins);
  void begin_disk_trouble(sim::World& world, const Strike& strike);
  void end_disk_trouble(sim::World& world, const Strike& strike);
  void damage(sim::World& world, const Strike& strike);
  void wipe(sim::World& world, const Strike& strike);
  void restart_halted(sim::World& world, std::uint32_t fault, sim::HostId host);
  void restart_all_halted(sim::World& world, const std::vector<sim::HostId>& healed);
  [[nodiscard]] bool is_down(sim::HostId host) const;
  // --- strike.cpp again ---
  void reconnect(sim::World& world, const Strike& strike);
  // Precondition: `strike` is no longer among the active ones.
  void end_strike(sim::World& world, const Strike& strike);
  [[nodiscard]] bool is_held(sim::HostId host) const;
  [[nodiscard]] std::uint32_t slowdown_of(sim::HostId host) const;
  void note(std::uint32_t fault, const char* action, sim::HostId host = sim::no_host);
  void note_crash(std::uint32_t fault, sim::HostId host);

  std::shared_ptr<const Scenario> scenario_;
  std::optional<sim::HostId> leading_;
  core::ServerSet retired_;
  std::vector<std::uint32_t> keys_;              // by fault: what its choices are keyed by
  std::vector<std::uint64_t> strikes_;           // by fault
  std::vector<std::uint64_t> used_;              // by fault: of Fault::times
  std::vector<std::vector<sim::RuleId>> rules_;  // by fault: put in force so far
  std::vector<Strike> active_;
  std::vector<FaultAction> actions_;
  std::vector<std::uint32_t> off_;  // faults that are switched off
  bool chaos_ = true;
  std::vector<sim::Time> swizzles_until_;  // by fault: its strike in force ends then
  core::ServerSet halted_;                 // down because of their disks, until those are mended
  core::ServerSet refused_;                // down for good: what is on their disks cannot be trusted
  core::ServerSet impaired_;               // since the end of the chaos: what kept them from working stays
  core::ServerSet let_go_;                 // at this instant: restarting, resuming
  sim::Time let_go_at_{};
};

}  // namespace raftsim::scenarios
