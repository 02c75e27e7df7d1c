// The store carries out its five operations, and its digest covers its whole content.
#include "core/machine/key_value_store.hpp"

#include "catch.hpp"
#include "core/machine/replica.hpp"

namespace raftsim::core::test {

TEST_CASE("Get, put, append and erase work on existing and on missing keys", "[machine]") {
  KeyValueStore store;
  CHECK(store.carry_out(get(1)) == no());
  CHECK(store.carry_out(put(1, "a")) == yes());
  CHECK(store.carry_out(get(1)) == yes("a"));
  CHECK(store.carry_out(put(1, "b")) == yes());
  CHECK(store.carry_out(append(1, "c")) == yes());
  CHECK(store.carry_out(get(1)) == yes("bc"));
  CHECK(store.carry_out(append(2, "first")) == yes());
  CHECK(store.read({2}) == yes("first"));
  CHECK(store.carry_out(erase(1)) == yes());
  CHECK(store.carry_out(erase(1)) == no());
  CHECK(store.carry_out(get(1)) == no());
  CHECK(store.carry_out(put(3, "")) == yes());
  CHECK(store.carry_out(get(3)) == yes(""));  // an empty value is a value
  CHECK(store.size() == 2);
}

TEST_CASE("Compare-and-set takes effect only on the expected value, and never on a missing key", "[machine]") {
  KeyValueStore store;
  CHECK(store.carry_out(compare_and_set(1, "", "a")) == no());
  CHECK(store.size() == 0);
  (void)store.carry_out(put(1, "a"));
  CHECK(store.carry_out(compare_and_set(1, "b", "c")) == no());
  CHECK(store.read({1}) == yes("a"));
  CHECK(store.carry_out(compare_and_set(1, "a", "c")) == yes());
  CHECK(store.read({1}) == yes("c"));
}

TEST_CASE("Stores with the same content have the same digest, whatever their history", "[machine]") {
  KeyValueStore one;
  (void)one.carry_out(put(1, "a"));
  (void)one.carry_out(put(2, "b"));
  KeyValueStore other;
  (void)other.carry_out(put(2, "x"));
  (void)other.carry_out(put(3, "gone soon"));
  (void)other.carry_out(put(1, ""));
  CHECK(other.digest() != one.digest());
  (void)other.carry_out(append(1, "a"));
  (void)other.carry_out(compare_and_set(2, "x", "b"));
  (void)other.carry_out(erase(3));
  CHECK(other.digest() == one.digest());
  CHECK(other == one);
  (void)other.carry_out(get(1));
  CHECK(other.digest() == one.digest());
}

TEST_CASE("A digest distinguishes keys, values, and which value belongs to which key", "[machine]") {
  const auto digest_with = [](const Operation& first, const Operation& second) {
    KeyValueStore store;
    (void)store.carry_out(first);
    (void)store.carry_out(second);
    return store.digest();
  };
  const auto digest = digest_with(put(1, "a"), put(2, "b"));
  CHECK(digest_with(put(2, "a"), put(1, "b")) != digest);
  CHECK(digest_with(put(1, "a"), put(2, "c")) != digest);
  CHECK(digest_with(put(1, "a"), put(3, "b")) != digest);
  CHECK(digest_with(put(1, "a"), get(2)) != digest);
  CHECK(KeyValueStore().digest() != digest_with(put(1, ""), get(1)));
}

}  // namespace raftsim::core::test
