// One file: its content in the page cache, its content on the medium, and how a crash settles the difference.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/byte_ranges.hpp"
#include "sim/change_history.hpp"
#include "sim/file_bytes.hpp"
#include "sim/medium.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

// The outcome of a crash for a sector that was written and not yet synced.
enum class SectorOutcome : std::uint8_t {
  old,
  fresh,    // the new content
  torn,     // the first bytes new, the rest old
  garbage,  // random bytes
};
inline constexpr std::size_t sector_outcome_count = 4;
[[nodiscard]] const char* name_of(SectorOutcome outcome);

// The decisions about one file in one crash. Each is keyed by its subject (disk, crash, file and sector), so that
// neither another crash nor another file shifts it.
struct CrashDecisions {
  const Choices& choices;
  std::uint32_t disk;   // Key::who
  std::uint64_t crash;  // Key::nth
  std::uint64_t file;
  std::uint32_t sector_bytes;
  const Distribution& outcomes;  // of SectorOutcome
  std::array<std::uint64_t, sector_outcome_count>& came_out;
};

// Key::item of a sector. Files numbered below 2^40 have unique keys for their first 2^24 sectors; beyond that, some
// sectors share a key.
[[nodiscard]] constexpr std::uint64_t sector_item(std::uint64_t file, std::uint64_t sector) {
  return file << 24U ^ sector;
}

// Costs are proportional to what was written since the last sync, not to the file size. While a file only grows, cache
// and medium share its bytes. The first change of durable bytes copies them, and they stay separate until the file
// grows again.
class File {
 public:
  [[nodiscard]] std::string_view cached() const { return cached_.view(); }
  [[nodiscard]] std::string_view durable() const { return durable_.view(); }
  [[nodiscard]] bool dirty() const { return !dirty_.empty() || truncated_to_ != not_truncated; }
  // Whether a crash has anything to settle.
  [[nodiscard]] bool unsettled() const { return dirty() || diverged_ || medium_.has_value(); }
  // Whether the medium differs from what durable() says, in bytes.
  [[nodiscard]] bool breaks_promise() const { return medium_ && medium_->bytes().view() != durable_.view(); }
  // Where the latest sync began: what is before it was durable earlier. 0 when it was the whole file.
  [[nodiscard]] std::uint64_t last_synced_from() const { return last_synced_from_; }
  [[nodiscard]] std::uint64_t dirty_bytes() const { return dirty_.total(); }
  [[nodiscard]] const std::vector<ByteRange>& dirty_ranges() const { return dirty_.ranges(); }
  [[nodiscard]] std::uint64_t version() const { return version_; }  // of the durable bytes
  [[nodiscard]] const ChangeHistory& history() const { return history_; }

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t length);
  // Makes the cache's content durable, as this version. With `lies` only the promise is made: see Medium.
  void sync(std::uint64_t version, bool lies = false);
  // The sync fails: each sector is settled as by a crash, and nothing remembers that it is not as in the cache. A later
  // sync succeeds without writing it (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020).
  void fail_sync(const CrashDecisions& decisions, std::uint64_t version);
  // Silent damage of what is durable: it shows after the next crash.
  void damage(std::uint64_t offset, std::string_view bytes);
  void rot(std::uint64_t offset, std::uint8_t mask);
  // Settles each unsynced sector independently. A file that grew ends after the last sector that was written back, and
  // unwritten bytes before that read as zeros. A file that shrank has its old or its new length.
  void crash(const CrashDecisions& decisions, std::uint64_t version);
  void flip(std::uint64_t offset, std::uint8_t mask, std::uint64_t version);  // a latent error of the medium
  void clear();                                                               // for reuse as another file

 private:
  static constexpr std::uint64_t not_truncated = ~std::uint64_t{0};
  void settle(const CrashDecisions& decisions);
  void settle_sector(ByteRange sector, const CrashDecisions& decisions);
  Medium& medium();
  [[nodiscard]] std::uint64_t first_difference() const;

  FileBytes cached_;
  FileBytes durable_;
  ByteRanges dirty_;                            // bytes of cached_ that are not in durable_
  std::uint64_t truncated_to_ = not_truncated;  // the minimum length since the last sync, if it shrank
  std::uint64_t version_ = 0;
  std::uint64_t last_synced_from_ = 0;
  bool diverged_ = false;         // a sync failed: the cache may differ from the medium where it is not dirty
  std::optional<Medium> medium_;  // where it differs from durable_, which is what was promised
  ChangeHistory history_;
};

}  // namespace raftsim::sim
