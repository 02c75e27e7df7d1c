// What a file's medium holds where that differs from what its disk has promised.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sim/byte_ranges.hpp"
#include "sim/file_bytes.hpp"

namespace raftsim::sim {

// A disk that lies says of bytes that they are durable while they are in a cache of its own; bits rot, and a write lands
// where it should not, without anybody being told. Nobody notices before the bytes are read, which is when the machine
// comes up again. So the difference is kept here, apart from the image that the disk promised, until a crash.
class Medium {
 public:
  explicit Medium(FileBytes bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const FileBytes& bytes() const { return bytes_; }
  // Bytes in the disk's own cache: a crash settles them like those that were never synced.
  [[nodiscard]] const ByteRanges& owed() const { return owed_; }
  [[nodiscard]] std::uint64_t truncated_to() const { return truncated_to_; }
  [[nodiscard]] bool owes() const { return !owed_.empty() || truncated_to_ != not_truncated; }

  // An fsync that was a lie.
  void owe(const ByteRanges& ranges, std::uint64_t truncated_to) {
    for (const ByteRange& range : ranges.ranges()) owed_.add(range);
    truncated_to_ = std::min(truncated_to_, truncated_to);
  }
  // The file is cut: what was owed behind the end no longer is.
  void truncate(std::uint64_t length) { owed_.cut(length); }
  // An fsync that is honest: the ranges, and all that is owed, are as in `promised`.
  void receive(std::string_view promised, const ByteRanges& ranges) {
    for (const ByteRange& range : ranges.ranges()) owed_.add(range);
    bytes_.resize(promised.size());
    for (const ByteRange& range : owed_.ranges())
      overwrite(range.begin, promised.substr(range.begin, range.end - range.begin));
    owed_.clear();
    truncated_to_ = not_truncated;
  }
  // Damage, as far as the file reaches.
  void overwrite(std::uint64_t offset, std::string_view bytes) {
    if (offset < bytes_.size()) bytes_.overwrite(offset, bytes.substr(0, bytes_.size() - offset));
  }
  void flip(std::uint64_t offset, std::uint8_t mask) {
    if (offset >= bytes_.size()) return;
    char& damaged = bytes_.own()[offset];
    damaged = static_cast<char>(static_cast<unsigned char>(damaged) ^ mask);
  }

 private:
  static constexpr std::uint64_t not_truncated = ~std::uint64_t{0};
  FileBytes bytes_;
  ByteRanges owed_;
  std::uint64_t truncated_to_ = not_truncated;
};

}  // namespace raftsim::sim
