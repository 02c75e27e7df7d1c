#include "checkers/efficiency.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest Efficiency::interest() const {
  Interest result;
  result.run = true;
  if (bounds_.backup_rounds != 0) result.observations = ObservationKinds::of<core::MovedProgress>();
  if (bounds_.messages_per_entry != 0 || bounds_.bytes_per_entry != 0) result.sent = Interest::every_message;
  return result;
}

Needs Efficiency::needs() const { return {}; }

// One part for each bound that is set.
std::vector<Part> Efficiency::parts() const {
  std::vector<Part> result;
  const Needs sent{.observations = ObservationKinds::of<core::Booted, core::Appended, core::Truncated,
                                                        core::AdvancedCommit, core::InstalledSnapshot>(),
                   .messages = true};
  if (bounds_.messages_per_entry != 0) result.push_back({"messages_per_entry", sent});
  if (bounds_.bytes_per_entry != 0) result.push_back({"bytes_per_entry", sent});
  if (bounds_.backup_rounds != 0) {
    result.push_back({"backup_rounds",
                      {.observations = ObservationKinds::of<core::Booted, core::BecameRole, core::MovedProgress>()}});
  }
  return result;
}

void Efficiency::sent(const Context& /*context*/, const sim::Packet& packet, const core::Message& /*message*/) {
  ++messages_;
  bytes_ += packet.bytes;
}

void Efficiency::observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) {
  const auto* before = context.ledger.progress(server, moved.follower);
  if (before == nullptr) return;
  const auto rounds = before->after(moved).backup_rounds;
  if (rounds <= before->backup_rounds || rounds <= bounds_.backup_rounds) return;
  context.violated(*this,
                   fmt::format("{} finds where the log of {} agrees with its own in at most {}", checkers::name(server),
                               checkers::name(moved.follower), counted(bounds_.backup_rounds, "round", "rounds")),
                   fmt::format("next_index went back {} times without agreement, to {}", rounds, moved.next.value));
}

void Efficiency::happened(const Context& context, const RunFact& fact) {
  if (fact.kind != RunFact::Kind::ended) return;
  judge_ratio(context, messages_, bounds_.messages_per_entry, "messages");
  judge_ratio(context, bytes_, bounds_.bytes_per_entry, "bytes");
}

void Efficiency::judge_ratio(const Context& context, std::uint64_t total, std::uint64_t bound,
                             const char* of_what) const {
  const auto entries = context.ledger.committed_last().value;
  if (bound == 0 || entries == 0 || total <= bound * entries) return;
  context.violated(*this, fmt::format("at most {} {} for each committed entry", bound, of_what),
                   fmt::format("{} {} were sent and {} committed: {} each", total, of_what,
                               counted(entries, "entry was", "entries were"), total / entries));
}

}  // namespace raftsim::checkers
