// A scenario in words leaves nothing out: whatever its file says changes the text when it is changed.
#include "scenarios/explain/explanation.hpp"

#include <cctype>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "catch.hpp"
#include "scenarios/scenario_json.hpp"
#include "shipped.hpp"

using namespace raftsim::scenarios;

namespace {

using nlohmann::ordered_json;

std::string explained_text(const Scenario& scenario) {
  std::string text;
  for (const auto& part : explanation(scenario)) {
    text += part.title + '\n';
    for (const auto& line : part.lines) text += std::string(line.depth, ' ') + line.text + '\n';
  }
  return text;
}

std::optional<Scenario> read_as_scenario(const ordered_json& file) {
  try {
    return scenario_from_json(file.dump(), "x.json");
  } catch (const ScenarioError&) {
    return std::nullopt;
  }
}

// The words that the schema has for values: "datagram", "leader", ...
const std::set<std::string>& words_of_schema() {
  static const std::set<std::string> words = [] {
    std::set<std::string> result{"S1", "S2", "any", "all", "leader", "down", "up", "a-new-name", "up < 2"};
    const std::function<void(const nlohmann::json&)> collect = [&](const nlohmann::json& part) {
      if (part.is_object() && part.contains("enum")) {
        for (const auto& word : part["enum"]) result.insert(word.get<std::string>());
      }
      for (const auto& inner : part) {
        if (inner.is_structured()) collect(inner);
      }
    };
    collect(nlohmann::json::parse(scenario_schema()));
    return result;
  }();
  return words;
}

// Other values that a leaf might have: its first number one more or one less, the other truth, other words.
std::vector<ordered_json> others(const ordered_json& value) {
  if (value.is_boolean()) return {!value.get<bool>()};
  if (value.is_number()) return {value.get<std::int64_t>() + 1, value.get<std::int64_t>() - 1};
  if (!value.is_string()) return {};
  const auto text = value.get<std::string>();
  std::vector<ordered_json> result;
  const auto digit = text.find_first_of("0123456789");
  if (digit != text.npos && text.find_first_not_of("0123456789/-BKMGTimnusi") == text.npos) {
    std::size_t length = 0;
    const auto number = std::stoll(text.substr(digit), &length);
    for (const auto other : {number + 1, number - 1}) {
      if (other >= 0) result.emplace_back(text.substr(0, digit) + std::to_string(other) + text.substr(digit + length));
    }
  }
  result.emplace_back(text + "x");
  for (const auto& word : words_of_schema()) result.emplace_back(word);
  return result;
}

struct Leaves {
  int changed = 0;
  int fixed = 0;  // no other value was found that can be read and means something else
};

// Changes each leaf below `here` in turn and holds the text against the one before.
void change_each(ordered_json& file, ordered_json& here, const Scenario& before, const std::string& text,
                 Leaves& leaves) {
  if (here.is_structured()) {
    for (auto& inner : here) change_each(file, inner, before, text, leaves);
    return;
  }
  const ordered_json value = here;
  for (const auto& other : others(value)) {
    here = other;
    const auto now = read_as_scenario(file);
    if (!now || *now == before) continue;
    ++leaves.changed;
    INFO(value.dump() << " became " << other.dump());
    CHECK(explained_text(*now) != text);
    here = value;
    return;
  }
  here = value;
  ++leaves.fixed;
}

Leaves leaves_of(const std::string& file_text) {
  auto file = ordered_json::parse(file_text);
  const auto before = scenario_from_json(file_text, "x.json");
  Leaves leaves;
  change_each(file, file, before, explained_text(before), leaves);
  return leaves;
}

}  // namespace

TEST_CASE("Every value in a shipped scenario leaves a trace in its explanation", "[long]") {
  Leaves all;
  for (const auto& file : shipped::scenario_files()) {
    CAPTURE(file.name);
    const auto leaves = leaves_of(file.text);
    all.changed += leaves.changed;
    all.fixed += leaves.fixed;
  }
  CAPTURE(all.changed, all.fixed);
  CHECK(all.changed > 3000);
  CHECK(all.fixed * 20 < all.changed);
}

TEST_CASE("Every value in a scenario that uses every key leaves a trace in its explanation") {
  const auto leaves = leaves_of(shipped::every_key);
  CHECK(leaves.changed > 300);
  CHECK(leaves.fixed * 6 < leaves.changed);
}

TEST_CASE("A setting that is the default is not told, and one that is not is told with both values and its meaning") {
  const auto text =
      explained_text(scenario_from_json(R"({"name": "x", "raft": {"vote_retry": "20ms", "pre_vote": true}})", "x"));
  CHECK_THAT(text, Catch::Contains("vote_retry is 20ms (default 0ms): after so long a candidate asks those again"));
  const auto usual = explained_text(scenario_from_json(R"({"name": "x"})", "x"));
  CHECK_THAT(usual, !Catch::Contains("vote_retry"));
}

TEST_CASE("Faults and steps are told as sentences") {
  const auto text = explained_text(scenario_from_json(R"({
    "name": "x", "cluster": {"servers": 3},
    "faults": [
      {"name": "disk", "kind": "slow-disk", "slowdown": 100, "target": "leader", "at": ["2s", ["6s", "8s"]], "lasts": "1s"},
      {"name": "late", "kind": "messages", "match": {"kind": "AppendEntriesReply", "from": "S2"}, "chance": "2/3",
       "action": "hold", "delay": ["50ms", "800ms"], "always": true}],
    "script": [
      {"let": {"L": "leader"}},
      {"repeat": 3, "as": "i", "steps": [{"if": "i == 1", "cut": "L"}]},
      {"agree": {"servers": 2, "count": 5, "within": "4s"}}]})",
                                                      "x"));
  using Catch::Contains;
  CHECK_THAT(text,
             Contains("disk: the disk of the leader takes 100 times as long, at 2s and 6s to 8s; it lasts 1s.\n"));
  CHECK_THAT(text,
             Contains("late: AppendEntriesReply messages from S2 are held for 50ms to 800ms, each with the chance 2/3, "
                      "all the time.\n"));
  CHECK_THAT(text, Contains("1. let L be the leader\n2. repeat 3 times, counting i from 0:\n"
                            " 1. if i == 1: cut L off from everybody\n"
                            "3. have 5 commands of 16 bytes applied by 2 servers, within 4s\n"));
}
