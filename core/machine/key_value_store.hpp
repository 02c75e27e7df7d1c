// The data that clients see: keys and their values, and a digest of all of them that is kept up to date.
#pragma once

#include <cstddef>
#include <vector>

#include "core/bytes.hpp"
#include "core/hash.hpp"
#include "core/machine/encoding.hpp"
#include "core/machine/operation.hpp"

namespace raftsim::core {

// A flat vector, sorted by key: workloads have few keys, and a store is copied with the world that it is in. Values are
// shared between copies.
class KeyValueStore {
 public:
  // Carries out the operation and says what came of it.
  Answer carry_out(const Operation& operation);
  [[nodiscard]] Answer read(Key key) const;

  [[nodiscard]] std::size_t size() const { return pairs_.size(); }
  // The sum of the pairs' digests, so that a change costs no more than the pair that changed, in whatever order.
  [[nodiscard]] Digest digest() const { return digest_; }

  // In snapshots: the number of keys (4 bytes), then for each in ascending order key (4), size of the value (4), value.
  [[nodiscard]] std::size_t encoded_size() const;
  void encode(Encoder& to) const;
  [[nodiscard]] static bool decode(Decoder& from, KeyValueStore& to);  // false: it is none

  friend bool operator==(const KeyValueStore&, const KeyValueStore&) = default;

 private:
  struct Pair {
    Key key;
    Bytes value;
    Digest digest = 0;
    friend bool operator==(const Pair&, const Pair&) = default;
  };
  using Place = std::vector<Pair>::iterator;
  [[nodiscard]] Place place_of(Key key);  // where it is or would be
  [[nodiscard]] bool is_at(Place place, Key key) const { return place != pairs_.end() && place->key == key; }
  void set(Place place, Key key, Bytes value);

  std::vector<Pair> pairs_;
  Digest digest_ = 0;
};

}  // namespace raftsim::core
