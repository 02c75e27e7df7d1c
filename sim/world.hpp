// The world: hosts with their processes and disks, the network between them, and the queue of what happens next.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sim/clock.hpp"
#include "sim/disk.hpp"
#include "sim/event_queue.hpp"
#include "sim/fingerprint.hpp"
#include "sim/host.hpp"
#include "sim/network.hpp"
#include "sim/process.hpp"
#include "sim/random.hpp"
#include "sim/step.hpp"

namespace raftsim::sim {

enum class HostState : std::uint8_t { up, paused, down };
[[nodiscard]] const char* name_of(HostState state);

struct WorldStatistics {
  std::array<std::uint64_t, event_kind_count> events{};  // by EventKind
  std::uint64_t crashes = 0;
  std::uint64_t restarts = 0;  // after a crash; first boots do not count
  std::uint64_t pauses = 0;
  std::uint64_t resumes = 0;
  friend bool operator==(const WorldStatistics&, const WorldStatistics&) = default;
};

// A value: a copy goes on exactly as the original does. What happens depends on the seed, the settings, the processes
// and the faults that the owner calls for between steps, and on nothing else.
//
// Hosts boot by events at time zero (EventKind::restart with incarnation 1). A crash takes back the wakes and disk
// operations of the incarnation that it ends; packets under way are not taken back: they are lost if the receiver is
// down when they arrive, and reach its next incarnation if that is up. What comes due at a paused host waits, in order,
// until it resumes, while its disk goes on with its queue (SIGSTOP).
class World {
 public:
  World(std::uint64_t seed, NetworkSettings network, const std::vector<Override>& overrides = {});
  World(const World&) = default;  // copies everything; processes by Process::clone; not during a step
  World(World&&) noexcept = default;
  World& operator=(const World&) = delete;
  World& operator=(World&&) noexcept = default;
  ~World() = default;

  // Boots by an event at the present instant. `disk` is null for a host without one.
  HostId add_host(std::unique_ptr<Process> process, const DiskSettings* disk);

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] bool idle() const { return queue_.empty(); }           // nothing will ever happen again
  [[nodiscard]] const Event& next() const { return queue_.top(); }     // precondition: !idle()
  [[nodiscard]] std::size_t pending() const { return queue_.size(); }  // what the queue holds, void events included
  // Carries out the next event and describes it. Precondition: !idle(). Throws BadOverride, and ProcessFailed when a
  // process throws, or asks for something that its disk or the network refuses.
  void step(Step& step);
  // Calls into a process at the present instant from outside (a test, a director), with the bookkeeping of an event of
  // kind `call`: function(Process&, Host&). Throws std::logic_error unless the host is up.
  template <class Function>
  void call(HostId host, Step& step, Function&& function) {
    if (state(host) != HostState::up) throw std::logic_error("world: only a host that is up can be called");
    Event event;
    event.at = now_;
    event.host = host;
    event.incarnation = incarnation(host);
    event.kind = EventKind::call;
    begin(step, event);
    Host handle(*this, host);
    std::forward<Function>(function)(*machines_[host.value].process, handle);
    end(step);
  }

  // --- faults, at the present instant ---
  // No effect on a host that is down. What the disk decides is keyed by the name of the crash: (fault, strike) for
  // those that a scenario causes, so that one crash less does not change what the others leave; of one host, each has
  // a name of its own. Without a name: the incarnation that it ends.
  void crash(HostId host) { crash(host, incarnation(host)); }
  void crash(HostId host, std::uint64_t name);
  // The host will crash the moment an operation of this kind is done on its disk, before its process hears of it: a
  // write, and it crashes between write and fsync; an fsync, and it crashes before any reply can leave. Such a crash is
  // part of a step (Step::crashed). Forgotten when the host crashes; one moment at a time. Throws std::logic_error
  // when it has no disk.
  // `name` as for crash(); 0 for the incarnation that it ends.
  void arm_crash(HostId host, DiskOperationKind moment, std::uint64_t name = 0) {
    arm_crash(host, CrashMoment{moment}, name);
  }
  // The same for one that is yet further away, or before it is carried out: then it stays in the queue, and is dropped.
  void arm_crash(HostId host, const CrashMoment& moment, std::uint64_t name = 0);
  void disarm_crash(HostId host) { machines_[host.value].crash_at.reset(); }
  void restart(HostId host, Duration after);  // schedules the boot; stale then if the host is not down
  void pause(HostId host);                    // no effect on a host that is not up
  void resume(HostId host, Duration after);   // schedules it; stale then if it crashed meanwhile or is not paused
  // From now on this host's clock gains `drift` on the world's, by which its process reads the time and is woken. Disks
  // and the network go by the world's. Survives crashes. Throws std::logic_error beyond max_clock_drift.
  void set_clock(HostId host, ClockDrift drift);
  // Its clock is put forward, or back. What its process waits for comes when the clock shows it: at once, or later.
  void step_clock(HostId host, Duration by);
  // From now on each wake that this host's process asks for is late by as much as this says. Without parts: by nothing.
  void set_timer_jitter(HostId host, Distribution late) { machines_[host.value].jitter = std::move(late); }
  // From now on this host takes so long over each packet that it receives, one after the other, before its process is
  // called; meanwhile nothing else reaches the process. Without parts: no time.
  void set_handling_time(HostId host, Distribution takes) { machines_[host.value].handling = std::move(takes); }
  // From now on everything on this host's disk takes numerator/denominator times as long, what is left of the operation
  // under way too. Survives crashes. Throws std::logic_error when it has no disk, or one of the two is zero.
  void set_disk_slowdown(HostId host, std::uint32_t numerator, std::uint32_t denominator);
  // Trouble of this host's disk, beside that of its settings, from now on (Disk::set_trouble). Survives crashes. Throws
  // std::logic_error, as the next one, when it has no disk.
  void set_disk_trouble(HostId host, DiskTrouble trouble);
  void change_disk(HostId host, DiskSettings settings);  // see Disk::change
  // See Network::clog: what was held sets out now, when the link is clogged by nothing else.
  void clog(HostId from, HostId to) { network_.clog(from, to); }
  void unclog(HostId from, HostId to) { schedule_arrivals(network_.unclog(now_, from, to)); }
  void act_at(Time when, std::uint64_t tag);  // an EventKind::act event: the caller of step() acts upon it
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const Network& network() const { return network_; }
  RuleId add_rule(Rule rule) { return network_.add_rule(std::move(rule)); }
  void remove_rule(RuleId rule);  // a packet that it kept arrives at once
  [[nodiscard]] Disk& disk(HostId host) { return *machines_[host.value].disk; }
  [[nodiscard]] const Disk& disk(HostId host) const { return *machines_[host.value].disk; }
  [[nodiscard]] bool has_disk(HostId host) const { return machines_[host.value].disk.has_value(); }

