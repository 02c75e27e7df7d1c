#include "tools/inspect/narration.hpp"

#include <fmt/format.h>

#include <span>
#include <variant>

#include "scenarios/cluster/script/script_run.hpp"
#include "tools/inspect/observed_index.hpp"

namespace raftsim::tools {

using checkers::TracedEvent;
using checkers::TracedPacket;
using core::Observation;
using core::ObservationKind;

namespace {

std::string name(core::ServerId server) {
  return server == core::no_server ? "nobody" : fmt::format("S{}", server.value);
}

std::string position_text(const core::LogPosition& position) {
  return fmt::format("{}/t{}", position.index.value, position.term.value);
}

// "12" or "12..14".
std::string range_text(core::Index first, core::Index last) {
  return first == last ? fmt::format("{}", first.value) : fmt::format("{}..{}", first.value, last.value);
}

// "3" or "3 -> 1", and "BACK" when the number fell.
std::string change_text(std::uint64_t before, std::uint64_t after) {
  if (before == after) return fmt::format("{}", after);
  return fmt::format("{} -> {}{}", before, after, after < before ? " BACK" : "");
}

// "S1, S2, S3"
std::string names(core::ServerSet servers) {
  std::string text;
  for (const core::ServerId server : servers) text += (text.empty() ? "" : ", ") + name(server);
  return text;
}

// "S1, S2, S3", "S1, S2 from S1, S3, learning S4"
std::string configuration_text(const core::Configuration& configuration) {
  std::string text = names(configuration.voters);
  if (configuration.joint()) text += " from " + names(configuration.outgoing);
  if (!configuration.learners.empty()) text += ", learning " + names(configuration.learners);
  return text;
}

std::string content_text(const core::RequestVote& request) { return " last " + position_text(request.last); }
std::string content_text(const core::RequestVoteReply& reply) { return reply.granted ? " granted" : " denied"; }
std::string content_text(const checkers::TracedAppendEntries& request) {
  std::string text = " prev " + position_text(request.previous);
  if (!request.entries.empty()) text += fmt::format(" +{}", request.entries.size());
  return text + fmt::format(" commit {}", request.leader_commit.value);
}
std::string content_text(const core::AppendEntriesReply& reply) {
  std::string text = fmt::format(" prev {} +{}", reply.previous.value, reply.count);
  if (reply.success) return text + fmt::format(" ok, matches {}", reply.previous.value + reply.count);
  return text + fmt::format(" rejected, conflict {}, last {}", position_text(reply.conflict), reply.last_index.value);
}
std::string content_text(const checkers::TracedInstallSnapshot& request) {
  return fmt::format(" up to {}, bytes {}+{} of {}", position_text(request.snapshot.last), request.offset, request.size,
                     request.snapshot.bytes);
}
std::string content_text(const core::InstallSnapshotReply& reply) {
  return fmt::format(" up to {} +{}, {}", reply.last.value, reply.offset,
                     reply.installed ? "installed" : fmt::format("has {}", reply.next_offset));
}
std::string content_text(const core::TimeoutNow& /*order*/) { return ""; }
std::string content_text(const core::ReadIndex& request) { return fmt::format(" read {:x}", request.read); }
std::string content_text(const core::ReadIndexReply& reply) {
  return fmt::format(" read {:x} {}", reply.read,
                     reply.confirmed ? fmt::format("at {}", reply.index.value) : "not confirmed");
}
std::string content_text(const std::vector<checkers::TracedField>& fields) {
  std::string text;
  for (const checkers::TracedField& field : fields) {
    text += fmt::format(" {} ", field.name);
    std::visit([&](const auto& value) { text += fmt::format("{}", value); }, field.value);
  }
  return text;
}

// --- what was said ---

// Words each kind. A run is several observations of one kind about consecutive indexes; `last` is the last of them.
class Telling {
 public:
  Telling(core::ServerId server, core::Index last, const ClusterState& before)
      : server_(server), last_(last), before_(before) {}

