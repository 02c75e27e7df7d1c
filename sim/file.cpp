#include "sim/file.hpp"

#include <algorithm>

#include "sim/fingerprint.hpp"

namespace raftsim::sim {

void File::write(std::uint64_t offset, std::string_view bytes) {
  const std::uint64_t end = offset + bytes.size();
  if (offset > cached_.size()) {
    dirty_.add({cached_.size(), offset});
    cached_.resize(offset);
  }
  const std::size_t within = std::min<std::size_t>(cached_.size() - offset, bytes.size());
  cached_.overwrite(offset, bytes.substr(0, within));
  cached_.append(bytes.substr(within));
  dirty_.add({offset, end});
}

void File::truncate(std::uint64_t length) {
  if (length < cached_.size()) {
    dirty_.cut(length);
    if (medium_) medium_->truncate(length);
    if (length < durable_.size()) truncated_to_ = std::min(truncated_to_, length);
  } else {
    dirty_.add({cached_.size(), length});
  }
  cached_.resize(length);
}

std::uint64_t File::first_difference() const {
  const std::uint64_t written = dirty_.empty() ? not_truncated : dirty_.ranges().front().begin;
  return std::min(written, truncated_to_);
}

Medium& File::medium() {
  if (!medium_) medium_.emplace(durable_);
  return *medium_;
}

void File::sync(std::uint64_t version, bool lies) {
  if (!dirty()) {
    if (medium_ && medium_->owes() && !lies) medium_->receive(durable_.view(), {});
    return;
  }
  if (lies) medium().owe(dirty_, truncated_to_);
  const std::uint64_t from = first_difference();
  if (!diverged_ && (cached_.shares_with(durable_) || from >= durable_.size())) {
    durable_ = cached_;
  } else {
    durable_.resize(cached_.size());
    for (const ByteRange& range : dirty_.ranges()) {
      durable_.overwrite(range.begin, cached_.view().substr(range.begin, range.end - range.begin));
    }
  }
  if (medium_ && !lies) medium_->receive(durable_.view(), dirty_);
  dirty_.clear();
  truncated_to_ = not_truncated;
  last_synced_from_ = from;
  version_ = version;
  history_.add(version, from);
}

void File::fail_sync(const CrashDecisions& decisions, std::uint64_t version) {
  if (!dirty()) return;
  const std::uint64_t from = first_difference() / decisions.sector_bytes * decisions.sector_bytes;
  settle(decisions);
  diverged_ = true;
  dirty_.clear();
  truncated_to_ = not_truncated;
  version_ = version;
  history_.add(version, from);
}

void File::crash(const CrashDecisions& decisions, std::uint64_t version) {
  if (!unsettled()) return;
  std::uint64_t from = first_difference() / decisions.sector_bytes * decisions.sector_bytes;
  if (medium_) {
    for (const ByteRange& range : medium_->owed().ranges()) dirty_.add(range);
    truncated_to_ = std::min(truncated_to_, medium_->truncated_to());
    durable_ = medium_->bytes();
    medium_.reset();
    from = 0;
  }
  settle(decisions);
  // What the machine reads when it comes back is what is on the medium.
  cached_ = durable_;
  diverged_ = false;
  dirty_.clear();
  truncated_to_ = not_truncated;
  version_ = version;
  history_.add(version, from);
}

// Decides for each sector that is not synced what the medium holds of it, and the file's length.
void File::settle(const CrashDecisions& decisions) {
  const std::uint64_t sector_bytes = decisions.sector_bytes;
  if (cached_.size() < durable_.size()) {
    const Key key{Purpose::length_survival, decisions.disk, decisions.crash, decisions.file};
    if (decisions.choices.decide(key, Distribution::uniform(std::uint64_t{0}, std::uint64_t{1})) == 1) {
      durable_.resize(cached_.size());
    }
  }
  std::uint64_t settled = 0;  // up to here: two ranges may share a sector
  for (const ByteRange& range : dirty_.ranges()) {
    std::uint64_t begin = std::max(range.begin / sector_bytes * sector_bytes, settled);
    for (; begin < range.end; begin += sector_bytes) {
      settle_sector({begin, std::min<std::uint64_t>(begin + sector_bytes, cached_.size())}, decisions);
      settled = begin + sector_bytes;
    }
  }
}

void File::settle_sector(ByteRange sector, const CrashDecisions& decisions) {
  const std::uint32_t sector_bytes = decisions.sector_bytes;
  const std::uint64_t item = sector_item(decisions.file, sector.begin / sector_bytes);
  const auto key = [&](Purpose purpose) { return Key{purpose, decisions.disk, decisions.crash, item}; };
  const auto outcome =
      static_cast<SectorOutcome>(decisions.choices.decide(key(Purpose::sector_outcome), decisions.outcomes));
  ++decisions.came_out[static_cast<std::size_t>(outcome)];
  if (outcome == SectorOutcome::old) return;

  const std::uint64_t size = sector.end - sector.begin;
  if (durable_.size() < sector.end) durable_.resize(sector.end);
  std::uint64_t fresh = size;
  if (outcome == SectorOutcome::torn && sector_bytes > 1) {
    const std::uint64_t torn_at = decisions.choices.decide(
        key(Purpose::sector_tear), Distribution::uniform(std::uint64_t{1}, std::uint64_t{sector_bytes} - 1));
    // Where the last sector of a file is shorter, in proportion: how long it is must not change what is decided.
    fresh = size == sector_bytes ? torn_at : 1 + (torn_at - 1) * (size - 1) / (sector_bytes - 1);
  }
  if (outcome != SectorOutcome::garbage) {
    durable_.overwrite(sector.begin, cached_.view().substr(sector.begin, fresh));
    return;
  }
  const std::uint64_t seed = decisions.choices.decide(key(Purpose::sector_garbage),
                                                      Distribution::uniform(std::uint64_t{0}, ~std::uint64_t{0}));
  char* const garbage = durable_.own() + sector.begin;
  for (std::uint64_t i = 0; i < size; ++i) garbage[i] = static_cast<char>(scramble(seed + i) & 0xffU);
}

void File::flip(std::uint64_t offset, std::uint8_t mask, std::uint64_t version) {
  const auto& ranges = dirty_.ranges();
  const bool rewritten = std::any_of(ranges.begin(), ranges.end(), [&](const ByteRange& range) {
    return range.begin <= offset && offset < range.end;
  });
  char& damaged = durable_.own()[offset];
  damaged = static_cast<char>(static_cast<unsigned char>(damaged) ^ mask);
  if (!rewritten && offset < cached_.size()) cached_.own()[offset] = damaged;
  version_ = version;
  history_.add(version, offset);
}

void File::damage(std::uint64_t offset, std::string_view bytes) { medium().overwrite(offset, bytes); }

void File::rot(std::uint64_t offset, std::uint8_t mask) { medium().flip(offset, mask); }

void File::clear() {
  durable_ = {};
  diverged_ = false;
  medium_.reset();
  last_synced_from_ = 0;
  cached_.resize(0);
  dirty_.clear();
  truncated_to_ = not_truncated;
  version_ = 0;
  history_.clear();
}

}  // namespace raftsim::sim
