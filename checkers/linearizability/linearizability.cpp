#include "checkers/linearizability/linearizability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "checkers/linearizability/render.hpp"
#include "checkers/linearizability/search.hpp"
#include "checkers/linearizability/smallest.hpp"
#include "checkers/linearizability/witness.hpp"
#include "checkers/situations.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

constexpr std::uint64_t steps_to_shrink = 100'000;  // per operation that may be dropped
constexpr std::uint64_t steps_of_second_opinion = 10'000;

// A command without a session may occur several times.
std::vector<core::CommandName> names_of(std::span<const ClientOperation> operations) {
  std::vector<core::CommandName> names;
  for (const ClientOperation& operation : operations) {
    const core::CommandName name{operation.client, operation.sequence};
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

Interest Linearizability::interest() const {
  return {.observations = ObservationKinds::of<core::Applied>(), .operations = true, .run = true};
}

// Knowing where commands took effect only makes it faster: the search does not need it.
Needs Linearizability::needs() const { return {.operations = true}; }

void Linearizability::observed(const Context& /*context*/, core::ServerId /*server*/, const core::Applied& applied) {
  const auto index = applied.position.index;
  if (index <= applied_) return;
  applied_ = index;
  if (applied.command == core::CommandName{} || applied.effect != index) return;
  history_.took_effect(applied.command.client, applied.command.sequence, index);
}

void Linearizability::operated(const Context& context, const OperationFact& fact) {
  switch (fact.kind) {
    case OperationFact::Kind::invoked:
      history_.invoked(fact.client, fact.sequence, *fact.asked, context.moment.now, fact.in_session);
      break;
    case OperationFact::Kind::returned:
      history_.returned(fact.client, fact.sequence, *fact.answer, fact.index, context.moment.now);
      break;
    case OperationFact::Kind::abandoned:
      history_.abandoned(fact.client, fact.sequence);
      break;
    case OperationFact::Kind::failed:
      history_.failed(fact.client, fact.sequence);
      break;
  }
}

void Linearizability::happened(const Context& context, const RunFact& fact) {
  if (fact.kind == RunFact::Kind::ended && history_.size() > 0) judge(context);
}

// The search does not use indexes. If it contradicts the order given by the indexes, one of the two is broken.
void Linearizability::ask_again(const Context& context, const KeyOperations& key) const {
  if (!is_witnessed(key.operations, key.start)) return;
  if (Search(key.operations, key.start).run(steps_of_second_opinion) != Linearizable::no) return;
  context.violated(*this,
                   fmt::format("the search finds an order of the operations on k{}, as the servers' own is one",
                               key.operations.front().asked.key.value),
                   "it says that there is none: this checker contradicts itself");
}

void Linearizability::judge(const Context& context) const {
  const auto by_key = history_.by_key();
  std::vector<KeyOperations> open;
  for (std::size_t place = 0; place < by_key.size(); ++place) {
    auto key = by_key.at(place);
    if (place == history_.size() % by_key.size()) ask_again(context, key);
    if (!is_witnessed(key.operations, key.start)) open.push_back(std::move(key));
  }
  if (open.empty()) return;
  const auto [linearizable, key] = search_all(std::move(open), steps_);
  if (linearizable == Linearizable::unknown) {
    context.reached(Situation::linearizability_undecided);
  } else if (linearizable == Linearizable::no) {
    const auto smallest = smallest_without_order(key, steps_to_shrink);
    context.violated(*this,
                     fmt::format("the operations on k{} have an order in which each takes effect between its "
                                 "invocation and its answer, and that explains the answers",
                                 smallest.front().asked.key.value),
                     fmt::format("{} have none: {}", counted(smallest.size(), "operation", "operations"),
                                 why_no_order(smallest, key.start)),
                     names_of(smallest), drawing_of(smallest));
  }
}

}  // namespace raftsim::checkers
