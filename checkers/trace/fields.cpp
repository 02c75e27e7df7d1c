#include "checkers/trace/fields.hpp"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

namespace raftsim::checkers::json_fields {

const Json* find(const Json& json, const char* key) {
  if (!json.is_object()) throw Wrong("expected an object");
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

const Json& at(const Json& json, const char* key) {
  if (const Json* value = find(json, key)) return *value;
  throw Wrong(fmt::format("\"{}\" is missing", key));
}

std::uint64_t number_up_to(std::uint64_t limit, const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_number_integer()) throw Wrong(fmt::format("\"{}\": expected a whole number", key));
  const bool fits = value.is_number_unsigned() && value.get<std::uint64_t>() <= limit;
  if (!fits) throw Wrong(fmt::format("\"{}\": {} is out of range", key, value.dump()));
  return value.get<std::uint64_t>();
}

bool boolean(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_boolean()) throw Wrong(fmt::format("\"{}\": expected true or false", key));
  return value.get<bool>();
}

bool flag(const Json& json, const char* key) { return find(json, key) != nullptr && boolean(json, key); }

const std::string& text(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_string()) throw Wrong(fmt::format("\"{}\": expected a string", key));
  return value.get_ref<const std::string&>();
}

std::string text_or_empty(const Json& json, const char* key) {
  return find(json, key) != nullptr ? text(json, key) : std::string();
}

const Json& array(const Json& json, const char* key) {
  const Json& value = at(json, key);
  if (!value.is_array()) throw Wrong(fmt::format("\"{}\": expected an array", key));
  return value;
}

std::size_t size_of(const Json& array) { return array.size(); }

const Json& item_of(const Json& array, std::size_t place) { return array[place]; }

sim::Time time(const Json& json, const char* key) {
  return sim::Time(sim::Duration(static_cast<std::int64_t>(number<std::uint64_t>(json, key))));
}

std::uint64_t number_as_text(const Json& json, const char* key, int base) {
  const std::string& digits = text(json, key);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw Wrong(fmt::format("\"{}\": expected a {} number as a string, not \"{}\"", key,
                            base == 16 ? "hexadecimal" : "decimal", digits));
  }
  return value;
}

core::Digest digest(const Json& json, const char* key) { return number_as_text(json, key, 16); }

std::string bytes(const Json& json, const char* key) {
  const std::string_view digits = text(json, key);
  std::string result;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    std::uint8_t byte = 0;
    const char* const begin = digits.data() + i;
    const auto [end, error] = std::from_chars(begin, begin + 2, byte, 16);
    if (error != std::errc() || end != begin + 2) break;
    result += static_cast<char>(byte);
  }
  if (digits.empty() || result.size() * 2 != digits.size()) {
    throw Wrong(fmt::format("\"{}\": expected two hexadecimal digits for each byte, not \"{}\"", key, digits));
  }
  return result;
}

sim::HostId host(const Json& json, const char* key, const Naming& naming) {
  const std::string& said = text(json, key);
  if (const auto host = naming.host(said)) return *host;
  throw Wrong(fmt::format("\"{}\": no host is called \"{}\"", key, said));
}

core::ServerId server(const Json& json, const char* key) {
  const std::string& said = text(json, key);
  if (said.empty()) return core::no_server;
  if (const auto host = Naming{0xfff0}.host(said)) return {static_cast<std::uint16_t>(host->value + 1)};
  throw Wrong(fmt::format("\"{}\": no server is called \"{}\"", key, said));
}

namespace {

core::ServerSet servers(const Json& json, const char* key) {
  core::ServerSet result;
  if (find(json, key) == nullptr) return result;
  for (const Json& item : array(json, key)) {
    const bool fits = item.is_number_unsigned() && item.get<std::uint64_t>() <= core::max_servers && item != 0;
    if (!fits) throw Wrong(fmt::format("\"{}\": {} is no server's number", key, item.dump()));
    result.insert({item.get<std::uint16_t>()});
  }
  return result;
}

}  // namespace

core::Configuration configuration(const Json& json) {
  at(json, "voters");
  return {servers(json, "voters"), servers(json, "outgoing"), servers(json, "learners")};
}

}  // namespace raftsim::checkers::json_fields