  std::string operator()(const core::Booted& said) const {
    return fmt::format("boots: term {}, voted for {}, log up to {}", said.term.value, name(said.vote), said.last.value);
  }
  std::string operator()(const core::BecameRole& said) const {
    return fmt::format("becomes {} of term {}", core::name_of(said.role), said.term.value);
  }
  std::string operator()(const core::AdoptedTerm& said) const { return fmt::format("adopts term {}", said.term.value); }
  std::string operator()(const core::GrantedVote& said) const { return "votes for " + name(said.candidate); }
  std::string operator()(const core::ReceivedVote& said) const { return "counts the vote of " + name(said.voter); }
  std::string operator()(const core::Proposed& said) const {
    return "takes a command as " + range_text(said.index, last_);
  }
  std::string operator()(const core::Appended& said) const {
    return "appends " + range_text(said.position.index, last_);
  }
  std::string operator()(const core::Truncated& said) const {
    return fmt::format("truncates from {}", said.first.value);
  }
  std::string operator()(const core::Stored& said) const { return fmt::format("durable up to {}", said.last.value); }
  std::string operator()(const core::AdvancedCommit& said) const {
    return fmt::format("commits up to {}", said.index.value);
  }
  std::string operator()(const core::Applied& said) const {
    return "applies " + range_text(said.position.index, last_);
  }
  std::string operator()(const core::MovedProgress& said) const {
    const checkers::ProgressView* view = before_.progress(server_, said.follower);
    std::string text = name(said.follower) + ": ";
    if (view == nullptr) {
      text += fmt::format("match {} next {}", said.match.value, said.next.value);
    } else {
      text += fmt::format("match {} next {}", change_text(view->match.value, said.match.value),
                          change_text(view->next.value, said.next.value));
    }
    if (view == nullptr || view->state != said.state) text += fmt::format(", {}", core::name_of(said.state));
    return text;
  }
  std::string operator()(const core::Ignored& /*said*/) const { return "ignores it"; }
  std::string operator()(const core::RejectedAppend& said) const {
    return fmt::format("rejects: previous {}, hint {}", said.previous.value, said.hint.value);
  }
  std::string operator()(const core::Configured& said) const {
    if (said.configuration.empty()) return "knows of no cluster yet";
    return fmt::format("is in a cluster of {} since {}", configuration_text(said.configuration), said.index.value);
  }
  std::string operator()(const core::TookSnapshot& said) const {
    return fmt::format("takes a snapshot up to {}", said.last.index.value);
  }
  std::string operator()(const core::InstalledSnapshot& said) const {
    return fmt::format("installs the snapshot of {} up to {}", name(said.leader), said.last.index.value);
  }
  std::string operator()(const core::Compacted& said) const {
    return fmt::format("drops its log up to {}", said.base.index.value);
  }
  std::string operator()(const core::Transferring& said) const { return "hands over to " + name(said.successor); }
  std::string operator()(const core::ReadConfirmed& said) const {
    return fmt::format("confirms a read at {}", said.index.value);
  }
  std::string operator()(const core::CaughtUp& said) const {
    return fmt::format("finds {} caught up to {}", name(said.learner), said.match.value);
  }

