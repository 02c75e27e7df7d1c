// The content of a packet: any immutable value, shared between the packet and its duplicates. The simulator never
// inspects it; a reader names the type it expects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "sim/free_list.hpp"

namespace raftsim::sim {

// A reference-counted pointer to an immutable value of a type that only sender and receiver know. The count is not
// atomic: a world and its copies stay on one thread.
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
  // Null if it is empty or was made by of() from another type.
  template <class T>
  [[nodiscard]] const T* get_if() const {
    return base_ != nullptr && base_->type == &type_of<T> ? &static_cast<const Holder<T>*>(base_)->value : nullptr;
  }
  // Throws std::logic_error if it is empty or holds another type.
  template <class T>
  [[nodiscard]] const T& as() const {
    if (const T* value = get_if<T>()) return *value;
    throw std::logic_error("the packet carries a value of another type than its receiver expects");
  }

 private:
  template <class T>
  static constexpr char type_of = 0;  // its address identifies T
  struct Base {
    explicit Base(const char* held) : type(held) {}
    virtual ~Base() = default;
    const char* type;
    std::uint64_t references = 1;
  };
  template <class T>
  struct Holder final : Base {
    template <class Value>         // constructed only by of(), from a value
    explicit Holder(Value&& held)  // NOLINT(bugprone-forwarding-reference-overload)
        : Base(&type_of<T>), value(std::forward<Value>(held)) {}
    static void* operator new(std::size_t /*size*/) { return FreeList<sizeof(Holder)>::take(); }
    static void operator delete(void* block) { FreeList<sizeof(Holder)>::give(block); }
    T value;
  };
  explicit Payload(Base* base) : base_(base) {}
  Base* base_ = nullptr;
};

}  // namespace raftsim::sim
