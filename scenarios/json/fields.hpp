// The keys of one object, said once for three directions: the same description reads a scenario, writes it, and makes
// the JSON Schema of scenario files.
//
//   void describe(Fields& fields, Workload& workload) {
//     fields("clients", Count{workload.clients, 0, 1000}, "how many there are");  // left out: keeps its default
//     fields.require(..., "clients", "what is expected");                         // only when reading
//   }
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/json/schema.hpp"
#include "scenarios/json/values.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios::json {

class Fields {
 public:
  // Reads from `object`. finish() must be called when everything is described.
  Fields(const Json& object, Place place);
  // Writes to `object`, which becomes an object.
  explicit Fields(Json& object);
  // Makes the schema of the object: all keys that there are in any case.
  explicit Fields(Schema schema);

  // `about` says in one line, to who knows the key and its object, what it is. Returns whether the key was there; when
  // writing it always is.
  template <class Value>
  bool operator()(std::string_view key, Value&& value, std::string_view about) {
    if (reads()) {
      const Json* found = find(key);
      if (found != nullptr) read(*found, place_.at(key), value);
      return found != nullptr;
    }
    if (defines()) {
      define(property(key), value);
      explain(key, about);
      return false;
    }
    write(slot(key), value);
    return true;
  }

  // As above, for what is only written when there is something to say.
  template <class Value>
  bool if_given(std::string_view key, bool given, Value&& value, std::string_view about) {
    return (!writes() || given) && (*this)(key, std::forward<Value>(value), about);
  }

  // As above, for what may be missing.
  template <class Value>
  bool if_given(std::string_view key, std::optional<Value>& value, std::string_view about) {
    Value here = value.value_or(Value{});
    const bool found = if_given(key, value.has_value(), here, about);
    if (found) value = here;
    return found;
  }

  // As above, for a key that has to be there; `why` says what for.
  template <class Value>
  void required(std::string_view key, Value&& value, std::string_view why) {
    (*this)(key, std::forward<Value>(value), why);
    miss_unless_present(key, why);
  }

  // Keys that there are in some case only: describe(). A schema has them in any case; `name`, if it is not empty, says
  // there what they are of.
  template <class Describe>
  void when(bool holds, std::string_view name, const Describe& describe) {
    if (!holds && !defines()) return;
    enter_case(name);
    describe();
    leave_case();
  }

  // An object in this one: describe(Fields&). With a `type` its schema is a definition of that name.
  template <class Describe>
  void object(std::string_view key, std::string_view about, const Describe& describe, std::string_view type = {}) {
    if (reads()) {
      if (const Json* found = find(key)) {
        Fields inner(*found, place_.at(key));
        describe(inner);
        inner.finish();
      }
    } else if (defines()) {
      define_object(property(key), type, describe);
      explain(key, about);
    } else {
      Fields inner(slot(key));
      describe(inner);
    }
  }

  // An object that may be missing: describe(Fields&, Value&), starting as `blank`.
  template <class Value, class Describe>
  void optional_object(std::string_view key, std::optional<Value>& value, const Value& blank, std::string_view about,
                       const Describe& describe) {
    if (reads() && find(key) == nullptr) return;
    if (!writes()) value = blank;
    if (value) object(key, about, [&](Fields& inner) { describe(inner, *value); });
  }

  // A list of objects, each starting as `blank`: describe(Fields&, Item&). With a `type` the schema of each is a
  // definition of that name.
  template <class Item, class Describe>
  void list(std::string_view key, std::vector<Item>& items, const Item& blank, std::string_view about,
            const Describe& describe, std::string_view type = {}) {
    if (reads()) {
      const Json* found = find_list(key);
      if (found == nullptr) return;
      items.clear();
      for (std::size_t i = 0; i < size_of(*found); ++i) {
        Fields inner(element(*found, i), place_.at(key).element(*found, i));
        describe(inner, items.emplace_back(blank));
        inner.finish();
      }
    } else if (defines()) {
      Item item = blank;
      define_object(items_of(key), type, [&](Fields& inner) { describe(inner, item); });
      explain(key, about);
    } else {
      Json& list = empty_list(key);
      for (Item& item : items) {
        Fields inner(append(list));
        describe(inner, item);
      }
    }
  }

  // An object whose keys are names, at least one, each with a value of one kind: `wrap` says which.
  template <class Value, class Wrap>
  void names(std::vector<std::pair<std::string, Value>>& items, const Wrap& wrap) {
    if (defines()) {
      Value value{};
      define(any_key(), wrap(value));
      return;
    }
    for (std::string& name : keys()) items.emplace_back(std::move(name), Value{});
    for (auto& [name, value] : items) (*this)(name, wrap(value), {});
    require(!items.empty(), "", "at least one name");
  }

  // An object of objects, under one of these names each: describe(Fields&, i) for the ith; `written(i)`: whether there is
  // anything to write of it. The schema of each is a definition of the name `type`.
  template <class Written, class Describe>
  void objects_by_name(const std::vector<std::string>& names, std::string_view type, const Written& written,
                       const Describe& describe) {
    if (defines()) {
      define_object(any_key(), type, [&](Fields& inner) { describe(inner, 0); });
      return;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (writes() && !written(i)) continue;
      object(names[i], {}, [&](Fields& inner) { describe(inner, i); });
    }
  }

  // All keys that were not described, as the text of an object; they are for somebody else to read.
  void rest(std::string& text);

  // When reading: what `key` (empty: the object as a whole) holds must satisfy this. Told after unknown keys, which are
  // the likelier cause. `found` says in words what is wrong when the value itself would not show it.
  void require(bool holds, std::string_view key, std::string_view expected, std::string_view found = {});

  // In a schema: says that the object has at least one key. What else may be wrong then is for require().
  void never_empty();

  // Makes the schema of an object: describe(Fields&). With a `type` it is a definition of that name.
  static void define_object(Schema schema, std::string_view type, const std::function<void(Fields&)>& describe);

  // Which of the three this is.
  [[nodiscard]] bool reads() const { return source_ != nullptr; }
  [[nodiscard]] bool writes() const { return target_ != nullptr && definitions_ == nullptr; }
  [[nodiscard]] bool defines() const { return definitions_ != nullptr; }

  // When reading: whether the object says anything at all.
  [[nodiscard]] bool has_keys() const;

  // For what is not described key by key: when reading, which keys there are, and where the object is.
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
  // Of a schema: the place of what may stand under a key, in each element of a list under it, under keys of any name.
  Schema property(std::string_view key);
  Schema items_of(std::string_view key);
  Schema any_key();
  void enter_case(std::string_view name);
  void leave_case();
  // What a key is about, in the cases that there are.
  void explain(std::string_view key, std::string_view about);
  const Json* source_ = nullptr;  // reading
  Json* target_ = nullptr;        // writing: the object; making a schema: that of the object
  Json* definitions_ = nullptr;   // making a schema
  Place place_;
  std::vector<std::string_view> known_;  // keys described so far
  std::vector<std::string_view> cases_;  // making a schema: in which the next key is there, by name
  std::string explained_;                // making a schema: what the key is about in other cases
  std::optional<BadScenario> problem_;   // the first requirement that does not hold
};

}  // namespace raftsim::scenarios::json
