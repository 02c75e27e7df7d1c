// How the simulator's enumerations read.
#include "sim/disk_operation.hpp"
#include "sim/event.hpp"
#include "sim/file.hpp"
#include "sim/random.hpp"
#include "sim/world.hpp"

namespace raftsim::sim {

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::act:
      return "act";
    case EventKind::restart:
      return "restart";
    case EventKind::resume:
      return "resume";
    case EventKind::disk_done:
      return "disk-done";
    case EventKind::deliver:
      return "deliver";
    case EventKind::wake:
      return "wake";
    case EventKind::call:
      return "call";
    case EventKind::retransmit:
      return "retransmit";
  }
  return "?";
}

const char* name_of(DiskOperationKind kind) {
  switch (kind) {
    case DiskOperationKind::create:
      return "create";
    case DiskOperationKind::write:
      return "write";
    case DiskOperationKind::truncate:
      return "truncate";
    case DiskOperationKind::fsync:
      return "fsync";
    case DiskOperationKind::rename:
      return "rename";
    case DiskOperationKind::unlink:
      return "unlink";
    case DiskOperationKind::fsync_directory:
      return "fsync-directory";
  }
  return "?";
}

const char* name_of(DiskError error) {
  switch (error) {
    case DiskError::none:
      return "";
    case DiskError::io:
      return "input/output error";
    case DiskError::no_space:
      return "no space left on device";
  }
  return "?";
}

const char* name_of(SectorOutcome outcome) {
  switch (outcome) {
    case SectorOutcome::old:
      return "old";
    case SectorOutcome::fresh:
      return "new";
    case SectorOutcome::torn:
      return "torn";
    case SectorOutcome::garbage:
      return "garbage";
  }
  return "?";
}

const char* name_of(HostState state) {
  switch (state) {
    case HostState::up:
      return "up";
    case HostState::paused:
      return "paused";
    case HostState::down:
      return "down";
  }
  return "?";
}

const char* name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::packet_delay:
      return "packet-delay";
    case Purpose::packet_loss:
      return "packet-loss";
    case Purpose::packet_duplicate:
      return "packet-duplicate";
    case Purpose::packet_reorder:
      return "packet-reorder";
    case Purpose::duplicate_delay:
      return "duplicate-delay";
    case Purpose::rule_chance:
      return "rule-chance";
    case Purpose::rule_delay:
      return "rule-delay";
    case Purpose::disk_latency:
      return "disk-latency";
    case Purpose::fsync_latency:
      return "fsync-latency";
    case Purpose::sector_outcome:
      return "sector-outcome";
    case Purpose::sector_tear:
      return "sector-tear";
    case Purpose::sector_garbage:
      return "sector-garbage";
    case Purpose::metadata_survival:
      return "metadata-survival";
    case Purpose::length_survival:
      return "length-survival";
    case Purpose::damage_place:
      return "damage-place";
    case Purpose::damage_bit:
      return "damage-bit";
    case Purpose::misdirected_sector:
      return "misdirected-sector";
    case Purpose::timer_jitter:
      return "timer-jitter";
    case Purpose::handling_time:
      return "handling-time";
    case Purpose::link_extra:
      return "link-extra";
    case Purpose::retransmission_loss:
      return "retransmission-loss";
    case Purpose::reorder_delay:
      return "reorder-delay";
    case Purpose::first_of_scenario:
      break;
  }
  return "?";
}

}  // namespace raftsim::sim
