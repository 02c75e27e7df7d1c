// One file: what the page cache shows of it, what the medium holds of it, and what a crash makes of the difference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/byte_ranges.hpp"
#include "sim/change_history.hpp"
#include "sim/file_bytes.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

// What a crash makes of a sector that was written and not yet synced.
enum class SectorOutcome : std::uint8_t {
  old,
  fresh,    // the new content
  torn,     // the first bytes new, the rest old
  garbage,  // random bytes
};
inline constexpr std::size_t sector_outcome_count = 4;
[[nodiscard]] const char* name_of(SectorOutcome outcome);

// How one file comes out of one crash. Each decision is keyed by what it is about: (disk, crash, file and sector), so
// that neither another crash nor another file shifts it.
struct CrashDecisions {
  const Choices& choices;
  std::uint32_t disk;   // Key::who
  std::uint64_t crash;  // Key::nth
  std::uint64_t file;
  std::uint32_t sector_bytes;
  const Distribution& outcomes;  // of SectorOutcome
  std::array<std::uint64_t, sector_outcome_count>& came_out;
};

// Key::item of a sector. Files below 2^40 have keys of their own for their first 2^24 sectors; beyond, some of them
// share their fate.
[[nodiscard]] constexpr std::uint64_t sector_item(std::uint64_t file, std::uint64_t sector) {
  return file << 24U ^ sector;
}

// Costs are in proportion to what was written since the last sync, not to the file. While a file only grows, cache and
// medium share its bytes; the first change of bytes that are durable copies them, and they stay apart until the file
// grows again.
class File {
 public:
  [[nodiscard]] std::string_view cached() const { return cached_.view(); }
  [[nodiscard]] std::string_view durable() const { return durable_.view(); }
  [[nodiscard]] bool dirty() const { return !dirty_.empty() || truncated_to_ != not_truncated; }
  [[nodiscard]] std::uint64_t dirty_bytes() const { return dirty_.total(); }
  [[nodiscard]] std::uint64_t version() const { return version_; }  // of the durable bytes
  [[nodiscard]] const ChangeHistory& history() const { return history_; }

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t length);
  // The cache's content becomes durable, as this version.
  void sync(std::uint64_t version);
  // Settles each unsynced sector by itself. A file that grew ends behind the last sector that was written back, and
  // what was not written before that reads as zeros. One that shrank has its old length or its new one.
  void crash(const CrashDecisions& decisions, std::uint64_t version);
  void flip(std::uint64_t offset, std::uint8_t mask, std::uint64_t version);  // a latent error of the medium
  void clear();                                                               // for another file

 private:
  static constexpr std::uint64_t not_truncated = ~std::uint64_t{0};
  void settle_sector(ByteRange sector, const CrashDecisions& decisions);
  [[nodiscard]] std::uint64_t first_difference() const;

  FileBytes cached_;
  FileBytes durable_;
  ByteRanges dirty_;                            // bytes of cached_ that durable_ does not have
  std::uint64_t truncated_to_ = not_truncated;  // the least length since the last sync, when it shrank
  std::uint64_t version_ = 0;
  ChangeHistory history_;
};

}  // namespace raftsim::sim
