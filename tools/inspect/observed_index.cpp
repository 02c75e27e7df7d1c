#include "tools/inspect/observed_index.hpp"

#include <concepts>
#include <variant>

#include "core/observation_fields.hpp"

namespace raftsim::tools {

namespace {

struct FirstIndex {
  std::optional<core::Index> found = std::nullopt;
  template <class Value>
  void operator()(const char* /*key*/, const Value& value) {
    if constexpr (std::same_as<Value, core::Index>) {
      if (!found) found = value;
    }
  }
  template <class Value>
  void optional(const char* /*key*/, const Value& /*value*/) {}
};

}  // namespace

std::optional<core::Index> observed_index(const core::Observation& said) {
  FirstIndex first;
  std::visit([&](const auto& what) { core::for_each_field(what, first); }, said.what);
  return first.found;
}

}  // namespace raftsim::tools
