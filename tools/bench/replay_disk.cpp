#include <algorithm>
#include <vector>

#include "sim/disk.hpp"
#include "tools/bench/repeated.hpp"
#include "tools/bench/replays.hpp"

namespace raftsim::tools {

namespace {

// One thing that the world does to a disk. After step `when`: submissions come after the step's own completion.
struct DiskCall {
  enum class Kind : std::uint8_t { complete, crash, submit } kind;
  sim::EventId when = 0;
  sim::HostId host;
  sim::Time now;
  std::size_t operation = 0;  // submit: which
  std::uint64_t crash = 0;    // its name
};

struct DiskCalls {
  std::vector<DiskCall> calls;
  std::vector<sim::DiskOperation> operations;
};

// Operations are seen from outside when they are done: one that a crash took from the queue never was.
DiskCalls disk_calls(const RecordedRun& run) {
  DiskCalls listed;
  for (const sim::Step& step : run.steps) {
    if (!step.disk_done || step.event.postponed) continue;
    const sim::DiskOperation& done = *step.disk_done;
    listed.calls.push_back(
        {DiskCall::Kind::submit, done.cause, step.event.host, done.submitted, listed.operations.size()});
    listed.calls.push_back({DiskCall::Kind::complete, step.id, step.event.host, step.event.at});
    listed.operations.push_back(done);
  }
  for (const auto& [after, host, name] : run.crashes) {
    if (host.value < run.disks) listed.calls.push_back({DiskCall::Kind::crash, after, host, {}, 0, name});
  }
  std::ranges::stable_sort(listed.calls, [](const DiskCall& one, const DiskCall& other) {
    return std::pair(one.when, one.kind) < std::pair(other.when, other.kind);
  });
  return listed;
}

sim::DiskSettings disk_settings(const RecordedRun& run, Chance chance) {
  sim::DiskSettings settings = run.disk;
  if (chance == Chance::as_it_was) return settings;
  settings.latency = sim::Distribution::fixed(settings.latency.parts.front().min);
  settings.fsync_latency = sim::Distribution::fixed(settings.fsync_latency.parts.front().min);
  return settings;
}

}  // namespace

Replay replay_disks(const RecordedRun& run, Chance chance) {
  const DiskCalls listed = disk_calls(run);
  struct Prepared {
    std::vector<sim::Disk> disks;
    std::vector<sim::DiskOperation> operations;
  };
  const auto prepare = [&] {
    Prepared prepared{{}, listed.operations};
    for (std::size_t host = 0; host < run.disks; ++host) {
      prepared.disks.push_back(run.first_disks[host]);
      prepared.disks.back().change(sim::Time{}, disk_settings(run, chance));
    }
    return prepared;
  };
  std::uint64_t done = 0;
  const auto work = [&](Prepared& prepared) {
    done = 0;
    for (const DiskCall& call : listed.calls) {
      sim::Disk& disk = prepared.disks[call.host.value];
      switch (call.kind) {
        case DiskCall::Kind::submit:
          disk.submit(call.now, call.when, std::move(prepared.operations[call.operation]), run.choices);
          break;
        case DiskCall::Kind::complete:
          disk.complete_head(call.now, run.choices);
          ++done;
          break;
        case DiskCall::Kind::crash:
          disk.crash(run.choices, call.crash);
          break;
      }
    }
  };
  const double nanoseconds = least_time(prepare, work);
  return {nanoseconds, done};
}

}  // namespace raftsim::tools
