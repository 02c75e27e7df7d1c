// A simulated disk: files as bytes, a page cache, a serial device with a queue, and what a crash leaves of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/change_history.hpp"
#include "sim/copy_on_write.hpp"
#include "sim/directory.hpp"
#include "sim/disk_operation.hpp"
#include "sim/disk_trouble.hpp"
#include "sim/distribution.hpp"
#include "sim/event.hpp"
#include "sim/file.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

struct DiskSettings {
  Distribution latency = Distribution::fixed(std::uint64_t{0});        // of each operation except fsync
  Distribution fsync_latency = Distribution::fixed(std::uint64_t{0});  // of fsync and fsync_directory
  std::uint64_t bytes_per_second = 0;                                  // of what an fsync writes back; 0 = unlimited
  std::uint32_t sector_bytes = 512;
  // Weights of what a crash makes of each unsynced sector; their sum is at least 1.
  std::uint32_t weight_old = 1;
  std::uint32_t weight_new = 1;
  std::uint32_t weight_torn = 1;  // the first bytes new, the rest old
  std::uint32_t weight_garbage = 0;
  // What operations of some kinds take instead of `latency` and `fsync_latency`; each kind once.
  struct Cost {
    DiskOperationKind kind{};
    Distribution takes;
    friend bool operator==(const Cost&, const Cost&) = default;
  };
  std::vector<Cost> costs = {};
  DiskTrouble trouble = {};
  friend bool operator==(const DiskSettings&, const DiskSettings&) = default;
};

// Of n changes of names that are not synced, a crash leaves the first floor(answer * (n + 1) / 2^32).
inline constexpr std::uint64_t metadata_survival_range = std::uint64_t{1} << 32U;

// Where damage strikes, and which sector of an fsync goes astray: of n candidates the one at floor(answer * n / 2^32).
inline constexpr std::uint64_t damage_place_range = std::uint64_t{1} << 32U;

struct DiskStatistics {
  std::array<std::uint64_t, disk_operation_kind_count> operations{};  // completed, by DiskOperationKind
  std::uint64_t bytes_written = 0;                                    // to the page cache
  std::uint64_t bytes_synced = 0;                                     // from there to the medium
  std::uint64_t dropped = 0;                                          // operations that a crash took from the queue
  std::uint64_t longest_queue = 0;
  std::uint64_t errors = 0;                                   // operations that failed
  std::uint64_t lies = 0;                                     // of fsyncs and fsync_directories
  std::uint64_t damaged_bytes = 0;                            // by rot, and by writes that went astray
  std::array<std::uint64_t, sector_outcome_count> sectors{};  // settled by crashes, by SectorOutcome
  friend bool operator==(const DiskStatistics&, const DiskStatistics&) = default;
};

// Operations take effect one after the other, each when it completes. A write changes the page cache; an fsync makes
// what its file's cache holds durable; create, rename and unlink are durable after fsync_directory. Reads see the page
// cache at once and cost nothing (they happen at boot only). An operation on a file that does not exist is an error of
// the process: std::logic_error when its turn comes.
//
// A crash drops the queue and settles each unsynced sector by itself, and keeps a prefix of the unsynced directory
// operations (a journalling file system: ALICE, Pillai et al., OSDI 2014). What is then on the disk is durable.
//
// Trouble (DiskTrouble). An operation that fails has an error and no effect, but for an fsync of a file: some of its sectors
// are on the medium and others are not, as after a crash, and no later fsync writes those again. On a full disk a create
// fails, and what makes a file longer. A disk that hangs completes nothing until that is over, and then goes on with what
// was under way. One that lies reports fsyncs as done: until the next honest one their bytes, and names, are lost in a crash
// as if never synced. What a lie, rot or a write gone astray has done shows after the next crash, when the disk is read;
// until then durable() is what the disk has promised.
//
// How long an operation takes is keyed by (disk, kind of operation, its number among those), what a crash does by
// (disk, crash, file and sector).
class Disk {
 public:
  Disk(DiskSettings settings, HostId host);

  // --- what the process does (through its Host) ---
  // Queues an operation; returns its id. `operation.id`, `size`, `cause` and `submitted` are filled in by the disk.
  OperationId submit(Time now, EventId cause, DiskOperation&& operation, const Choices& choices);
  [[nodiscard]] bool exists(FileNumber file) const { return contents_->names.find(file) != nullptr; }
  [[nodiscard]] std::vector<FileNumber> files() const;         // ascending
  [[nodiscard]] std::string_view read(FileNumber file) const;  // the page cache's view; empty when there is none

