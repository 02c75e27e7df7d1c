#include "scenarios/json/selection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/json/condition.hpp"
#include "scenarios/json/fields.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::array<std::pair<std::string_view, Group::Kind>, 9> groups{{{"all", Group::Kind::all},
                                                                          {"connected", Group::Kind::connected},
                                                                          {"disconnected", Group::Kind::disconnected},
                                                                          {"up", Group::Kind::up},
                                                                          {"down", Group::Kind::down},
                                                                          {"paused", Group::Kind::paused},
                                                                          {"followers", Group::Kind::followers},
                                                                          {"leader", Group::Kind::leader},
                                                                          {"rest", Group::Kind::rest}}};
constexpr std::array<std::string_view, 9> grammar{"any",      "each",    "of",  "but", "the",
                                                  "follower", "longest", "log", "one"};

constexpr const char* a_selection =
    "servers such as \"leader\", \"S1\", \"any of A but L\", or a list of such, or {\"if\": ..., \"then\": ..., "
    "\"else\": ...}";

std::optional<std::uint32_t> number_in(std::string_view word) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool all = error == std::errc{} && end == word.data() + word.size();
  return all ? std::optional(number) : std::nullopt;
}

std::optional<core::ServerId> server_named(std::string_view word) {
  if (!word.starts_with('S')) return std::nullopt;
  const auto number = number_in(word.substr(1));
  if (!number || *number < 1 || *number > 0xffff) return std::nullopt;
  return core::ServerId{static_cast<std::uint16_t>(*number)};
}

// The words of a phrase, one after the other.
class Words {
 public:
  Words(std::string_view text, const Place& place) : text_(text), place_(place) {
    while (!text.empty()) {
      const auto blank = std::min(text.find(' '), text.size());
      if (blank > 0) words_.push_back(text.substr(0, blank));
      text.remove_prefix(std::min(blank + 1, text.size()));
    }
  }
  [[nodiscard]] bool done() const { return next_ == words_.size(); }
  bool take(std::string_view word) {
    if (done() || words_[next_] != word) return false;
    ++next_;
    return true;
  }
  std::optional<std::uint32_t> take_number() {
    const auto number = done() ? std::nullopt : number_in(words_[next_]);
    if (number) ++next_;
    return number;
  }
  Group group() {
    take("the");
    if (done()) fail("a group of servers after \"" + std::string(words_.empty() ? "" : words_.back()) + "\"");
    const auto word = words_[next_++];
    for (const auto& [name, kind] : groups) {
      if (name == word) return {.kind = kind};
    }
    if (const auto server = server_named(word)) return {.kind = Group::Kind::server, .server = *server};
    if (std::find(grammar.begin(), grammar.end(), word) != grammar.end() || number_in(word)) {
      fail("a group of servers, found \"" + std::string(word) + "\",");
    }
    return {.kind = Group::Kind::name, .name = std::string(word)};
  }
  // "of GROUP", if it is there.
  Group of_group() { return take("of") ? group() : Group{}; }
  [[nodiscard]] bool at_group() const { return !done() && words_[next_] != "but"; }
  [[noreturn]] void fail(const std::string& expected) const {
    place_.refuse("expected " + expected + " in \"" + std::string(text_) + "\"");
  }

 private:
  std::string_view text_;
  const Place& place_;
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
};

