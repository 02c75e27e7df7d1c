#include "core/machine/key_value_store.hpp"

#include <algorithm>
#include <utility>

namespace raftsim::core {

namespace {

Digest digest_of_pair(Key key, const Bytes& value) { return digest_of(value.view(), mix(1, key.value)); }

Bytes joined(const Bytes& before, const Bytes& after) {
  return Bytes::filled(before.size() + after.size(), [&](char* room) {
    Encoder to(room);
    to.bytes(before.view());
    to.bytes(after.view());
  });
}

}  // namespace

KeyValueStore::Place KeyValueStore::place_of(Key key) {
  return std::lower_bound(pairs_.begin(), pairs_.end(), key,
                          [](const Pair& pair, Key sought) { return pair.key < sought; });
}

void KeyValueStore::set(Place place, Key key, Bytes value) {
  if (!is_at(place, key)) place = pairs_.insert(place, Pair{.key = key, .value = {}, .digest = 0});
  digest_ -= place->digest;
  place->digest = digest_of_pair(key, value);
  digest_ += place->digest;
  place->value = std::move(value);
}

Answer KeyValueStore::carry_out(const Operation& operation) {
  const auto place = place_of(operation.key);
  const bool present = is_at(place, operation.key);
  switch (operation.kind) {
    case OperationKind::get:
      return present ? Answer{.found = true, .value = place->value} : Answer{};
    case OperationKind::put:
      set(place, operation.key, operation.value);
      return {.found = true};
    case OperationKind::append:
      set(place, operation.key, present ? joined(place->value, operation.value) : operation.value);
      return {.found = true};
    case OperationKind::compare_and_set: {
      const bool as_expected = present && place->value == operation.expected;
      if (as_expected) set(place, operation.key, operation.value);
      return {.found = as_expected};
    }
    case OperationKind::erase:
      if (present) {
        digest_ -= place->digest;
        pairs_.erase(place);
      }
      return {.found = present};
  }
  return {};
}

Answer KeyValueStore::read(Key key) const {
  const auto place = std::lower_bound(pairs_.begin(), pairs_.end(), key,
                                      [](const Pair& pair, Key sought) { return pair.key < sought; });
  if (place == pairs_.end() || place->key != key) return {};
  return {.found = true, .value = place->value};
}

std::size_t KeyValueStore::encoded_size() const {
  std::size_t size = 4;
  for (const auto& pair : pairs_) size += 4 + 4 + pair.value.size();
  return size;
}

void KeyValueStore::encode(Encoder& to) const {
  to.u32(static_cast<std::uint32_t>(pairs_.size()));
  for (const auto& pair : pairs_) {
    to.u32(pair.key.value);
    to.u32(static_cast<std::uint32_t>(pair.value.size()));
    to.bytes(pair.value.view());
  }
}

bool KeyValueStore::decode(Decoder& from, KeyValueStore& to) {
  to = {};
  for (auto left = from.u32(); left > 0 && from.ok(); --left) {
    const Key key{from.u32()};
    const auto value = from.bytes(from.u32());
    if (!from.ok() || (!to.pairs_.empty() && key <= to.pairs_.back().key)) return false;
    to.set(to.pairs_.end(), key, Bytes(value));
  }
  return from.ok();
}

}  // namespace raftsim::core
