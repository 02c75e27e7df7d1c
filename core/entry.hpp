// Entries of the replicated log, and immutable batches of entries that messages and the disk share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/shared.hpp"
#include "core/types.hpp"

namespace raftsim::core {

enum class EntryKind : std::uint8_t {
  command,  // a client's command, opaque to Raft
  no_op,    // appended by a new leader so that it has an entry of its own term to commit (dissertation, section 6.4)
  configuration,  // cluster membership, in force as soon as it is appended (dissertation, section 4.1)
};

struct Entry {
  Term term;
  EntryKind kind = EntryKind::command;
  Bytes payload;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// A digest of an entry's whole content. Two entries are considered equal if their digests are equal.
[[nodiscard]] inline Digest digest_of(Term term, EntryKind kind, Digest payload) {
  return mix(payload, term.value << 2U | static_cast<std::uint64_t>(kind));
}
[[nodiscard]] inline Digest digest_of(Term term, EntryKind kind, std::string_view payload) {
  return digest_of(term, kind, digest_of(payload));
}
[[nodiscard]] inline Digest digest_of(const Entry& entry) {
  return digest_of(entry.term, entry.kind, entry.payload.digest());
}

// Consecutive entries, immutable once built. The leader's messages to several followers, their duplicates in the
// network and copies of a whole world share one batch.
class EntryBatch {
 public:
  EntryBatch() = default;
  explicit EntryBatch(std::vector<Entry> entries)
      : entries_(entries.empty() ? Shared<const std::vector<Entry>>()
                                 : make_shared_value<const std::vector<Entry>>(std::move(entries))) {}
  [[nodiscard]] std::span<const Entry> view() const {
    return entries_ ? std::span<const Entry>(*entries_) : std::span<const Entry>();
  }
  [[nodiscard]] std::size_t size() const { return view().size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  friend bool operator==(const EntryBatch& a, const EntryBatch& b) {
    return std::equal(a.view().begin(), a.view().end(), b.view().begin(), b.view().end());
  }

 private:
  Shared<const std::vector<Entry>> entries_;
};

// An entry on the wire: a header of term, kind and length, then the payload.
inline constexpr std::size_t entry_header_bytes = 16;
[[nodiscard]] inline std::size_t wire_size(const Entry& entry) { return entry_header_bytes + entry.payload.size(); }

}  // namespace raftsim::core