  // --- what the world does ---
  // When the head of the queue will be done; nothing when idle. Decided when the operation reaches the head; changed by
  // set_slowdown().
  [[nodiscard]] std::optional<Time> busy_until() const;
  [[nodiscard]] const DiskOperation& head() const { return queue_[head_]; }  // precondition: queue_length() > 0
  // Carries out the head and takes it off the queue.
  DiskOperation complete_head(Time now, const Choices& choices);
  // `name` is what the decisions of this crash are keyed by (Key::nth): of a disk, each crash has a name of its own.
  void crash(const Choices& choices, std::uint64_t name);
  [[nodiscard]] std::uint64_t last_crash() const { return last_crash_; }  // its name; 0 before the first

  // --- what faults do ---
  // From now on everything takes numerator/denominator times as long (10/1 is ten times slower): what is left of the
  // operation under way, too, so that busy_until() changes. Throws std::logic_error when one of them is zero.
  void set_slowdown(Time now, std::uint32_t numerator, std::uint32_t denominator);
  // What begins from now on takes as long as these say, and a crash makes of sectors what they say. The sectors stay as
  // large as they are. Trouble begins and ends at once.
  void change(Time now, DiskSettings settings);
  // Beside that of the settings. busy_until() changes.
  void set_trouble(Time now, DiskTrouble trouble);
  // The next `count` of these operations fail; 0: no more of them.
  void fail_next(FailingOperations which, std::uint64_t count) { failing_next_ = {which, count}; }
  // A place in what has long been durable: not what the latest sync of a file wrote, unless it wrote the whole file.
  struct Place {
    FileNumber file = 0;
    std::uint64_t offset = 0;
  };
  // One bit of it flips. Nothing when nothing has long been durable. `name`, here and in the next: what the choice is keyed
  // by, as of a crash.
  std::optional<Place> rot(const Choices& choices, std::uint64_t name);
  // A sector of the next fsync that writes any goes astray: where it belongs stays what was there, and somewhere in what
  // has long been durable it takes the place of another.
  void misdirect_next(std::uint64_t name) { misdirect_ = name; }
  // Whether its operations end, and end well, as far as trouble goes that lasts.
  [[nodiscard]] bool works() const {
    return in_force_.failing == FailingOperations::none && !in_force_.full && !in_force_.hangs;
  }
  // How often it came to light, after a crash or a wipe, that not everything that was promised is there.
  [[nodiscard]] std::uint64_t broken_promises() const { return broken_promises_; }
  // Makes a durable file of these bytes, as if it had been there before the run. Precondition: the queue is empty.
  void place(FileNumber file, std::string_view bytes);
  // Another disk, an empty one, in its place. Precondition: the queue is empty, as after a crash.
  void wipe();
  // A latent error of the medium: the bits of `mask` flip in one byte of a durable file. Throws std::logic_error
  // when it has no such byte.
  void corrupt(FileNumber file, std::uint64_t offset, std::uint8_t mask);

  // --- what checkers see ---
  // The durable image: the bytes that a crash now leaves alone. (Under an operation not yet synced a crash may as well
  // leave what that operation makes of them.) Empty when there is no such durable file. Valid until the next operation.
  [[nodiscard]] std::string_view durable(FileNumber file) const;
  // Of an entry of durable_directory().
  [[nodiscard]] std::string_view durable(const Directory::Entry& entry) const { return file_at(entry.slot).durable(); }
  [[nodiscard]] bool durable_exists(FileNumber file) const { return contents_->durable_names.find(file) != nullptr; }
  [[nodiscard]] std::vector<FileNumber> durable_files() const;  // ascending
  // The same without a copy, and only from the first on whose durable image may have changed after `version`: all of
  // them when it is 0. By `Entry::file`, ascending. Valid until the next operation.
  [[nodiscard]] std::span<const Directory::Entry> durable_directory(std::uint64_t version) const;
  // Grows with every change of the durable image of any file; no other version is ever greater.
  [[nodiscard]] std::uint64_t durable_version() const { return version_; }
  // Grows with every change of the durable image of `file`, also when the name comes to mean another file; 0 when there
  // is no such file. A reader that tails a file needs to look again only when this changed ...
  [[nodiscard]] std::uint64_t durable_version(FileNumber file) const;
  [[nodiscard]] std::uint64_t durable_version(const Directory::Entry& entry) const {
    return std::max(entry.since, file_at(entry.slot).version());
  }
  // ... and only from here on: the first byte that may differ from the image of `version`. The file's durable size when
  // none does. May be beyond the end of the file, or less than the reader has read, when the file became shorter.
  [[nodiscard]] std::uint64_t durable_changed_from(FileNumber file, std::uint64_t version) const;
  [[nodiscard]] std::uint64_t durable_changed_from(const Directory::Entry& entry, std::uint64_t version) const;
  [[nodiscard]] std::uint64_t queue_length() const { return queue_.size() - head_; }
  [[nodiscard]] const DiskStatistics& statistics() const { return statistics_; }
  [[nodiscard]] const DiskSettings& settings() const { return settings_; }

