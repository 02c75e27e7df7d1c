#include "checkers/linearizability/proof.hpp"

#include <string>
#include <utility>
#include <vector>

#include "checkers/linearizability/search.hpp"
#include "checkers/linearizability/witness.hpp"

namespace raftsim::checkers {

namespace {

using Operations = std::vector<ClientOperation>;
using core::OperationKind;

constexpr std::uint64_t steps_to_prove = 10'000;

// A state in which an operation that says what it leaves is answered as it was. What a put overwrites does not matter.
KeyModel state_before(const ClientOperation& operation) {
  switch (operation.asked.kind) {
    case OperationKind::get:
      return operation.answer.found ? KeyModel(std::string(operation.answer.value.view())) : KeyModel();
    case OperationKind::compare_and_set:
      return KeyModel(std::string(operation.asked.expected.view()));
    default:
      return KeyModel(std::string(operation.asked.value.view()));
  }
}

}  // namespace

bool says_what_it_leaves(const ClientOperation& operation) {
  const auto kind = operation.asked.kind;
  return kind == OperationKind::get || kind == OperationKind::put ||
         (kind == OperationKind::compare_and_set && operation.answer.found);
}

std::optional<KeyOperations> left_when_proved(const KeyOperations& key) {
  const ClientOperation& last = key.operations.back();
  Operations proved;
  Operations left;
  for (const ClientOperation& operation : key.operations) {
    // Of two operations at the same index one is a read, and it is the last.
    const bool said_to_be_before = operation.index != core::Index{} && operation.index <= last.index;
    if (operation.has_returned() || said_to_be_before) {
      proved.push_back(operation);
    } else if (!operation.is_read()) {  // an abandoned read neither shows nor changes anything
      left.push_back(operation);
    }
  }
  if (!is_witnessed(proved, key.start) && Search(proved, key.start).run(steps_to_prove) != Linearizable::yes) return {};
  left.push_back(last);
  const std::uint64_t forgotten = key.operations.size() - left.size();
  return KeyOperations{.start = state_before(last), .operations = std::move(left), .proved = key.proved + forgotten};
}

}  // namespace raftsim::checkers
