// A value whose copies share it until one of them is changed.
#pragma once

#include <cstdint>
#include <utility>

namespace raftsim::sim {

// For large parts of a world that most copies never change. Reference-counted without atomics: a world and its copies
// stay on one thread.
template <class T>
class CopyOnWrite {
 public:
  CopyOnWrite() : block_(new Block) {}
  CopyOnWrite(const CopyOnWrite& other) noexcept : block_(other.block_) { ++block_->references; }
  CopyOnWrite(CopyOnWrite&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  CopyOnWrite& operator=(CopyOnWrite other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~CopyOnWrite() {
    if (block_ != nullptr && --block_->references == 0) delete block_;
  }

  // A moved-from object has no value: it can only be assigned to and destroyed.
  [[nodiscard]] const T& operator*() const { return block_->value; }
  [[nodiscard]] const T* operator->() const { return &block_->value; }
  // A mutable reference. Valid until this value is copied.
  [[nodiscard]] T& edit() {
    if (block_->references > 1) *this = CopyOnWrite(new Block{.value = block_->value});
    return block_->value;
  }

 private:
  struct Block {
    std::uint64_t references = 1;
    T value = {};
  };
  explicit CopyOnWrite(Block* block) : block_(block) {}
  Block* block_;
};

}  // namespace raftsim::sim