 private:
  // A change of names that fsync_directory has yet to make durable.
  struct NameChange {
    DiskOperationKind kind{};
    FileNumber file = 0;
    FileNumber target = 0;
    std::uint32_t slot = 0;  // of the file that is created or renamed
  };
  // A copy of a disk shares all that the disk holds until one of the two changes it, and each file beyond that.
  struct Contents {
    std::vector<CopyOnWrite<File>> files;  // by slot
    std::vector<std::uint32_t> free;
    std::vector<std::uint32_t> unnamed;  // files that only the durable names still have
    Directory names;
    Directory durable_names;
    std::vector<NameChange> unsynced_names;
    // After an fsync_directory that was a lie: the names on the medium, and the changes that are not.
    std::optional<Directory> medium_names;
    std::vector<NameChange> owed_names;
    ChangeHistory changes;  // from which file on the durable images are others
  };
  void start_head(Time now, const Choices& choices);
  [[nodiscard]] const Distribution& cost_of(DiskOperationKind kind) const;
  void note_trouble(Time now);
  [[nodiscard]] DiskError error_of(const DiskOperation& operation);
  void fail(const DiskOperation& operation, const Choices& choices);
  [[nodiscard]] std::optional<Place> choose_place(const Choices& choices, std::uint64_t name) const;
  void go_astray(const Directory::Entry& entry, const Choices& choices);
  [[nodiscard]] CrashDecisions decisions(const Choices& choices, std::uint64_t name, FileNumber file);
  void carry_out(DiskOperation& operation, const Choices& choices);
  void create(FileNumber file);
  void change_names(NameChange change);
  std::optional<std::uint32_t> apply(const NameChange& change, Directory& names) const;
  void sync(const Directory::Entry& entry, const Choices& choices);
  void sync_directory();
  void reveal_names(Contents& contents);
  static void recycle_unnamed_files(Contents& contents);
  [[nodiscard]] const File& file_at(std::uint32_t slot) const { return *contents_->files[slot]; }
  [[nodiscard]] File& edit_file(std::uint32_t slot) { return contents_.edit().files[slot].edit(); }
  [[nodiscard]] const Directory::Entry& entry(const DiskOperation& operation) const;  // throws

  DiskSettings settings_;
  std::uint32_t host_;
  Distribution outcomes_;
  std::uint32_t slowdown_numerator_ = 1;
  std::uint32_t slowdown_denominator_ = 1;

  std::vector<DiskOperation> queue_;  // from head_ on
  std::size_t head_ = 0;
  Time head_done_{};
  Duration left_{};  // of the head, while the disk hangs
  OperationId last_operation_ = 0;
  std::uint64_t last_crash_ = 0;

  DiskTrouble trouble_;   // beside that of the settings
  DiskTrouble in_force_;  // both
  struct FailingNext {
    FailingOperations which = FailingOperations::none;
    std::uint64_t count = 0;
  } failing_next_;
  std::optional<std::uint64_t> misdirect_;
  std::uint64_t broken_promises_ = 0;

  CopyOnWrite<Contents> contents_;
  std::uint64_t version_ = 0;

  std::array<std::uint64_t, disk_operation_kind_count> started_{};  // numbers for keys, by DiskOperationKind
  DiskStatistics statistics_;
};

}  // namespace raftsim::sim
