// What a packet carries: any immutable value, shared between the packet and its duplicates. The simulator never looks
// in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "sim/free_list.hpp"

namespace raftsim::sim {

// A counted pointer to an immutable value of a type that only sender and receiver know. The count is not atomic: a
// world and its copies live on one thread.
class Payload {
 public:
  Payload() = default;
  template <class T>
  [[nodiscard]] static Payload of(T&& value) {
    return Payload(new Holder<std::remove_cvref_t<T>>(std::forward<T>(value)));
  }
  Payload(const Payload& other) noexcept : base_(other.base_) {
    if (base_ != nullptr) ++base_->references;
  }
  Payload(Payload&& other) noexcept : base_(std::exchange(other.base_, nullptr)) {}
  Payload& operator=(Payload other) noexcept {
    std::swap(base_, other.base_);
    return *this;
  }
  ~Payload() {
    if (base_ != nullptr && --base_->references == 0) delete base_;
  }
  explicit operator bool() const { return base_ != nullptr; }
  // Precondition: made by of<T>. The kind of the packet tells which T.
  template <class T>
  [[nodiscard]] const T& as() const {
    return static_cast<const Holder<T>*>(base_)->value;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    std::uint64_t references = 1;
  };
  template <class T>
  struct Holder final : Base {
    template <class Value>
    explicit Holder(Value&& held) : value(std::forward<Value>(held)) {}
    static void* operator new(std::size_t /*size*/) { return FreeList<sizeof(Holder)>::take(); }
    static void operator delete(void* block) { FreeList<sizeof(Holder)>::give(block); }
    T value;
  };
  explicit Payload(Base* base) : base_(base) {}
  Base* base_ = nullptr;
};

}  // namespace raftsim::sim
