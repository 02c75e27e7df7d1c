// Values of a trace's JSON by key: present, of the right type and in range, or else Wrong says what is not.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "checkers/trace/words.hpp"

namespace raftsim::checkers::json_fields {

using Json = nlohmann::ordered_json;

// What is wrong, without the location.
class Wrong : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Null if `json` has no such key. Throws Wrong if `json` is not an object.
[[nodiscard]] const Json* find(const Json& json, const char* key);
// The others throw Wrong if the key is missing or its value is of another type.
const Json& at(const Json& json, const char* key);
[[nodiscard]] std::uint64_t number_up_to(std::uint64_t limit, const Json& json, const char* key);
[[nodiscard]] bool boolean(const Json& json, const char* key);
[[nodiscard]] bool flag(const Json& json, const char* key);  // false if missing
const std::string& text(const Json& json, const char* key);
[[nodiscard]] std::string text_or_empty(const Json& json, const char* key);
const Json& array(const Json& json, const char* key);
[[nodiscard]] std::size_t size_of(const Json& array);
[[nodiscard]] const Json& item_of(const Json& array, std::size_t place);
[[nodiscard]] sim::Time time(const Json& json, const char* key);
[[nodiscard]] std::uint64_t number_as_text(const Json& json, const char* key, int base);
[[nodiscard]] core::Digest digest(const Json& json, const char* key);
[[nodiscard]] std::string bytes(const Json& json, const char* key);  // two hexadecimal digits each
[[nodiscard]] sim::HostId host(const Json& json, const char* key, const Naming& naming);
[[nodiscard]] core::ServerId server(const Json& json, const char* key);
[[nodiscard]] core::Configuration configuration(const Json& json);

template <class Number>
[[nodiscard]] Number number(const Json& json, const char* key) {
  return static_cast<Number>(number_up_to(std::numeric_limits<Number>::max(), json, key));
}

template <class Number>
[[nodiscard]] Number number_or_zero(const Json& json, const char* key) {
  return find(json, key) != nullptr ? number<Number>(json, key) : Number{};
}

template <class Enumeration>
[[nodiscard]] Enumeration word(const Json& json, const char* key) {
  const std::string& said = text(json, key);
  if (const auto value = named<Enumeration>(said)) return *value;
  throw Wrong(fmt::format("\"{}\": \"{}\" is not known", key, said));
}

// Reads the object at `key`, and adds `key` to the location of an error.
template <class Read>
[[nodiscard]] auto below(const Json& json, const char* key, Read read) {
  const Json& value = at(json, key);
  try {
    return read(value);
  } catch (const Wrong& wrong) {
    throw Wrong(fmt::format("{}: {}", key, wrong.what()));
  }
}

// Reads each item of the array at `key`; a missing key counts as an empty array.
template <class Read>
[[nodiscard]] auto each(const Json& json, const char* key, Read read) {
  std::vector<decltype(read(json))> result;
  if (find(json, key) == nullptr) return result;
  const Json& items = array(json, key);
  for (std::size_t i = 0; i < size_of(items); ++i) {
    try {
      result.push_back(read(item_of(items, i)));
    } catch (const Wrong& wrong) {
      throw Wrong(fmt::format("{}[{}]: {}", key, i, wrong.what()));
    }
  }
  return result;
}

}  // namespace raftsim::checkers::json_fields
