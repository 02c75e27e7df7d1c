#include "little_raft/journal.hpp"

#include <cstdint>
#include <sstream>
#include <utility>

namespace little_raft {

namespace {

// FNV-1a, 64 bits (Fowler, Noll and Vo).
std::uint64_t checksum(std::string_view text) {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const char letter : text) sum = (sum ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
  return sum;
}

// Returns whether it was whole.
bool read_record(std::string_view line, Kept& kept) {
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos || line.substr(0, blank) != std::to_string(checksum(line.substr(blank + 1)))) {
    return false;
  }
  std::istringstream words{std::string(line.substr(blank + 1))};
  char kind = 0;
  words >> kind;
  if (kind == 'T') {
    words >> kept.term.value >> kept.vote.value;
    return true;
  }
  std::uint64_t index = 0;
  Entry entry;
  std::string letters;
  words >> index >> entry.term.value >> letters;
  entry.bytes = from_hex(letters);
  kept.log.resize(index - 1);
  kept.log.push_back(std::move(entry));
  return true;
}

std::string record(const std::string& text) { return std::to_string(checksum(text)) + " " + text + "\n"; }

}  // namespace

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string letters = "x";  // so that no bytes are a word, too
  for (const char byte : bytes) {
    letters += digits[static_cast<unsigned char>(byte) >> 4U];
    letters += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return letters;
}

std::string from_hex(std::string_view letters) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 1; i + 1 < letters.size(); i += 2) {
    bytes += static_cast<char>(value(letters[i]) * 16 + value(letters[i + 1]));
  }
  return bytes;
}

std::string term_record(Term term, ServerId vote) {
  return record("T " + std::to_string(term.value) + " " + std::to_string(vote.value));
}

std::string entry_record(Index index, const Entry& entry) {
  return record("E " + std::to_string(index.value) + " " + std::to_string(entry.term.value) + " " +
                to_hex(entry.bytes));
}

void read_journal(std::string_view bytes, Kept& kept) {
  for (auto end = bytes.find('\n', kept.bytes); end != std::string_view::npos; end = bytes.find('\n', kept.bytes)) {
    const std::string_view line = bytes.substr(kept.bytes, end - kept.bytes);
    if (!line.empty() && !read_record(line, kept)) return;
    kept.bytes = end + 1;
  }
}

}  // namespace little_raft
