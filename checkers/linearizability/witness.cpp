#include "checkers/linearizability/witness.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace raftsim::checkers {

bool is_witnessed(std::span<const ClientOperation> operations, const KeyModel& start) {
  std::vector<const ClientOperation*> order;
  order.reserve(operations.size());
  for (const ClientOperation& operation : operations) {
    if (operation.has_returned()) {
      if (operation.index == core::Index{}) return false;
      order.push_back(&operation);
    } else if (operation.index != core::Index{} && !operation.is_read()) {
      order.push_back(&operation);
    }
  }
  const auto place = [](const ClientOperation* operation) {
    return std::tuple(operation->index, operation->is_read(), operation->invoked);
  };
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return place(a) < place(b); });

  KeyModel model = start;
  Order latest_invocation = 0;  // of earlier operations in the order: none may begin after this one returned
  for (const ClientOperation* operation : order) {
    if (operation->returned < latest_invocation) return false;
    latest_invocation = std::max(latest_invocation, operation->invoked);
    const core::Answer answer = model.apply(operation->asked);
    if (operation->has_returned() && answer != operation->answer) return false;
  }
  return true;
}

}  // namespace raftsim::checkers
