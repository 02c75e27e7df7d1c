// Holds JSON against a JSON Schema.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace raftsim::tests {

// The first thing that the schema has against the document: "#/events/3/packet: required"; empty when nothing. Of JSON
// Schema it knows what draft 4 has, `$ref` within the schema included.
[[nodiscard]] std::string objection(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace raftsim::tests
