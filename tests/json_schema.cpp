#include "json_schema.hpp"

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <stdexcept>

namespace raftsim::tests {

namespace {

rapidjson::Document parsed(const nlohmann::json& json) {
  rapidjson::Document result;
  if (result.Parse(json.dump().c_str()).HasParseError()) throw std::runtime_error("the two parsers of JSON disagree");
  return result;
}

}  // namespace

std::string objection(const nlohmann::json& schema, const nlohmann::json& document) {
  const rapidjson::SchemaDocument rules(parsed(schema));
  rapidjson::SchemaValidator validator(rules);
  if (parsed(document).Accept(validator)) return "";
  rapidjson::StringBuffer place;
  validator.GetInvalidDocumentPointer().StringifyUriFragment(place);
  return std::string(place.GetString()) + ": " + validator.GetInvalidSchemaKeyword();
}

}  // namespace raftsim::tests
