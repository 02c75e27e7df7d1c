#include "checkers/linearizability/history.hpp"

#include <algorithm>
#include <tuple>

namespace raftsim::checkers {

void ClientHistory::invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at) {
  if (!places_.try_emplace({client, sequence}, operations_.size()).second) return;
  ClientOperation& operation = operations_.emplace_back();
  operation.client = client;
  operation.sequence = sequence;
  operation.asked = asked;
  operation.invoked = next_++;
  operation.invoked_at = at;
  given_up_.push_back(false);
}

void ClientHistory::returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer,
                             core::Index index, sim::Time at) {
  ClientOperation* operation = find(client, sequence);
  if (operation == nullptr || operation->has_returned()) return;
  if (given_up_[static_cast<std::size_t>(operation - operations_.data())]) return;
  operation->returned = next_++;
  operation->returned_at = at;
  operation->answer = answer;
  if (index != core::Index{}) settle(*operation, index);
}

void ClientHistory::settle(ClientOperation& operation, core::Index told) {
  for (ClientOperation& repeat : repeats_) {
    if (repeat.index == told && repeat.client == operation.client && repeat.sequence == operation.sequence) {
      repeat.index = operation.index;
    }
  }
  operation.index = told;
}

void ClientHistory::abandoned(std::uint32_t client, std::uint64_t sequence) {
  const ClientOperation* operation = find(client, sequence);
  if (operation != nullptr) given_up_[static_cast<std::size_t>(operation - operations_.data())] = true;
}

void ClientHistory::failed(std::uint32_t client, std::uint64_t sequence) {
  ClientOperation* operation = find(client, sequence);
  if (operation != nullptr && !operation->has_returned()) operation->failed = true;
}

void ClientHistory::took_effect(std::uint32_t client, std::uint64_t sequence, core::Index index) {
  ClientOperation* operation = find(client, sequence);
  if (operation != nullptr && operation->index == core::Index{}) operation->index = index;
}

void ClientHistory::took_effect_again(std::uint32_t client, std::uint64_t sequence, core::Index index) {
  const ClientOperation* operation = find(client, sequence);
  if (operation == nullptr || operation->index == core::Index{}) {
    took_effect(client, sequence, index);
  } else if (operation->index != index) {
    ClientOperation& repeat = repeats_.emplace_back();
    repeat.client = client;
    repeat.sequence = sequence;
    repeat.asked = operation->asked;
    repeat.invoked = operation->invoked;
    repeat.invoked_at = operation->invoked_at;
    repeat.index = index;
  }
}

ClientOperation* ClientHistory::find(std::uint32_t client, std::uint64_t sequence) {
  const auto found = places_.find({client, sequence});
  return found == places_.end() ? nullptr : &operations_[found->second];
}

std::vector<std::vector<ClientOperation>> ClientHistory::by_key() const {
  std::map<core::Key, std::vector<ClientOperation>> split;
  for (const ClientOperation& operation : operations_) {
    if (!operation.failed) split[operation.asked.key].push_back(operation);
  }
  for (const ClientOperation& repeat : repeats_) split[repeat.asked.key].push_back(repeat);
  std::vector<std::vector<ClientOperation>> result;
  result.reserve(split.size());
  for (auto& [key, operations] : split) {
    // A repeat was invoked with the operation that it repeats, and took effect at another index.
    if (!repeats_.empty()) {
      std::sort(operations.begin(), operations.end(), [](const ClientOperation& a, const ClientOperation& b) {
        return std::tie(a.invoked, a.index) < std::tie(b.invoked, b.index);
      });
    }
    result.push_back(std::move(operations));
  }
  return result;
}

}  // namespace raftsim::checkers
