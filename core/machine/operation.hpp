// The operations of the replicated key-value store, and their answers.
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
  put,              // sets the key to `value`
  append,           // appends `value` to the key's value; a missing key counts as empty
  compare_and_set,  // sets the key to `value` if it exists with value `expected`
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

// get: whether the key existed, and its value. compare_and_set: whether it took effect (`found`). erase: whether the
// key existed. put and append: found, no value.
struct Answer {
  bool found = false;
  Bytes value = {};
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace raftsim::core
