// The bytes of a file as a value. Copies share them and then diverge independently.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace raftsim::sim {

// Page cache and medium usually hold the same bytes, one of them a few more; so do the disks of a world and of its
// copies. The first owner to append writes into the shared block: the others see no more of it than their own size. All
// other changes are made in a copy of the block, unless it has no other owner. Reference-counted without atomics: a
// world and its copies stay on one thread.
class FileBytes {
 public:
  FileBytes() = default;
  FileBytes(const FileBytes& other) noexcept : block_(other.block_), size_(other.size_) {
    if (block_ != nullptr) ++block_->references;
  }
  FileBytes(FileBytes&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  FileBytes& operator=(FileBytes other) noexcept {
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~FileBytes() {
    if (block_ != nullptr && --block_->references == 0) ::operator delete(block_);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view view() const { return {block_ == nullptr ? "" : block_->bytes(), size_}; }
  [[nodiscard]] bool shares_with(const FileBytes& other) const { return block_ == other.block_; }

  // `bytes` must not point into this value.
  void append(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(extend(bytes.size()), bytes.data(), bytes.size());
  }
  // Precondition: offset + bytes.size() <= size().
  void overwrite(std::size_t offset, std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(own() + offset, bytes.data(), bytes.size());
  }
  // The mutable bytes. Valid until this value is copied or changed in another way. Precondition: size() > 0.
  [[nodiscard]] char* own() {
    if (block_->references > 1) move_to_block(size_);
    return block_->bytes();
  }
  // Truncates, or appends zeros.
  void resize(std::size_t size) {
    if (size > size_) {
      const std::size_t added = size - size_;
      std::memset(extend(added), 0, added);
    }
    size_ = size;
  }

 private:
  struct Block {
    std::uint64_t references = 1;
    std::size_t used = 0;  // by its longest owner
    std::size_t capacity = 0;
    [[nodiscard]] char* bytes() { return reinterpret_cast<char*>(this + 1); }
  };
  // Extends the value by `added` bytes; returns where they begin.
  [[nodiscard]] char* extend(std::size_t added) {
    const std::size_t size = size_ + added;
    if (block_ != nullptr && block_->references == 1) block_->used = size_;
    if (block_ == nullptr || block_->used != size_ || size > block_->capacity) {
      // Grows by half: if two files grow one after the other, the first keeps its unused capacity.
      move_to_block(std::max({size, size_ + size_ / 2, least_capacity}));
    }
    char* const room = block_->bytes() + size_;
    block_->used = size_ = size;
    return room;
  }
  void move_to_block(std::size_t capacity) {
    auto* const block = new (::operator new(sizeof(Block) + capacity)) Block{.used = size_, .capacity = capacity};
    if (size_ > 0) std::memcpy(block->bytes(), block_->bytes(), size_);
    *this = FileBytes(block, size_);
  }
  FileBytes(Block* block, std::size_t size) : block_(block), size_(size) {}

  static constexpr std::size_t least_capacity = 512;
  Block* block_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace raftsim::sim
