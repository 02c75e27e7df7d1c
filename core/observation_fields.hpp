// The fields of each observation by name, defined once for all code that writes, reads, compares or digests them.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <variant>

#include "core/observation.hpp"

namespace raftsim::core {

// An observation of that kind with all fields empty.
[[nodiscard]] Observed blank(ObservationKind kind);

template <class Said, class What>
concept Is = std::same_as<std::remove_const_t<Said>, What>;

// Calls `visit(name, value)` for each field, with a reference to it. The first index is the one that the observation is
// about. `visit.optional(name, value)` is called for a field that may be no server or no command.
template <class Visit>
void for_each_field(Is<Booted> auto& said, Visit& visit) {
  visit("index", said.last);
  visit("term", said.term);
  visit("vote", said.vote);
  visit("snapshot_index", said.snapshot);
}
template <class Visit>
void for_each_field(Is<BecameRole> auto& said, Visit& visit) {
  visit("role", said.role);
  visit("term", said.term);
}
template <class Visit>
void for_each_field(Is<AdoptedTerm> auto& said, Visit& visit) {
  visit("term", said.term);
}
template <class Visit>
void for_each_field(Is<GrantedVote> auto& said, Visit& visit) {
  visit("term", said.term);
  visit("candidate", said.candidate);
}
template <class Visit>
void for_each_field(Is<ReceivedVote> auto& said, Visit& visit) {
  visit("term", said.term);
  visit("voter", said.voter);
}
template <class Visit>
void for_each_field(Is<Proposed> auto& said, Visit& visit) {
  visit("index", said.index);
}
template <class Visit>
void for_each_field(Is<Appended> auto& said, Visit& visit) {
  visit("index", said.position.index);
  visit("term", said.position.term);
  visit("digest", said.entry);
}
template <class Visit>
void for_each_field(Is<Truncated> auto& said, Visit& visit) {
  visit("index", said.first);
}
template <class Visit>
void for_each_field(Is<Stored> auto& said, Visit& visit) {
  visit("index", said.last);
}
template <class Visit>
void for_each_field(Is<AdvancedCommit> auto& said, Visit& visit) {
  visit("index", said.index);
}
template <class Visit>
void for_each_field(Is<Applied> auto& said, Visit& visit) {
  visit("index", said.position.index);
  visit("term", said.position.term);
  visit("digest", said.entry);
  visit("machine", said.machine);
  visit.optional("command", said.command);
  visit("took_effect_at", said.effect);
}
template <class Visit>
void for_each_field(Is<MovedProgress> auto& said, Visit& visit) {
  visit("follower", said.follower);
  visit("match_index", said.match);
  visit("next_index", said.next);
  visit("state", said.state);
}
template <class Visit>
void for_each_field(Is<Ignored> auto& said, Visit& visit) {
  visit.optional("from", said.from);
}
template <class Visit>
void for_each_field(Is<RejectedAppend> auto& said, Visit& visit) {
  visit("leader", said.leader);
  visit("previous", said.previous);
  visit("hint", said.hint);
}
template <class Visit>
void for_each_field(Is<Configured> auto& said, Visit& visit) {
  visit("index", said.index);
  visit("configuration", said.configuration);
}
template <class Visit>
void for_each_field(Is<TookSnapshot> auto& said, Visit& visit) {
  visit("last_index", said.last.index);
  visit("last_term", said.last.term);
  visit("digest", said.snapshot);
  visit("machine", said.machine);
}
template <class Visit>
void for_each_field(Is<InstalledSnapshot> auto& said, Visit& visit) {
  visit("leader", said.leader);
  visit("last_index", said.last.index);
  visit("last_term", said.last.term);
  visit("log_last_index", said.log_last);
  visit("digest", said.snapshot);
  visit("machine", said.machine);
}
template <class Visit>
void for_each_field(Is<Compacted> auto& said, Visit& visit) {
  visit("base_index", said.base.index);
  visit("base_term", said.base.term);
}
template <class Visit>
void for_each_field(Is<Transferring> auto& said, Visit& visit) {
  visit("successor", said.successor);
}
template <class Visit>
void for_each_field(Is<ReadConfirmed> auto& said, Visit& visit) {
  visit.optional("asker", said.asker);
  visit("index", said.index);
  visit("read", said.read);
}
template <class Visit>
void for_each_field(Is<CaughtUp> auto& said, Visit& visit) {
  visit("learner", said.learner);
  visit("match_index", said.match);
}

namespace detail {

// Feeds every field to the sink as a number. The digest of an entry covers the command in it.
template <class Sink>
struct FieldNumbers {
  Sink& sink;
  void operator()(const char* /*name*/, Term term) const { sink(term.value); }
  void operator()(const char* /*name*/, Index index) const { sink(index.value); }
  void operator()(const char* /*name*/, ServerId server) const { sink(std::uint64_t{server.value}); }
  void operator()(const char* /*name*/, Role role) const { sink(static_cast<std::uint64_t>(role)); }
  void operator()(const char* /*name*/, ProgressState state) const { sink(static_cast<std::uint64_t>(state)); }
  void operator()(const char* /*name*/, Digest digest) const { sink(digest); }
  void operator()(const char* /*name*/, ReadNumber read) const { sink(read.value); }
  void operator()(const char* /*name*/, const Configuration& configuration) const { sink(configuration.digest()); }
  void optional(const char* name, ServerId server) const { (*this)(name, server); }
  void optional(const char* /*name*/, const CommandName& /*command*/) const {}
};

}  // namespace detail

// The whole content of an observation as a sequence of numbers, for a run's fingerprint.
template <class Sink>
void feed(const Observation& said, Sink&& sink) {
  sink(std::uint64_t{said.server.value} << 16U | static_cast<std::uint64_t>(said.reason) << 8U |
       static_cast<std::uint64_t>(said.kind()));
  const detail::FieldNumbers<std::remove_reference_t<Sink>> numbers{sink};
  std::visit([&](const auto& what) { for_each_field(what, numbers); }, said.what);
}

}  // namespace raftsim::core
