// The keys of one object, said once for both directions: the same description reads a scenario and writes it.
//
//   void describe(Fields& fields, Workload& workload) {
//     fields("clients", Count{workload.clients, 0, 1000});   // may be left out: then the field keeps its default
//     fields.require(..., "clients", "what is expected");    // only when reading
//   }
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/json/values.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios::json {

class Fields {
 public:
  // Reads from `object`. finish() must be called when everything is described.
  Fields(const Json& object, Place place);
  // Writes to `object`, which becomes an object.
  explicit Fields(Json& object);

  // Returns whether the key was there; when writing it always is.
  template <class Value>
  bool operator()(std::string_view key, Value&& value) {
    if (target_ != nullptr) {
      write(slot(key), value);
      return true;
    }
    const Json* found = find(key);
    if (found != nullptr) read(*found, place_.at(key), value);
    return found != nullptr;
  }

  // As above, for what is only written when there is something to say.
  template <class Value>
  bool if_given(std::string_view key, bool given, Value&& value) {
    return (target_ == nullptr || given) && (*this)(key, std::forward<Value>(value));
  }

  // As above, for a key that has to be there; `why` says what for.
  template <class Value>
  void required(std::string_view key, Value&& value, std::string_view why) {
    (*this)(key, std::forward<Value>(value));
    miss_unless_present(key, why);
  }

  // An object in this one: describe(Fields&).
  template <class Describe>
  void object(std::string_view key, const Describe& describe) {
    if (target_ != nullptr) {
      Fields inner(slot(key));
      describe(inner);
    } else if (const Json* found = find(key)) {
      Fields inner(*found, place_.at(key));
      describe(inner);
      inner.finish();
    }
  }

  // An object that may be missing: describe(Fields&, Value&), starting as `blank`.
  template <class Value, class Describe>
  void optional_object(std::string_view key, std::optional<Value>& value, const Value& blank,
                       const Describe& describe) {
    if (target_ == nullptr && find(key) == nullptr) return;
    if (target_ == nullptr) value = blank;
    if (value) object(key, [&](Fields& inner) { describe(inner, *value); });
  }

  // A list of objects, each starting as `blank`: describe(Fields&, Item&).
  template <class Item, class Describe>
  void list(std::string_view key, std::vector<Item>& items, const Item& blank, const Describe& describe) {
    if (target_ != nullptr) {
      Json& list = empty_list(key);
      for (Item& item : items) {
        Fields inner(append(list));
        describe(inner, item);
      }
    } else if (const Json* found = find_list(key)) {
      items.clear();
      for (std::size_t i = 0; i < size_of(*found); ++i) {
        Fields inner(element(*found, i), place_.at(key).element(*found, i));
        describe(inner, items.emplace_back(blank));
        inner.finish();
      }
    }
  }

  // All keys that were not described, as the text of an object; they are for somebody else to read.
  void rest(std::string& text);

  // When reading: what `key` (empty: the object as a whole) holds must satisfy this. Told after unknown keys, which are
  // the likelier cause. `found` says in words what is wrong when the value itself would not show it.
  void require(bool holds, std::string_view key, std::string_view expected, std::string_view found = {});

  [[nodiscard]] bool writes() const { return target_ != nullptr; }

  // When reading: whether the object says anything at all.
  [[nodiscard]] bool has_keys() const;

  // For what is not described key by key: whether this reads, which keys there are then, and where the object is.
  [[nodiscard]] bool reads() const { return source_ != nullptr; }
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] const Place& place() const { return place_; }

  // When reading: fails for keys that were not described, then for what was required and is not so.
  void finish() const;

 private:
  [[nodiscard]] const Json* find(std::string_view key);
  [[nodiscard]] const Json* find_list(std::string_view key);
  void miss_unless_present(std::string_view key, std::string_view why);
  Json& slot(std::string_view key);
  Json& empty_list(std::string_view key);
  static Json& append(Json& list);
  static std::size_t size_of(const Json& list);
  static const Json& element(const Json& list, std::size_t index);

  const Json* source_ = nullptr;  // reading
  Json* target_ = nullptr;        // writing
  Place place_;
  std::vector<std::string_view> known_;  // keys described so far
  std::optional<BadScenario> problem_;   // the first requirement that does not hold
};

}  // namespace raftsim::scenarios::json
