#include "tools/inspect/cluster_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <variant>

#include "core/observation_fields.hpp"

namespace raftsim::tools {

namespace {

char letter(core::Role role) {
  switch (role) {
    case core::Role::follower:
      return 'F';
    case core::Role::pre_candidate:
      return 'P';
    case core::Role::candidate:
      return 'C';
    case core::Role::leader:
      return 'L';
  }
  return '?';
}

}  // namespace

std::string ServerCell::text() const {
  if (power == Power::off) return incarnation == 0 ? "-" : "down";
  const std::string state = fmt::format("{}{} {}/{}", letter(role), term.value, last.value, commit_index.value);
  return power == Power::paused ? "(" + state + ")" : state;
}

namespace {

// Whether each server that an observation names is one of the first `count`, or nobody.
class NamesKnownServers {
 public:
  explicit NamesKnownServers(std::size_t count) : count_(count) {}
  [[nodiscard]] bool result() const { return result_; }
  template <class Value>
  void operator()(const char* /*key*/, const Value& value) {
    if constexpr (std::same_as<Value, core::ServerId>) {
      if (value.value > count_) result_ = false;
    } else if constexpr (std::same_as<Value, core::Configuration>) {
      if (!(value.members() - core::ServerSet::first(count_)).empty()) result_ = false;
    }
  }
  template <class Value>
  void optional(const char* key, const Value& value) {
    (*this)(key, value);
  }

 private:
  std::size_t count_;
  bool result_ = true;
};

}  // namespace

bool ClusterState::knows_all_of(const core::Observation& said) const {
  if (!knows(said.server)) return false;
  const auto* moved = said.get_if<core::MovedProgress>();
  if (moved != nullptr && !knows(moved->follower)) return false;
  NamesKnownServers names(std::min(view_.size(), core::max_servers));
  std::visit([&](const auto& what) { core::for_each_field(what, names); }, said.what);
  return names.result();
}

void ClusterState::apply(const checkers::TracedEvent& event) {
  if (event.host.value < view_.size()) {
    Power& power = powers_[event.host.value];
    if (event.crashed) {
      power = Power::off;
      view_.crash({static_cast<std::uint16_t>(event.host.value + 1)});
    }
    if (event.kind == sim::EventKind::restart && !event.stale) {
      power = Power::on;
      incarnations_[event.host.value] = event.incarnation;
    }
    if (event.kind == sim::EventKind::resume && !event.stale) power = Power::on;
    for (const core::Observation& said : event.observations) {
      if (knows_all_of(said)) view_.take(said);
    }
  }
  for (const checkers::TracedFault& fault : event.faults) apply(fault);
}

void ClusterState::apply(const checkers::TracedFault& fault) {
  if (fault.host.value >= view_.size()) return;
  Power& power = powers_[fault.host.value];
  if (fault.action == "crash") {
    power = Power::off;
    view_.crash({static_cast<std::uint16_t>(fault.host.value + 1)});
  }
  if (fault.action == "pause" && power == Power::on) power = Power::paused;
}

std::vector<ServerCell> ClusterState::servers() const {
  std::vector<ServerCell> result;
  for (std::size_t i = 0; i < view_.size(); ++i) {
    const auto& state = view_.of({static_cast<std::uint16_t>(i + 1)});
    result.push_back(
        {powers_[i], state.role, state.hard_state.term, state.last_index, state.commit_index, incarnations_[i]});
  }
  return result;
}

const checkers::ProgressView* ClusterState::progress(core::ServerId leader, core::ServerId follower) const {
  return knows(leader) && knows(follower) ? view_.progress(leader, follower) : nullptr;
}

}  // namespace raftsim::tools
