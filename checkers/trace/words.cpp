#include "checkers/trace/words.hpp"

namespace raftsim::checkers {

namespace {

template <class Enumeration>
std::optional<Enumeration> find(std::string_view word, Enumeration last, const char* (*name)(Enumeration)) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    const auto value = static_cast<Enumeration>(i);
    if (word == name(value)) return value;
  }
  return std::nullopt;
}

template <class Enumeration>
constexpr Enumeration last_of(std::size_t count) {
  return static_cast<Enumeration>(count - 1);
}

}  // namespace

const char* name_of(core::EntryKind kind) {
  switch (kind) {
    case core::EntryKind::command:
      return "command";
    case core::EntryKind::no_op:
      return "no-op";
    case core::EntryKind::configuration:
      return "configuration";
  }
  return "?";
}

template <>
std::optional<sim::EventKind> named(std::string_view word) {
  return find(word, last_of<sim::EventKind>(sim::event_kind_count), &sim::name_of);
}
template <>
std::optional<sim::DiskOperationKind> named(std::string_view word) {
  return find(word, last_of<sim::DiskOperationKind>(sim::disk_operation_kind_count), &sim::name_of);
}
template <>
std::optional<sim::DiskError> named(std::string_view word) {
  return find(word, sim::DiskError::no_space, &sim::name_of);
}
template <>
std::optional<core::ObservationKind> named(std::string_view word) {
  return find(word, last_of<core::ObservationKind>(core::observation_kind_count), &core::name_of);
}
template <>
std::optional<core::Reason> named(std::string_view word) {
  return find(word, last_of<core::Reason>(core::reason_count), &core::describe);
}
template <>
std::optional<core::Role> named(std::string_view word) {
  return find(word, core::Role::leader, &core::name_of);
}
template <>
std::optional<core::ProgressState> named(std::string_view word) {
  return find(word, core::ProgressState::snapshot, &core::name_of);
}
template <>
std::optional<core::EntryKind> named(std::string_view word) {
  return find(word, core::EntryKind::configuration, &checkers::name_of);
}
template <>
std::optional<core::MessageKind> named(std::string_view word) {
  return find(word, last_of<core::MessageKind>(core::message_kind_count), &core::name_of);
}

}  // namespace raftsim::checkers
