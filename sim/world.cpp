#include "sim/world.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>

#include "sim/process_failed.hpp"

namespace raftsim::sim {

World::World(std::uint64_t seed, NetworkSettings network, const std::vector<Override>& overrides)
    : choices_(seed, overrides), network_(std::move(network)) {}

HostId World::add_host(std::unique_ptr<Process> process, const DiskSettings* disk) {
  const HostId host{static_cast<std::uint16_t>(machines_.size())};
  Machine machine{OwnedProcess(std::move(process))};
  if (disk != nullptr) machine.disk.emplace(*disk, host);
  machines_.push_back(std::move(machine));
  network_.add_host();
  schedule(now_, EventKind::restart, host, 0);
  return host;
}

// A bad override is the fault of who gave it, whichever process happens to ask for the decision.
void World::blame(HostId host) {
  try {
    throw;
  } catch (const BadOverride&) {
    throw;
  } catch (...) {
    throw ProcessFailed(host, std::current_exception());
  }
}

// --- events ---

void World::step(Step& step) {
  begin(step, queue_.pop());
  carry_out(step);
  end(step);
}

void World::begin(Step& step, const Event& event) {
  now_ = event.at;
  step.begin(++events_, event);
  ++statistics_.events[static_cast<std::size_t>(event.kind)];
  under_way_ = &step;
}

void World::end(Step& step) {
  under_way_ = nullptr;
  if (!step.halted.empty()) [[unlikely]]
    crash(step.event.host);
  mix_step(step);
  drop_void_events();
}

void World::carry_out(Step& step) {
  switch (step.event.kind) {
    case EventKind::act:
    case EventKind::call:
      break;  // for the owner
    case EventKind::restart:
      boot(step);
      break;
    case EventKind::resume:
      resume_host(step);
      break;
    case EventKind::disk_done:
      finish_disk_operation(step);
      break;
    case EventKind::deliver:
      deliver(step);
      break;
    case EventKind::wake:
      wake(step);
      break;
    case EventKind::retransmit:
      retransmit(step);
      break;
  }
}

void World::boot(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  if (machine.state != HostState::down || step.event.incarnation != machine.incarnation + 1) {
    step.stale = true;
    return;
  }
  machine.state = HostState::up;
  if (++machine.incarnation > 1) ++statistics_.restarts;
  call_process(step.event.host, [](Process& process, Host& host) { process.boot(host); });
}

void World::resume_host(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  if (machine.state != HostState::paused || step.event.incarnation != machine.incarnation) {
    step.stale = true;
    return;
  }
  machine.state = HostState::up;
  ++statistics_.resumes;
  for (Event& event : machine.postponed) {
    event.at = now_;
    if (event.kind == EventKind::deliver && !machine.handling.parts.empty()) {
      event.at = free_after(machine, network_.packet(static_cast<std::uint32_t>(event.subject)));
    }
    const std::uint64_t sequence = queue_.push(event);
    if (event.kind == EventKind::wake) {
      machine.wake_queued = sequence;
      machine.wake_queued_for = now_;
    }
  }
  machine.postponed.clear();
}

void World::postpone(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  step.deferred = true;
  Event event = step.event;
  event.postponed = true;
  event.incarnation = machine.incarnation;
  machine.postponed.push_back(event);
}

// --- hosts that take their time ---

// When the host is done with this packet, after those before it.
Time World::free_after(Machine& machine, const Packet& packet) const {
  const std::uint64_t item = std::uint64_t{packet.duplicate_of != 0} << 8U | packet.kind;
  const Key key{Purpose::handling_time, link_key(packet.from.value, packet.to.value), packet.nth_of_kind, item};
  return machine.busy_until = std::max(now_, machine.busy_until) + choices_.decide_duration(key, machine.handling);
}

void World::handle_later(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  step.deferred = true;
  Event event = step.event;
  event.at = free_after(machine, network_.packet(static_cast<std::uint32_t>(event.subject)));
  event.postponed = true;
  event.incarnation = machine.incarnation;
  queue_.push(event);
}

// A timer, or a disk, has to wait for what the host is doing.
void World::wait_until_free(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  step.deferred = true;
  Event event = step.event;
  event.at = machine.busy_until;
  event.postponed = true;
  event.incarnation = machine.incarnation;
  const std::uint64_t sequence = queue_.push(event);
  if (event.kind != EventKind::wake) return;
  machine.wake_queued = sequence;
  machine.wake_queued_for = event.at;
}

void World::finish_disk_operation(Step& step) {
  const Event& event = step.event;
  Machine& machine = machines_[event.host.value];
  if (!event.postponed) {
    if (machine.crash_at && strike_armed(step, machine.disk->head().kind, true)) return;
    // An operation that cannot be carried out is the fault of who asked for it.
    call_process(event.host, [&](Process&, Host&) { step.disk_done = machine.disk->complete_head(now_, choices_); });
    schedule_disk(event.host);
    if (machine.crash_at && strike_armed(step, step.disk_done->kind, false)) return;
    const bool busy = machine.busy_until > now_;
    if (machine.state == HostState::paused || busy) machine.unseen.push_back(*step.disk_done);
    if (busy && machine.state == HostState::up) return wait_until_free(step);
  } else if (machine.state == HostState::down || event.incarnation != machine.incarnation) {
    step.stale = true;
    return;
  } else {
    step.disk_done = machine.unseen.front();
    if (machine.state == HostState::up) machine.unseen.erase(machine.unseen.begin());
  }
  if (machine.state == HostState::paused) return postpone(step);
  call_process(event.host, [&step](Process& process, Host& host) { process.disk_done(host, *step.disk_done); });
}

// Whether the moment of an armed crash has come; then it has struck.
bool World::strike_armed(Step& step, DiskOperationKind kind, bool before) {
  Machine& machine = machines_[step.event.host.value];
  CrashMoment& moment = *machine.crash_at;
  if (moment.kind != kind || moment.before != before || --moment.nth > 0) return false;
  crash(step.event.host, machine.crash_name != 0 ? machine.crash_name : machine.incarnation);
  step.crashed = true;
  return true;
}

void World::deliver(Step& step) {
  const Event& event = step.event;
  const auto slot = static_cast<std::uint32_t>(event.subject);
  Machine& machine = machines_[event.host.value];
  if (!event.postponed) {
    if (network_.is_void(slot)) [[unlikely]] {
      step.stale = true;
      step.delivered = network_.take_reset(slot);
      return;
    }
    if (const auto released = network_.arrive(now_, slot); !released.empty()) schedule_arrivals(released);
  }
  // What waited in the buffers of an incarnation is gone with it.
  const bool too_late = event.postponed && event.incarnation != machine.incarnation;
  if (machine.state == HostState::down || too_late) {
    step.stale = true;
    step.delivered = network_.take_lost(slot);
  } else if (machine.state == HostState::paused) {
    step.delivered = network_.packet(slot);
    postpone(step);
  } else if (!machine.handling.parts.empty() && !event.postponed) [[unlikely]] {
    step.delivered = network_.packet(slot);
    handle_later(step);
  } else {
    step.delivered = network_.take(slot);
    call_process(event.host, [&step](Process& process, Host& host) { process.receive(host, *step.delivered); });
  }
}

void World::retransmit(Step& step) {
  const HostId to{static_cast<std::uint16_t>(step.event.subject)};
  const auto arrivals = network_.retransmit(now_, choices_, step.event.host, to);
  step.stale = arrivals.empty();
  schedule_arrivals(arrivals);
  schedule_timers();
}

void World::wake(Step& step) {
  Machine& machine = machines_[step.event.host.value];
  if (machine.state == HostState::paused) return postpone(step);
  if (machine.busy_until > now_ && !step.event.postponed) [[unlikely]]
    return wait_until_free(step);
  machine.wake_queued = 0;
  machine.deadline = never;
  call_process(step.event.host, [](Process& process, Host& host) { process.wake(host); });
}

// Keeps the head of the queue an event that will really happen: takes away the wakes and completions that something
// later made void, and moves a wake to the deadline that was pushed back meanwhile.
void World::drop_void_events() {
  while (!queue_.empty()) {
    const Event& next = queue_.top();
    if (next.kind == EventKind::wake) {
      Machine& machine = machines_[next.host.value];
      const bool current = next.sequence == machine.wake_queued;
      if (current && machine.deadline <= next.at) return;
      const HostId host = queue_.pop().host;
      if (current) schedule_wake(host);
    } else if (next.kind == EventKind::disk_done && !next.postponed) {
      if (next.sequence == machines_[next.host.value].disk_queued) return;
      queue_.pop();
    } else {
      return;
    }
  }
}

// --- what processes ask for ---

PacketId World::send(HostId from, HostId to, std::uint8_t kind, std::uint32_t bytes, Payload&& payload,
                     std::uint64_t stage) {
  std::vector<Sent>& sent = under_way_->sent;
  const std::size_t place = sent.size();
  Packet& packet = sent.emplace_back().packet;
  packet.cause = events_;
  packet.sent_at = now_;
  packet.bytes = bytes;
  packet.incarnation = incarnation(from);
  packet.from = from;
  packet.to = to;
  packet.kind = kind;
  packet.payload = std::move(payload);
  schedule_arrivals(network_.send(now_, choices_, sent, stage));
  if (!network_.timers().empty()) [[unlikely]]
    schedule_timers();
  return sent[place].packet.id;
}

void World::wake_at(HostId host, Time when) {
  Machine& machine = machines_[host.value];
  machine.deadline = std::max(when, now_);
  if (!machine.jitter.parts.empty() && when != never) [[unlikely]]
    machine.deadline += timer_jitter(host);
  machine.deadline_cause = events_;
  if (machine.wake_queued == 0 || machine.deadline < machine.wake_queued_for) schedule_wake(host);
}

// By how much the timer that is set for the host's deadline is late. Apart from wake_at, which is called at every turn.
Duration World::timer_jitter(HostId host) const {
  const Machine& machine = machines_[host.value];
  const auto for_when = static_cast<std::uint64_t>(machine.deadline.time_since_epoch().count());
  return choices_.decide_duration({Purpose::timer_jitter, host.value, for_when}, machine.jitter);
}

OperationId World::submit(HostId host, DiskOperation&& operation) {
  Disk& disk = *machines_[host.value].disk;
  ++under_way_->submitted;
  fingerprint_.mix(static_cast<std::uint64_t>(operation.kind) << 56U ^ operation.file << 32U ^ operation.bytes.size());
  fingerprint_.mix(operation.offset ^ operation.target << 32U);
  const OperationId id = disk.submit(now_, events_, std::move(operation), choices_);
  if (disk.queue_length() == 1) schedule_disk(host);
  return id;
}

std::uint64_t World::schedule(Time at, EventKind kind, HostId host, std::uint64_t subject) {
  return queue_.push_filled([&](Event& event) {
    event.at = at;
    event.cause = events_;
    event.subject = subject;
    event.incarnation = host == no_host ? 0 : incarnation(host) + (kind == EventKind::restart ? 1 : 0);
    event.host = host;
    event.kind = kind;
    event.postponed = false;
  });
}

void World::schedule_arrivals(std::span<const Network::Arrival> arrivals) {
  for (const Network::Arrival& arrival : arrivals) {
    schedule(arrival.at, EventKind::deliver, network_.packet(arrival.slot).to, arrival.slot);
  }
}

void World::schedule_timers() {
  for (const Network::Timer& timer : network_.timers()) {
    schedule(timer.at, EventKind::retransmit, timer.from, timer.to.value);
  }
  network_.timers().clear();
}

void World::schedule_wake(HostId host) {
  Machine& machine = machines_[host.value];
  machine.wake_queued = 0;
  if (machine.deadline == never) return;
  machine.wake_queued = queue_.push_filled([&](Event& event) {
    event.at = machine.deadline;
    event.cause = machine.deadline_cause;
    event.subject = 0;
    event.incarnation = machine.incarnation;
    event.host = host;
    event.kind = EventKind::wake;
    event.postponed = false;
  });
  machine.wake_queued_for = machine.deadline;
}

void World::schedule_disk(HostId host) {
  Machine& machine = machines_[host.value];
  machine.disk_queued = 0;
  if (const std::optional<Time> done = machine.disk->busy_until()) {
    machine.disk_queued = schedule(*done, EventKind::disk_done, host, machine.disk->head().id);
  }
}

// --- faults ---

void World::crash(HostId host, std::uint64_t name) {
  Machine& machine = machines_[host.value];
  if (machine.state == HostState::down) return;
  ++statistics_.crashes;
  mix_fault(1, host);
  machine.state = HostState::down;
  network_.reset_streams(host);
  machine.busy_until = {};
  machine.deadline = never;
  machine.wake_queued = 0;
  machine.disk_queued = 0;
  for (const Event& event : machine.postponed) {
    if (event.kind == EventKind::deliver) network_.take_lost(static_cast<std::uint32_t>(event.subject));
  }
  machine.postponed.clear();
  machine.unseen.clear();
  machine.crash_at.reset();
  call_process(host, [](Process& process, Host&) { process.crash(); });
  if (machine.disk) machine.disk->crash(choices_, name);
  drop_void_events();
}

void World::arm_crash(HostId host, const CrashMoment& moment, std::uint64_t name) {
  Machine& machine = machines_[host.value];
  if (!machine.disk) throw std::logic_error("world: a crash at a moment of a disk needs a host that has one");
  machine.crash_at = moment;
  machine.crash_name = name;
}

void World::restart(HostId host, Duration after) { schedule(now_ + after, EventKind::restart, host, 0); }

void World::pause(HostId host) {
  Machine& machine = machines_[host.value];
  if (machine.state != HostState::up) return;
  ++statistics_.pauses;
  mix_fault(2, host);
  machine.state = HostState::paused;
}

void World::resume(HostId host, Duration after) { schedule(now_ + after, EventKind::resume, host, 0); }

void World::set_clock(HostId host, ClockDrift drift) {
  Machine& machine = machines_[host.value];
  if (drift > max_clock_drift || drift < -max_clock_drift) {
    throw std::logic_error("world: a clock must not drift by more than " + std::to_string(max_clock_drift) +
                           " parts per million");
  }
  if (drift == machine.clock.drift()) return;
  mix_fault(3, host);
  fingerprint_.mix(static_cast<std::uint64_t>(std::int64_t{drift}));
  const Time reading = machine.deadline == never ? never : machine.clock.read(machine.deadline);
  machine.clock.set_drift(now_, drift);
  reset_wake(host, reading);
}

void World::step_clock(HostId host, Duration by) {
  Machine& machine = machines_[host.value];
  if (by == Duration(0)) return;
  mix_fault(4, host);
  fingerprint_.mix(static_cast<std::uint64_t>(by.count()));
  const Time reading = machine.deadline == never ? never : machine.clock.read(machine.deadline);
  machine.clock.step(now_, by);
  reset_wake(host, reading);
}

// What the process waits for comes when its clock shows it.
void World::reset_wake(HostId host, Time reading) {
  if (reading == never) return;
  Machine& machine = machines_[host.value];
  machine.deadline = std::max(machine.clock.when_it_reads(reading), now_);
  if (machine.deadline < machine.wake_queued_for) schedule_wake(host);
  drop_void_events();
}

// What may change when the operation under way is done.
template <class Change>
void World::change_disk_with(HostId host, const Change& change) {
  Machine& machine = machines_[host.value];
  if (!machine.disk) throw std::logic_error("world: this host has no disk");
  const std::optional<Time> before = machine.disk->busy_until();
  change(*machine.disk);
  if (machine.disk->busy_until() == before) return;
  schedule_disk(host);
  drop_void_events();
}

void World::set_disk_slowdown(HostId host, std::uint32_t numerator, std::uint32_t denominator) {
  change_disk_with(host, [&](Disk& disk) { disk.set_slowdown(now_, numerator, denominator); });
}

void World::set_disk_trouble(HostId host, DiskTrouble trouble) {
  change_disk_with(host, [&](Disk& disk) { disk.set_trouble(now_, trouble); });
}

void World::change_disk(HostId host, DiskSettings settings) {
  change_disk_with(host, [&](Disk& disk) { disk.change(now_, std::move(settings)); });
}

void World::act_at(Time when, std::uint64_t tag) { schedule(std::max(when, now_), EventKind::act, no_host, tag); }

void World::remove_rule(RuleId rule) { schedule_arrivals(network_.remove_rule(now_, rule)); }

// --- the fingerprint ---

void World::mix_fault(std::uint64_t fault, HostId host) {
  fingerprint_.mix(~(fault << 32U | host.value));
  fingerprint_.mix(events_);
}

void World::mix_step(const Step& step) {
  const Event& event = step.event;
  fingerprint_.mix(static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  fingerprint_.mix(static_cast<std::uint64_t>(event.kind) | static_cast<std::uint64_t>(event.host.value) << 8U |
                   static_cast<std::uint64_t>(step.stale) << 24U | static_cast<std::uint64_t>(step.deferred) << 25U |
                   static_cast<std::uint64_t>(step.submitted) << 32U);
  fingerprint_.mix(step.delivered ? step.delivered->id : event.subject);
  for (const Sent& each : step.sent) {
    const Packet& packet = each.packet;
    fingerprint_.mix(static_cast<std::uint64_t>(packet.from.value) << 48U |
                     static_cast<std::uint64_t>(packet.to.value) << 32U | packet.bytes);
    const std::uint64_t fate =
        each.lost ? ~std::uint64_t{0} : static_cast<std::uint64_t>(each.delivered_at.time_since_epoch().count());
    fingerprint_.mix(fate ^ static_cast<std::uint64_t>(packet.kind) << 56U);
  }
}

}  // namespace raftsim::sim
