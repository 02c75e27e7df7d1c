#include "checkers/linearizability/history.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace raftsim::checkers {

void ClientHistory::invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at) {
  std::size_t& place = places_.at(client, sequence);
  if (place != 0) return;
  place = operations_.size() + 1;
  ClientOperation operation;
  operation.client = client;
  operation.sequence = sequence;
  operation.asked = asked;
  operation.invoked = next_++;
  operation.invoked_at = at;
  operations_.push_back(std::move(operation));
}

void ClientHistory::returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer,
                             core::Index index, sim::Time at) {
  ClientOperation* operation = find(client, sequence);
  if (operation == nullptr || operation->has_returned() || operation->given_up) return;
  operation->returned = next_++;
  operation->returned_at = at;
  operation->answer = answer;
  if (index != core::Index{}) settle(*operation, index);
}

void ClientHistory::settle(ClientOperation& operation, core::Index told) {
  for (std::size_t place = 0; place < repeats_.size(); ++place) {
    const ClientOperation& repeat = repeats_[place];
    if (repeat.index == told && repeat.client == operation.client && repeat.sequence == operation.sequence) {
      repeats_.edit(place).index = operation.index;
    }
  }
  operation.index = told;
}

void ClientHistory::abandoned(std::uint32_t client, std::uint64_t sequence) {
  ClientOperation* operation = find(client, sequence);
  if (operation != nullptr) operation->given_up = true;
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
    ClientOperation repeat;
    repeat.client = client;
    repeat.sequence = sequence;
    repeat.asked = operation->asked;
    repeat.invoked = operation->invoked;
    repeat.invoked_at = operation->invoked_at;
    repeat.index = index;
    repeats_.push_back(std::move(repeat));
  }
}

ClientOperation* ClientHistory::find(std::uint32_t client, std::uint64_t sequence) {
  const std::size_t place = places_.get(client, sequence);
  return place == 0 ? nullptr : &operations_.edit(place - 1);
}

ClientHistory::ByKey::ByKey(const ClientHistory& history) : history_(history) {
  std::map<core::Key, std::vector<std::size_t>> split;
  std::size_t place = 0;
  for (const ClientOperation& operation : history.operations_) {
    if (!operation.failed) split[operation.asked.key].push_back(place);
    ++place;
  }
  for (const ClientOperation& repeat : history.repeats_) split[repeat.asked.key].push_back(place++);
  places_.reserve(split.size());
  for (auto& [key, places] : split) places_.push_back(std::move(places));
}

std::vector<ClientOperation> ClientHistory::ByKey::at(std::size_t key) const {
  const std::size_t invoked = history_.operations_.size();
  std::vector<ClientOperation> operations;
  operations.reserve(places_[key].size());
  for (const std::size_t place : places_[key]) {
    operations.push_back(place < invoked ? history_.operations_[place] : history_.repeats_[place - invoked]);
  }
  // A repeat was invoked with the operation that it repeats, and took effect at another index.
  if (!history_.repeats_.empty()) {
    std::sort(operations.begin(), operations.end(), [](const ClientOperation& a, const ClientOperation& b) {
      return std::tie(a.invoked, a.index) < std::tie(b.invoked, b.index);
    });
  }
  return operations;
}

}  // namespace raftsim::checkers
