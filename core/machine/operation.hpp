// What clients ask of the replicated key-value store, and what it answers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/bytes.hpp"

namespace raftsim::core {

struct Key {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(Key, Key) = default;
};

enum class OperationKind : std::uint8_t {
  get,
  put,              // the key has `value` now
  append,           // `value` is added to the end of the key's value; to an empty one where there is none
  compare_and_set,  // the key has `value` now, if it had `expected` (present, with these bytes)
  erase,
};
inline constexpr std::size_t operation_kind_count = 5;
[[nodiscard]] const char* name_of(OperationKind kind);  // "get", "compare-and-set", ...

struct Operation {
  OperationKind kind = OperationKind::get;
  Key key;
  Bytes value = {};     // put, append, compare_and_set
  Bytes expected = {};  // compare_and_set
  friend bool operator==(const Operation&, const Operation&) = default;
};

// get: whether the key was there, and its value. compare_and_set: whether it took effect (`found`). erase: whether the
// key was there. put and append: found, no value.
struct Answer {
  bool found = false;
  Bytes value = {};
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace raftsim::core
