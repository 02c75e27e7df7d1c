// The encoding of commands and snapshots of the machine: consecutive little-endian numbers without padding.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/little_endian.hpp"

namespace raftsim::core {

// Does not check for space: the caller has computed the size before.
class Encoder {
 public:
  explicit Encoder(char* to) : to_(to) {}
  void u8(std::uint8_t value) { *to_++ = static_cast<char>(value); }
  void u32(std::uint32_t value) {
    store_u32(to_, value);
    to_ += sizeof value;
  }
  void u64(std::uint64_t value) {
    store_u64(to_, value);
    to_ += sizeof value;
  }
  void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
  void bytes(std::string_view content) {
    if (!content.empty()) std::memcpy(to_, content.data(), content.size());
    to_ += content.size();
  }

 private:
  char* to_;
};

// Reads untrusted bytes: past the end it returns zeros, and ok() is false from then on.
class Decoder {
 public:
  explicit Decoder(std::string_view from) : left_(from) {}
  std::uint8_t u8() {
    const auto at = bytes(1);
    return at.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(at[0]);
  }
  std::uint32_t u32() {
    const auto at = bytes(4);
    return at.empty() ? 0 : load_u32(at.data());
  }
  std::uint64_t u64() {
    const auto at = bytes(8);
    return at.empty() ? 0 : load_u64(at.data());
  }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  std::string_view bytes(std::size_t size) {
    if (size > left_.size()) {
      ok_ = false;
      left_ = {};
      return {};
    }
    const auto result = left_.substr(0, size);
    left_.remove_prefix(size);
    return result;
  }
  std::string_view rest() { return bytes(left_.size()); }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return ok_ && left_.empty(); }

 private:
  std::string_view left_;
  bool ok_ = true;
};

}  // namespace raftsim::core
