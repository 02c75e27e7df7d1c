// What a scenario file holds, in words.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/explain/explanation.hpp"
#include "scenarios/json/document.hpp"

namespace raftsim::scenarios::explain {

using json::Json;

// What the schema says about each key.
class Abouts {
 public:
  explicit Abouts(const Json& schema) : schema_(&schema), here_(&schema) {}
  // Of the object under a key, of each object in the list under it, or of the definition of this name.
  [[nodiscard]] Abouts in(std::string_view key) const;
  [[nodiscard]] Abouts of(std::string_view definition) const;
  // In one line; empty for a key that the schema does not have.
  [[nodiscard]] std::string about(std::string_view key) const;

 private:
  Abouts(const Json& schema, const Json& here) : schema_(&schema), here_(&here) {}
  [[nodiscard]] const Json& resolved(const Json& part) const;

  const Json* schema_;
  const Json* here_;
};

// "1ms to 5ms", "1ms to 5ms (9 of 10) or 200ms (1 of 10)", "S1, S3".
[[nodiscard]] std::string words(const Json& value);

// "the leader", "any of A but L", "S1 and S2", "L if term > 2, else any but L".
[[nodiscard]] std::string whom(const Json& selection);

// "a", "a and b", "a, b and c".
[[nodiscard]] std::string listed(const std::vector<std::string>& items);

// The keys of an object, and which of them a sentence has told.
class Told {
 public:
  Told(const Json& object, const Abouts& abouts) : object_(&object), abouts_(&abouts) {}
  [[nodiscard]] bool has(std::string_view key) const;
  // The value of a key that is there, which is told now.
  const Json& take(std::string_view key);
  // The same in words; empty when the key is not there.
  std::string text(std::string_view key);
  // Whether the key is there and true; it is told now.
  bool is_on(std::string_view key);
  // What no sentence has told: each key with its value and what it is about.
  [[nodiscard]] std::string rest() const;

 private:
  const Json* object_;
  const Abouts* abouts_;
  std::set<std::string, std::less<>> told_;
};

// Each setting that is not the usual one, with what it is about: "heartbeat is 30ms (default 50ms): how often ...".
void tell_settings(const Json& settings, const Json& usual, const Abouts& abouts, const std::string& path,
                   std::vector<ExplainedLine>& lines);

// A fault, and a rule that a script switches, as one sentence.
[[nodiscard]] std::string fault_in_words(const Json& fault, const Abouts& abouts);
[[nodiscard]] std::string rule_in_words(const Json& rule, const Abouts& abouts);

// The steps of a script, each a line; those within a step are deeper.
void tell_steps(const Json& steps, const Abouts& abouts, std::size_t depth, std::vector<ExplainedLine>& lines);

}  // namespace raftsim::scenarios::explain