 private:
  core::ServerId server_;
  core::Index last_;
  const ClusterState& before_;
};

std::string run_text(std::span<const Observation> run, const ClusterState& before) {
  const Observation& said = run.front();
  return std::visit(Telling(said.server, observed_index(run.back()).value_or(core::Index{}), before), said.what);
}

bool goes_on(const Observation& earlier, const Observation& later) {
  const auto kind = later.kind();
  const bool by_index =
      kind == ObservationKind::appended || kind == ObservationKind::applied || kind == ObservationKind::proposed;
  return by_index && kind == earlier.kind() && later.reason == earlier.reason &&
         *observed_index(later) == observed_index(earlier)->next();
}

// --- what happened ---

std::string disk_text(const TracedEvent& event) {
  const sim::DiskOperation& operation = *event.disk;
  const std::string file = event.file.empty() ? fmt::format("file {}", operation.file) : event.file;
  std::string text = fmt::format("{} {}", sim::name_of(operation.kind), file);
  if (operation.kind == sim::DiskOperationKind::write)
    text += fmt::format(" @{} +{}", operation.offset, operation.size);
  if (operation.kind == sim::DiskOperationKind::truncate) text += fmt::format(" to {}", operation.offset);
  if (operation.error != sim::DiskError::none) return fmt::format("{} failed: {}", text, sim::name_of(operation.error));
  return text + " done";
}

std::string head_text(const TracedEvent& event, const checkers::Naming& naming) {
  const std::string host = naming.name(event.host);
  if (event.packet)
    return fmt::format("{} <- {} {}", host, naming.name(event.packet->from), packet_text(*event.packet));
  if (event.disk) return fmt::format("{} disk: {}", host, disk_text(event));
  switch (event.kind) {
    case sim::EventKind::restart:
      return event.incarnation <= 1 ? host + " starts" : fmt::format("{} restarts (life {})", host, event.incarnation);
    case sim::EventKind::resume:
      return host + " resumes";
    case sim::EventKind::wake:
      return host + " wakes";
    case sim::EventKind::act:
      return scenarios::ScriptRun::owns(event.subject) ? "script" : "nemesis";
    default:
      return host.empty() ? sim::name_of(event.kind) : fmt::format("{} {}", host, sim::name_of(event.kind));
  }
}

std::string remark_text(const TracedEvent& event) {
  if (event.stale) return event.packet ? " (receiver down)" : " (void)";
  if (event.deferred) return " (paused: put off)";
  if (event.crashed) return " and the power is cut";
  return event.postponed ? " (put off while paused)" : "";
}

// " -> AppendEntries S2 #7, S3 #8 lost by partition": each kind is named once.
std::string sent_text(const TracedEvent& event, const checkers::Naming& naming) {
  std::string text;
  const std::string* kind = nullptr;
  for (const checkers::TracedSend& send : event.sent) {
    const bool same = kind != nullptr && *kind == send.packet.kind;
    text += same ? ", " : fmt::format(" -> {} ", send.packet.kind);
    kind = &send.packet.kind;
    const std::string fate = fate_text(send);
    text += fmt::format("{} #{}{}", naming.name(send.packet.to), send.packet.id, fate.empty() ? "" : " " + fate);
  }
  return text;
}

std::string fault_text(const checkers::TracedFault& fault, const checkers::Naming& naming) {
  std::string text = fmt::format(" !! {}: {}", fault.name, fault.action);
  return fault.host == sim::no_host ? text : text + " " + naming.name(fault.host);
}

}  // namespace

std::string time_text(sim::Time at) {
  const auto microseconds = at.time_since_epoch().count() / 1000;
  return fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
}

std::string packet_text(const TracedPacket& packet) {
  std::string text = fmt::format("{} #{}", packet.kind, packet.id);
  if (packet.duplicate_of != 0) text += fmt::format(" (copy of #{})", packet.duplicate_of);
  if (packet.term.value != 0) text += fmt::format(" t{}", packet.term.value);
  return text + std::visit([](const auto& content) { return content_text(content); }, packet.content);
}

std::string fate_text(const checkers::TracedSend& send) {
  const std::string why = send.why.empty() || send.why == "loss" ? "" : " (" + send.why + ")";
  if (send.lost) return "lost" + why;
  if (!send.delivered_at) return "held" + why;
  if (send.packet.duplicate_of != 0) return fmt::format("copy of #{}", send.packet.duplicate_of) + why;
  return send.why.empty() ? "" : "delayed" + why;
}

std::string entries_text(const checkers::TracedAppendEntries& request) {
  if (request.entries.empty()) return "";
  std::string text = range_text(request.previous.index.next(), request.previous.index + request.entries.size()) + " (";
  const char* separator = "";
  for (const checkers::TracedEntry& entry : request.entries) {
    std::string what = entry.kind == core::EntryKind::no_op ? "no-op" : entry.command;
    if (entry.configuration) what = "members " + configuration_text(*entry.configuration);
    text += fmt::format("{}t{} {}", separator, entry.term.value, what);
    separator = ", ";
  }
  return text + ")";
}

std::string said_text(const TracedEvent& event, const ClusterState& before) {
  std::string text;
  const std::span<const Observation> said = event.observations;
  for (std::size_t begin = 0; begin < said.size();) {
    std::size_t end = begin + 1;
    while (end < said.size() && goes_on(said[end - 1], said[end])) ++end;
    if (!text.empty()) text += "; ";
    text += run_text(said.subspan(begin, end - begin), before);
    if (said[begin].reason != core::Reason::none) text += fmt::format(" ({})", core::describe(said[begin].reason));
    begin = end;
  }
  return text;
}

std::string event_text(const TracedEvent& event, const ClusterState& before, const checkers::Naming& naming) {
  std::string text = head_text(event, naming) + remark_text(event);
  const std::string said = said_text(event, before);
  if (!said.empty()) text += ": " + said;
  text += sent_text(event, naming);
  if (event.submitted != 0) text += fmt::format(" [disk +{}]", event.submitted);
  for (const checkers::TracedFault& fault : event.faults) text += fault_text(fault, naming);
  return text;
}

}  // namespace raftsim::tools
