// The data that clients see: keys and values, and an incrementally updated digest of all of them.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/machine/encoding.hpp"
#include "core/machine/operation.hpp"

namespace raftsim::core {

// A flat vector, sorted by key: workloads have few keys, and a store is copied along with its world. Copies share
// values.
class KeyValueStore {
 public:
  // Carries out the operation and returns its answer.
  Answer carry_out(const Operation& operation);
  [[nodiscard]] Answer read(Key key) const;

  [[nodiscard]] std::size_t size() const { return pairs_.size(); }
  // The sum of the pairs' digests: it is independent of the order, and an update costs only the changed pair.
  [[nodiscard]] Digest digest() const { return digest_; }

  // In snapshots: the number of keys (4 bytes), then for each in ascending order key (4), size of the value (4), value.
  [[nodiscard]] std::size_t encoded_size() const;
  void encode(Encoder& to) const;
  [[nodiscard]] static bool decode(Decoder& from, KeyValueStore& to);  // false if malformed

  friend bool operator==(const KeyValueStore&, const KeyValueStore&) = default;

 private:
  struct Pair {
    Key key;
    Bytes value;
    Digest digest = 0;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  using Place = std::vector<Pair>::iterator;
  [[nodiscard]] Place place_of(Key key);  // where it is or would be inserted
  [[nodiscard]] bool is_at(Place place, Key key) const { return place != pairs_.end() && place->key == key; }
  void set(Place place, Key key, Bytes value);

  std::vector<Pair> pairs_;
  Digest digest_ = 0;
};

}  // namespace raftsim::core
