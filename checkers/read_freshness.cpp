#include "checkers/read_freshness.hpp"

#include <fmt/format.h>

#include "checkers/wording.hpp"

namespace raftsim::checkers {

void ReadFreshness::operated(const Context& context, const OperationFact& fact) {
  const Name name{fact.client, fact.sequence};
  if (fact.kind == OperationFact::Kind::invoked) {
    const bool reads = fact.asked->kind == core::OperationKind::get;
    const auto latest = latest_.find(fact.asked->key);
    under_way_.insert({name, {fact.asked->key, reads, reads && latest != latest_.end() ? latest->second : Write{}}});
    return;
  }
  const auto found = under_way_.find(name);
  if (found == under_way_.end()) return;
  if (fact.kind == OperationFact::Kind::returned) returned(context, fact, found->second);
  under_way_.erase(found);
}

void ReadFreshness::returned(const Context& context, const OperationFact& fact, const UnderWay& operation) {
  if (!operation.reads) {
    Write& latest = latest_[operation.key];
    if (fact.index > latest.index) latest = {{fact.client, fact.sequence}, fact.index, context.moment.now};
    return;
  }
  const Write& latest = operation.latest;
  if (fact.index >= latest.index) return;
  context.violated(*this,
                   fmt::format("C{}#{} reads k{} as of index {} at least: C{}#{} wrote it there, and was acknowledged "
                               "at {}, before the read began",
                               fact.client, fact.sequence, operation.key.value, latest.index.value, latest.name.first,
                               latest.name.second, seconds(latest.acknowledged_at)),
                   fmt::format("it was answered as of index {}", fact.index.value),
                   {{latest.name.first, latest.name.second}, {fact.client, fact.sequence}});
}

}  // namespace raftsim::checkers
