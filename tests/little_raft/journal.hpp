// The file format of the little Raft: one file of lines, only ever added to. Each line is a record, with the checksum
// of what follows it in front: "T term vote", or "E index term bytes-in-hexadecimal". An entry replaces what stood at
// its index and after it. What is written at once fills whole sectors, with empty lines at its end: a crash may spoil a
// sector that was being written, and what it held before along with it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace little_raft {

using raftsim::core::Index;
using raftsim::core::ServerId;
using raftsim::core::Term;

inline constexpr std::uint64_t journal_file = 1;

struct Entry {
  Term term;
  std::string bytes;  // empty: the entry that a new leader begins its term with
  friend bool operator==(const Entry&, const Entry&) = default;
};

// What a server keeps over a crash.
struct Kept {
  Term term;
  ServerId vote;
  std::vector<Entry> log;  // from index 1 on
  std::size_t bytes = 0;   // of the journal, up to the last whole record and the empty lines after it
};

[[nodiscard]] std::string term_record(Term term, ServerId vote);
[[nodiscard]] std::string entry_record(Index index, const Entry& entry);
// Reads on from kept.bytes, up to the first record that is torn or damaged.
void read_journal(std::string_view bytes, Kept& kept);

// Bytes as letters, and back.
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string from_hex(std::string_view letters);

}  // namespace little_raft