Pick pick_from(std::string_view text, const Place& place) {
  Words words(text, place);
  Pick pick{.text = std::string(text)};
  words.take("the");
  if (words.done()) words.fail(a_selection);
  if (words.take("any")) {
    pick.how = Pick::How::any;
    pick.count = words.take_number().value_or(1);
    if (words.take("of") || words.at_group()) pick.of = words.group();
  } else if (const auto number = words.take_number()) {
    pick.how = Pick::How::any;
    pick.count = *number;
    if (!words.take("of")) words.fail("\"of\" after the number");
    pick.of = words.group();
  } else if (words.take("each")) {
    words.take("of");
    if (words.at_group()) pick.of = words.group();
  } else if (words.take("follower")) {
    pick.how = Pick::How::follower;
    pick.of = words.of_group();
  } else if (words.take("leader")) {
    pick.how = Pick::How::leader;
    pick.of = words.of_group();
  } else if (words.take("one")) {
    if (!words.take("with") || !words.take("the") || !words.take("longest") || !words.take("log")) {
      words.fail("\"one with the longest log\"");
    }
    pick.how = Pick::How::longest_log;
    pick.of = words.of_group();
  } else if (words.take("longest")) {
    if (!words.take("log")) words.fail("\"log\" after \"longest\"");
    pick.how = Pick::How::longest_log;
    pick.of = words.of_group();
  } else {
    pick.of = words.group();
  }
  while (words.take("but")) pick.but.push_back(words.group());
  if (!words.done()) words.fail("\"but\" or the end of the words after a group of servers");
  if (pick.how == Pick::How::any && pick.count == 0) words.fail("at least one server");
  return pick;
}

std::vector<Pick> picks_from(const Json& json, const Place& place) {
  std::vector<Pick> picks;
  if (json.is_string()) {
    picks.push_back(pick_from(json.get_ref<const std::string&>(), place));
    return picks;
  }
  if (!json.is_array() || json.empty()) place.fail(a_selection, brief(json));
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    if (!json[i].is_string()) here.fail("servers such as \"leader\"", brief(json[i]));
    picks.push_back(pick_from(json[i].get_ref<const std::string&>(), here));
  }
  return picks;
}

void write_picks(Json& json, const std::vector<Pick>& picks) {
  if (picks.size() == 1) {
    json = picks.front().text;
    return;
  }
  json = Json::array();
  for (const auto& pick : picks) json.push_back(pick.text);
}

// One side of a choice.
struct Picks {
  std::vector<Pick>& picks;
};
void read(const Json& json, const Place& place, Picks picks) { picks.picks = picks_from(json, place); }
void write(Json& json, Picks picks) { write_picks(json, picks.picks); }
void define(Schema schema, Picks /*picks*/) {
  schema.is_a("picks", R"json({
    "anyOf": [{"type": "string", "minLength": 1},
              {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}],
    "description": "\"leader\", \"S1\", \"any of A but L\", \"each connected\", \"rest\", or a list of such"})json");
}

void describe_choice(Fields& fields, Selection& selection) {
  if (!fields.writes()) selection.when.emplace();
  fields.required("if", Expression{*selection.when}, "on what it depends");
  fields.required("then", Picks{selection.picks}, "who it is if so");
  fields.required("else", Picks{selection.otherwise}, "who it is if not");
}

}  // namespace

void read(const Json& json, const Place& place, Servers servers) {
  servers.selection = {};
  if (json.is_object()) {
    Fields fields(json, place);
    describe_choice(fields, servers.selection);
    fields.finish();
  } else {
    servers.selection.picks = picks_from(json, place);
  }
}

void write(Json& json, Servers servers) {
  if (servers.selection.when) {
    Fields fields(json);
    describe_choice(fields, servers.selection);
  } else {
    write_picks(json, servers.selection.picks);
  }
}

void define(Schema schema, Servers /*servers*/) {
  schema.is_a("selection", [](Schema selection) {
    Selection blank;
    const auto choice = [&](Schema one) {
      Fields fields(one);
      describe_choice(fields, blank);
    };
    selection.is(R"({"description": "whom: servers in words, or a choice"})");
    selection.is_any_of({[&](Schema one) { define(one, Picks{blank.picks}); }, choice});
  });
}

bool is_word_of_selections(std::string_view name) {
  const auto is = [&](const auto& group) { return group.first == name; };
  return std::any_of(groups.begin(), groups.end(), is) ||
         std::find(grammar.begin(), grammar.end(), name) != grammar.end() || server_named(name) || number_in(name);
}

std::vector<std::string_view> group_words() {
  std::vector<std::string_view> words;
  for (const auto& [name, kind] : groups) words.push_back(name);
  return words;
}

}  // namespace raftsim::scenarios::json
