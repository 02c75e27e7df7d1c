// A simulated disk: files as bytes, a page cache, a serial device with a queue, and what a crash leaves of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/distribution.hpp"
#include "sim/event.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

enum class DiskOperationKind : std::uint8_t { create, write, truncate, fsync, rename, unlink, fsync_directory };
[[nodiscard]] const char* name_of(DiskOperationKind kind);

using OperationId = std::uint64_t;  // of one disk, in the order of submission, from 1

// A file by number, as names of files cost too much in a loop: the process that owns the disk numbers its files and says
// how a number reads. One flat directory.
using FileNumber = std::uint64_t;

struct DiskOperation {
  OperationId id = 0;
  DiskOperationKind kind{};
  FileNumber file = 0;
  FileNumber target = 0;      // rename: the new name
  std::uint64_t offset = 0;   // write: where; truncate: the new length
  std::uint64_t size = 0;     // write: how many bytes
  std::uint64_t tag = 0;      // the process's own, returned untouched
  std::string bytes;          // write: what
  EventId cause = 0;
  Time submitted{};
};

struct DiskSettings {
  Distribution latency;        // of each operation except fsync
  Distribution fsync_latency;  // of fsync and fsync_directory
  std::uint64_t bytes_per_second = 0;  // of what an fsync writes back; 0 = unlimited
  std::uint32_t sector_bytes = 512;
  // Weights of what a crash makes of each unsynced sector; their sum is at least 1.
  std::uint32_t weight_old = 1;
  std::uint32_t weight_new = 1;
  std::uint32_t weight_torn = 1;     // the first bytes new, the rest old
  std::uint32_t weight_garbage = 0;
  friend bool operator==(const DiskSettings&, const DiskSettings&) = default;
};

// Operations take effect one after the other, each when it completes. A write changes the page cache; an fsync makes
// what its file's cache holds durable; create, rename and unlink are durable after fsync_directory. Reads see the page
// cache at once and cost nothing (they happen at boot only).
//
// A crash drops the queue and settles each unsynced sector by itself, and keeps a prefix of the unsynced directory
// operations (a journalling file system: ALICE, Pillai et al., OSDI 2014). What is then on the disk is durable.
class Disk {
 public:
  Disk(DiskSettings settings, HostId host);

  // --- what the process does ---
  // Queues an operation; returns its id. `operation.id`, `cause` and `submitted` are filled in by the disk.
  OperationId submit(Time now, EventId cause, DiskOperation operation);
  [[nodiscard]] bool exists(FileNumber file) const;
  [[nodiscard]] std::vector<FileNumber> files() const;             // ascending
  [[nodiscard]] std::string_view read(FileNumber file) const;      // the page cache's view; empty when there is none

  // --- what the world does ---
  // When the head of the queue will be done; nothing when idle. Decided once, when the operation reaches the head.
  [[nodiscard]] std::optional<Time> busy_until() const;
  // Carries out the head and takes it off the queue.
  DiskOperation complete_head(Time now, const Choices& choices);
  void crash(const Choices& choices);

  // --- what faults do ---
  // From now on everything takes numerator/denominator times as long (Ratio may exceed 1 here: 10/1 is ten times slower).
  void set_slowdown(std::uint32_t numerator, std::uint32_t denominator);

  // --- what checkers see ---
  // The bytes that are certain to survive a crash now.
  [[nodiscard]] std::string_view durable(FileNumber file) const;
  [[nodiscard]] std::vector<FileNumber> durable_files() const;
  // Grows with every change of the durable image of `file`; a reader that tails a file needs to look again only when
  // this changed, and only from the first byte changed since (see durable_changed_from).
  [[nodiscard]] std::uint64_t queue_length() const;
};

}  // namespace raftsim::sim
