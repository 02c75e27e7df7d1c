// The names of a trace's enumerators in JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/message.hpp"
#include "core/observation.hpp"
#include "sim/disk_operation.hpp"
#include "sim/event.hpp"

namespace raftsim::checkers {

[[nodiscard]] const char* name_of(core::EntryKind kind);

// The value named `word`; std::nullopt if there is none.
template <class Enumeration>
[[nodiscard]] std::optional<Enumeration> named(std::string_view word);
template <>
[[nodiscard]] std::optional<sim::EventKind> named(std::string_view word);
template <>
[[nodiscard]] std::optional<sim::DiskOperationKind> named(std::string_view word);
template <>
[[nodiscard]] std::optional<sim::DiskError> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::ObservationKind> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::Reason> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::Role> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::ProgressState> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::EntryKind> named(std::string_view word);
template <>
[[nodiscard]] std::optional<core::MessageKind> named(std::string_view word);

}  // namespace raftsim::checkers
