// The sequential specification of one key. Written independently, as a second opinion on the machine that servers run.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/hash.hpp"
#include "core/machine/operation.hpp"

namespace raftsim::checkers {

class KeyModel {
 public:
  KeyModel() = default;
  explicit KeyModel(std::optional<std::string> value) : value_(std::move(value)) {}

  // Carries out `asked` and returns the required answer.
  core::Answer apply(const core::Operation& asked) {
    using Kind = core::OperationKind;
    const bool was_there = value_.has_value();
    switch (asked.kind) {
      case Kind::get:
        return {was_there, core::Bytes(value_.value_or(""))};
      case Kind::put:
        value_ = asked.value.view();
        return {true, {}};
      case Kind::append:
        value_ = value_.value_or("").append(asked.value.view());
        return {true, {}};
      case Kind::compare_and_set:
        if (!was_there || *value_ != asked.expected.view()) return {false, {}};
        value_ = asked.value.view();
        return {true, {}};
      case Kind::erase:
        value_.reset();
        return {was_there, {}};
    }
    return {};
  }

  [[nodiscard]] const std::optional<std::string>& value() const { return value_; }
  [[nodiscard]] core::Digest digest() const { return value_ ? core::digest_of(*value_, 1) : 0; }
  friend bool operator==(const KeyModel&, const KeyModel&) = default;

 private:
  std::optional<std::string> value_;  // std::nullopt: the key does not exist
};

}  // namespace raftsim::checkers
