// A pointer to a value that its copies share, usually an immutable one. It is reference-counted without atomics, so it
// must stay on one thread at a time.
#pragma once

#include <cstdint>
#include <utility>

namespace raftsim::core {

// std::shared_ptr pays an atomic increment for each copy of a message; a run stays on one worker and needs none.
template <class T>
class Shared {
 public:
  Shared() = default;
  Shared(const Shared& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  Shared(Shared&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Shared& operator=(Shared other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Shared() {
    if (block_ != nullptr && --block_->references == 0) delete block_;
  }

  explicit operator bool() const { return block_ != nullptr; }
  T& operator*() const { return block_->value; }
  T* operator->() const { return &block_->value; }
  // Whether another pointer refers to the same value.
  [[nodiscard]] bool is_shared() const { return block_ != nullptr && block_->references > 1; }
  // Compares by value: both null, or both of equal content.
  friend bool operator==(const Shared& a, const Shared& b) { return a.block_ == b.block_ || (a && b && *a == *b); }

  template <class U, class... Arguments>
  friend Shared<U> make_shared_value(Arguments&&... arguments);

 private:
  struct Block {
    template <class... Arguments>
    explicit Block(Arguments&&... arguments) : value(std::forward<Arguments>(arguments)...) {}
    std::uint64_t references = 1;
    T value;
  };
  Block* block_ = nullptr;
};

template <class U, class... Arguments>
[[nodiscard]] Shared<U> make_shared_value(Arguments&&... arguments) {
  Shared<U> result;
  result.block_ = new typename Shared<U>::Block(std::forward<Arguments>(arguments)...);
  return result;
}

}  // namespace raftsim::core
