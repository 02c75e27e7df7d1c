// An immutable string of bytes as a value. Short strings are stored inline, longer ones are shared between copies.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/hash.hpp"

namespace raftsim::core {

// The payload of an entry. Copies of a long payload share one block, reference-counted without atomics: a value of this
// type and its copies belong to one thread at a time (each run of the simulator stays on one worker).
class Bytes {
 public:
  static constexpr std::size_t inline_capacity = 20;

  Bytes() = default;
  explicit Bytes(std::string_view content) {
    char* to = make_room(content.size());
    if (!content.empty()) std::memcpy(to, content.data(), content.size());
  }
  // A value of `size` bytes. `fill(char*)` must write all of them in place.
  template <class Fill>
  [[nodiscard]] static Bytes filled(std::size_t size, const Fill& fill) {
    Bytes result;
    fill(result.make_room(size));
    return result;
  }
  Bytes(const Bytes& other) noexcept { copy_from(other); }
  Bytes(Bytes&& other) noexcept { swap(other); }
  Bytes& operator=(const Bytes& other) noexcept {
    if (this != &other) {
      release();
      copy_from(other);
    }
    return *this;
  }
  Bytes& operator=(Bytes&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Bytes() { release(); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view view() const {
    return {is_inline() ? storage_ : reinterpret_cast<const char*>(block() + 1), size_};
  }
  // digest_of(view()). A shared block caches it, because an entry is sent, appended and applied many times.
  [[nodiscard]] Digest digest() const {
    if (is_inline()) return digest_of(view());
    Digest& known = block()->digest;
    if (known == not_known) known = digest_of(view());
    return known;
  }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.view() == b.view(); }

 private:
  static constexpr Digest not_known = 0;  // a digest of this value is recomputed each time
  struct Block {
    std::uint64_t references;
    Digest digest;
  };

  [[nodiscard]] bool is_inline() const { return size_ <= inline_capacity; }
  [[nodiscard]] Block* block() const {
    Block* result = nullptr;
    std::memcpy(&result, storage_, sizeof result);
    return result;
  }
  void set_block(Block* block) { std::memcpy(storage_, &block, sizeof block); }
  // Precondition: *this is empty.
  [[nodiscard]] char* make_room(std::size_t size) {
    size_ = static_cast<std::uint32_t>(size);
    if (is_inline()) return storage_;
    auto* block = static_cast<Block*>(::operator new(sizeof(Block) + size));
    block->references = 1;
    block->digest = not_known;
    set_block(block);
    return reinterpret_cast<char*>(block + 1);
  }
  void copy_from(const Bytes& other) {
    size_ = other.size_;
    std::memcpy(storage_, other.storage_, sizeof storage_);
    if (!is_inline()) ++block()->references;
  }
  void release() {
    if (!is_inline() && --block()->references == 0) ::operator delete(block());
  }
  void swap(Bytes& other) noexcept {
    std::swap(size_, other.size_);
    std::swap(storage_, other.storage_);
  }

  std::uint32_t size_ = 0;
  char storage_[inline_capacity] = {};
};

}  // namespace raftsim::core
