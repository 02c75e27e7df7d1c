#include "checkers/efficiency.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest Efficiency::interest() const {
  using Kind = core::ObservationKind;
  Interest result;
  result.run = true;
  if (bounds_.backup_rounds != 0) result.observations = Interest::in(Kind::moved_progress);
  if (bounds_.messages_per_entry != 0 || bounds_.bytes_per_entry != 0) result.sent = Interest::every_message;
  return result;
}

void Efficiency::sent(const Context& /*context*/, const sim::Packet& packet, const core::Message& /*message*/) {
  ++messages_;
  bytes_ += packet.bytes;
}

void Efficiency::observed(const Context& context, const core::Observation& said) {
  const auto* before = context.ledger.progress(said.server, said.peer);
  if (before == nullptr) return;
  const auto rounds = before->after(said).backup_rounds;
  if (rounds <= before->backup_rounds || rounds <= bounds_.backup_rounds) return;
  context.violated(
      *this,
      fmt::format("{} finds where the log of {} agrees with its own in at most {}", checkers::name(said.server),
                  checkers::name(said.peer), counted(bounds_.backup_rounds, "round", "rounds")),
      fmt::format("next_index went back {} times without agreement, to {}", rounds, said.next.value));
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
