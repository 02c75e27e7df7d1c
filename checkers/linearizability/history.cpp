#include "checkers/linearizability/history.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "checkers/linearizability/proof.hpp"

namespace raftsim::checkers {

void ClientHistory::invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at,
                            bool in_session) {
  if (place_of(client, sequence).number != 0) return;
  const std::uint32_t key_place = place_of(asked.key);
  OfKey& key = keys_[key_place];
  ClientOperation operation;
  operation.client = client;
  operation.sequence = sequence;
  operation.asked = asked;
  operation.invoked = next_++;
  operation.invoked_at = at;
  key.operations.push_back(std::move(operation));
  key.alone = key.under_way++ == 0;
  ++invoked_;
  const Place place{key_place, key.operations.size()};
  if (in_session || asked.kind == core::OperationKind::get) {
    open_.insert_or_assign({client, sequence}, place);
  } else {
    key.may_repeat = true;
    repeatable_.at(client, sequence) = place;
  }
}

void ClientHistory::returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer,
                             core::Index index, sim::Time at) {
  const Place place = place_of(client, sequence);
  ClientOperation* operation = find(place);
  if (operation == nullptr || operation->has_returned() || operation->given_up) return;
  OfKey& key = keys_[place.key];
  if (operation->is_under_way()) --key.under_way;
  operation->returned = next_++;
  operation->returned_at = at;
  operation->answer = answer;
  if (index != core::Index{}) settle(key, *operation, index);
  open_.erase({client, sequence});
  const bool was_alone = key.alone && place.number == key.operations.size();
  if (was_alone && !key.may_repeat && key.operations.size() >= key.prove_at && says_what_it_leaves(*operation)) {
    prove(place.key);
  }
}

void ClientHistory::settle(OfKey& key, ClientOperation& operation, core::Index told) {
  for (std::size_t place = 0; place < key.repeats.size(); ++place) {
    const ClientOperation& repeat = key.repeats[place];
    if (repeat.index == told && repeat.client == operation.client && repeat.sequence == operation.sequence) {
      key.repeats.edit(place).index = operation.index;
    }
  }
  operation.index = told;
}

void ClientHistory::abandoned(std::uint32_t client, std::uint64_t sequence) {
  const Place place = place_of(client, sequence);
  ClientOperation* operation = find(place);
  if (operation == nullptr) return;
  if (operation->is_under_way()) --keys_[place.key].under_way;
  operation->given_up = true;
  if (operation->is_read()) open_.erase({client, sequence});
}

void ClientHistory::failed(std::uint32_t client, std::uint64_t sequence) {
  const Place place = place_of(client, sequence);
  ClientOperation* operation = find(place);
  if (operation == nullptr || operation->has_returned()) return;
  if (operation->is_under_way()) --keys_[place.key].under_way;
  operation->failed = true;
  open_.erase({client, sequence});
}

void ClientHistory::took_effect(std::uint32_t client, std::uint64_t sequence, core::Index index) {
  const Place place = place_of(client, sequence);
  ClientOperation* operation = find(place);
  if (operation == nullptr) return;
  if (operation->index == core::Index{}) {
    operation->index = index;
  } else if (operation->index != index && repeatable_.get(client, sequence).number != 0) {
    repeat(keys_[place.key], *operation, index);
  }
}

void ClientHistory::repeat(OfKey& key, const ClientOperation& operation, core::Index index) {
  ClientOperation repeat;
  repeat.client = operation.client;
  repeat.sequence = operation.sequence;
  repeat.asked = operation.asked;
  repeat.invoked = operation.invoked;
  repeat.invoked_at = operation.invoked_at;
  repeat.index = index;
  key.repeats.push_back(std::move(repeat));
}

std::uint32_t ClientHistory::place_of(core::Key key) {
  const auto found = std::lower_bound(ascending_.begin(), ascending_.end(), key,
                                      [](const KeyPlace& one, core::Key wanted) { return one.key < wanted; });
  if (found != ascending_.end() && found->key == key) return found->place;
  const auto place = static_cast<std::uint32_t>(keys_.size());
  ascending_.insert(found, {key, place});
  if (keys_.empty()) keys_.reserve(16);  // usually there are few
  keys_.push_back({.prove_at = worth_proving_});
  return place;
}

ClientHistory::Place ClientHistory::place_of(std::uint32_t client, std::uint64_t sequence) const {
  const auto found = open_.find({client, sequence});
  return found != open_.end() ? found->second : repeatable_.get(client, sequence);
}

ClientOperation* ClientHistory::find(const Place& place) {
  return place.number == 0 ? nullptr : &keys_[place.key].operations.edit(place.number - 1);
}

void ClientHistory::prove(std::uint32_t place) {
  OfKey& key = keys_[place];
  auto left = left_when_proved(key.all());
  if (!left) {
    key.prove_at = key.operations.size() + key.operations.size() / 2 + 1;
    return;
  }
  for (const ClientOperation& operation : key.operations) {
    if (!operation.has_returned()) open_.erase({operation.client, operation.sequence});
  }
  key.start = std::move(left->start);
  key.proved = left->proved;
  key.operations = {left->operations.begin(), left->operations.end()};
  key.prove_at = 2 * key.operations.size() + worth_proving_;
  std::size_t number = 0;
  for (const ClientOperation& operation : key.operations) {
    ++number;
    if (!operation.has_returned()) open_[{operation.client, operation.sequence}] = {place, number};
  }
}

std::uint64_t ClientHistory::kept() const {
  std::uint64_t sum = 0;
  for (const OfKey& key : keys_) sum += key.operations.size() + key.repeats.size();
  return sum;
}

KeyOperations ClientHistory::OfKey::all() const {
  KeyOperations result{.start = start, .operations = {}, .proved = proved};
  result.operations.reserve(operations.size() + repeats.size());
  std::copy_if(operations.begin(), operations.end(), std::back_inserter(result.operations),
               [](const ClientOperation& operation) { return !operation.failed; });
  result.operations.insert(result.operations.end(), repeats.begin(), repeats.end());
  // A repeat has the invocation of the operation that it repeats, and took effect at another index.
  if (!repeats.empty()) {
    std::sort(result.operations.begin(), result.operations.end(),
              [](const auto& a, const auto& b) { return std::tie(a.invoked, a.index) < std::tie(b.invoked, b.index); });
  }
  return result;
}

}  // namespace raftsim::checkers