  [[nodiscard]] Process& process(HostId host) { return *machines_[host.value].process; }
  [[nodiscard]] const Process& process(HostId host) const { return *machines_[host.value].process; }
  [[nodiscard]] const Clock& clock(HostId host) const { return machines_[host.value].clock; }
  [[nodiscard]] HostState state(HostId host) const { return machines_[host.value].state; }
  [[nodiscard]] std::uint32_t incarnation(HostId host) const { return machines_[host.value].incarnation; }
  [[nodiscard]] std::size_t hosts() const { return machines_.size(); }
  [[nodiscard]] const Choices& choices() const { return choices_; }
  // See Choices::record: from here on. A copy of this world is not recorded.
  void record_decisions(std::vector<Decision>* log) { choices_.record(log); }
  [[nodiscard]] std::uint64_t events() const { return events_; }  // carried out so far
  [[nodiscard]] const WorldStatistics& statistics() const { return statistics_; }

  // See Choices::reseed. What was decided before, such as when a packet under way arrives, stays.
  void reseed(std::uint64_t root_seed) { choices_.reseed(root_seed); }

  // Everything done so far; the owner may mix in what else the run is to be judged by.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_.value(); }
  void mix(std::uint64_t number) { fingerprint_.mix(number); }

 private:
  friend class Host;
  struct Machine {
    OwnedProcess process;
    std::optional<Disk> disk = std::nullopt;
    Clock clock = {};
    HostState state = HostState::down;
    std::uint32_t incarnation = 0;
    Time deadline = never;                               // when the process wants to wake
    EventId deadline_cause = 0;                          // the event in which it said so
    Time wake_queued_for = never;                        // when the queued wake comes up: not after the deadline
    std::uint64_t wake_queued = 0;                       // its sequence number; any other wake in the queue is void
    std::uint64_t disk_queued = 0;                       // likewise for disk_done
    std::vector<Event> postponed = {};                   // what came due while paused
    std::vector<DiskOperation> unseen = {};              // done while paused, in order
    std::optional<CrashMoment> crash_at = std::nullopt;  // see arm_crash; `nth` counts down
    std::uint64_t crash_name = 0;
    Distribution jitter = {};    // see set_timer_jitter
    Distribution handling = {};  // see set_handling_time
    Time busy_until = {};        // with packets
  };

  // function(Process&, Host&), with what it throws blamed on the process. For the disk's part of the blame, too.
  template <class Function>
  void call_process(HostId host, const Function& function) {
    try {
      Host handle(*this, host);
      function(*machines_[host.value].process, handle);
    } catch (...) {
      blame(host);
    }
  }
  [[noreturn]] static void blame(HostId host);  // throws ProcessFailed for the exception under way, but for BadOverride

  void begin(Step& step, const Event& event);
  void end(Step& step);
  void carry_out(Step& step);
  void boot(Step& step);
  void resume_host(Step& step);
  void finish_disk_operation(Step& step);
  bool strike_armed(Step& step, DiskOperationKind kind, bool before);
  void deliver(Step& step);
  void wake(Step& step);
  void postpone(Step& step);
  void handle_later(Step& step);
  void wait_until_free(Step& step);
  Time free_after(Machine& machine, const Packet& packet) const;
  [[nodiscard]] Duration timer_jitter(HostId host) const;
  void reset_wake(HostId host, Time reading);

  PacketId send(HostId from, HostId to, std::uint8_t kind, std::uint32_t bytes, Payload&& payload, std::uint64_t stage);
  void wake_at(HostId host, Time when);
  OperationId submit(HostId host, DiskOperation&& operation);
  std::uint64_t schedule(Time at, EventKind kind, HostId host, std::uint64_t subject);
  void schedule_arrivals(std::span<const Network::Arrival> arrivals);
  void retransmit(Step& step);
  void schedule_timers();
  void schedule_wake(HostId host);
  void schedule_disk(HostId host);
  void drop_void_events();
  template <class Change>
  void change_disk_with(HostId host, const Change& change);
  void mix_fault(std::uint64_t fault, HostId host);
  void mix_step(const Step& step);

  Choices choices_;
  Network network_;
  std::vector<Machine> machines_;
  EventQueue queue_;
  Time now_{};
  EventId events_ = 0;
  Fingerprint fingerprint_;
  WorldStatistics statistics_;
  Step* under_way_ = nullptr;
};

}  // namespace raftsim::sim
