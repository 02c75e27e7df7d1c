#include "scenarios/json/given_states.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/machine/command.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::size_t longest_log = 10'000;
constexpr std::uint64_t highest_term = 1'000'000'000;
constexpr std::uint32_t highest_key = 99'999;
constexpr std::size_t longest_value = 40;  // what core::describe shows whole

constexpr const char* a_log =
    "the terms of the entries, such as [1, 1, 1, 4] or \"1x3 4\", from index 1 on; in a list an entry may be "
    "{\"term\": "
    "4, \"command\": \"put k1 = x\"}";
constexpr const char* a_command =
    "a command such as \"put k1 = x\", \"append k1 + x\", \"compare-and-set k1 = y if x\", \"erase k1\" or \"no-op\" "
    "(values of at most 40 printable letters)";

// "S5": whom a server has voted for.
struct Candidate {
  core::ServerId& server;
  std::uint32_t servers;
};
void read(const Json& json, const Place& place, Candidate candidate) {
  for (std::uint16_t number = 1; number <= candidate.servers; ++number) {
    if (json != "S" + std::to_string(number)) continue;
    candidate.server = {number};
    return;
  }
  place.fail("a server from S1 to S" + std::to_string(candidate.servers), brief(json));
}
void write(Json& json, Candidate candidate) { json = "S" + std::to_string(candidate.server.value); }
void define(Schema schema, Candidate /*candidate*/) {
  schema.is_a("server", R"json({"type": "string", "pattern": "^S[1-9][0-9]?$"})json");
}

// --- commands ---

struct GivenCommand {
  GivenEntry& entry;
};

bool is_value(std::string_view text) {
  const auto is_shown = [](char letter) { return letter >= 0x20 && letter < 0x7f && letter != '\\'; };
  return text.size() <= longest_value && text.find(" if ") == text.npos && std::ranges::all_of(text, is_shown);
}

// "k1" at the start of the text, which is taken off.
std::optional<core::Key> take_key(std::string_view& text) {
  if (!text.starts_with('k')) return std::nullopt;
  core::Key key;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), key.value);
  if (error != std::errc{} || key.value > highest_key) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return key;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// As core::describe writes it.
std::optional<core::Operation> operation_in(std::string_view text) {
  using Kind = core::OperationKind;
  core::Operation operation;
  if (take(text, "put ")) {
    operation.kind = Kind::put;
  } else if (take(text, "append ")) {
    operation.kind = Kind::append;
  } else if (take(text, "compare-and-set ")) {
    operation.kind = Kind::compare_and_set;
  } else if (take(text, "erase ")) {
    operation.kind = Kind::erase;
  } else {
    return std::nullopt;
  }
  const auto key = take_key(text);
  if (!key) return std::nullopt;
  operation.key = *key;
  if (operation.kind == Kind::erase) return text.empty() ? std::optional(operation) : std::nullopt;
  if (!take(text, operation.kind == Kind::append ? " + " : " = ")) return std::nullopt;
  if (operation.kind == Kind::compare_and_set) {
    const auto expected = text.find(" if ");
    if (expected == text.npos || !is_value(text.substr(expected + 4))) return std::nullopt;
    operation.expected = core::Bytes(text.substr(expected + 4));
    text = text.substr(0, expected);
  }
  if (!is_value(text)) return std::nullopt;
  operation.value = core::Bytes(text);
  return operation;
}

void read(const Json& json, const Place& place, GivenCommand command) {
  if (json == "no-op") {
    command.entry.kind = core::EntryKind::no_op;
    return;
  }
  if (json.is_string()) command.entry.operation = operation_in(json.get_ref<const std::string&>());
  if (!command.entry.operation) place.fail(a_command, brief(json));
}

void write(Json& json, GivenCommand command) {
  json = command.entry.operation ? core::describe(*command.entry.operation) : "no-op";
}

void define(Schema schema, GivenCommand /*command*/) { schema.is(R"({"type": "string"})"); }

// --- logs ---

// [1, 1, 1, 4], "1x3 4", [1, {"term": 1, "command": "put k1 = x"}]
struct GivenLog {
  std::vector<GivenEntry>& entries;
};

bool says_command(const GivenEntry& entry) { return entry.operation || entry.kind != core::EntryKind::command; }

void describe(Fields& fields, GivenEntry& entry) {
  fields.required("term", Count{entry.term.value, 1, highest_term}, "in which the entry was made");
  fields.if_given("command", says_command(entry), GivenCommand{entry},
                  "put k1 = x, append k1 + x, compare-and-set k1 = y if x, erase k1, or no-op");
}

std::optional<std::uint64_t> whole_number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// "4x2" is two entries of term 4, and "4" is one.
void read_run(std::string_view word, const Place& place, std::vector<GivenEntry>& entries) {
  const auto times = word.find('x');
  const auto term = whole_number_in(word.substr(0, times));
  const auto count = times == word.npos ? std::optional<std::uint64_t>(1) : whole_number_in(word.substr(times + 1));
  const bool sound = term && *term >= 1 && *term <= highest_term && count && *count >= 1 && *count <= longest_log;
  if (!sound) place.fail(a_log, brief(Json(word)));
  entries.insert(entries.end(), *count, GivenEntry{{*term}});
}

void read_runs(std::string_view text, const Place& place, std::vector<GivenEntry>& entries) {
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    if (blank > 0) read_run(text.substr(0, blank), place, entries);
    if (entries.size() > longest_log) return;
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
}

void read(const Json& json, const Place& place, GivenLog log) {
  auto& entries = log.entries;
  if (json.is_string()) {
    read_runs(json.get_ref<const std::string&>(), place, entries);
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size() && i <= longest_log; ++i) {
      auto& entry = entries.emplace_back();
      const Place here = place.element(json, i);
      if (json[i].is_object()) {
        Fields fields(json[i], here);
        describe(fields, entry);
        fields.finish();
      } else {
        entry.term.value = read_count(json[i], here, 1, highest_term);
      }
    }
  } else {
    place.fail(a_log, brief(json));
  }
  if (entries.size() > longest_log) place.fail("at most 10,000 entries", "more");
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].term >= entries[i - 1].term) continue;
    place.fail("terms that do not go down along the log", "term " + std::to_string(entries[i].term.value) +
                                                              " at index " + std::to_string(i + 1) + ", after term " +
                                                              std::to_string(entries[i - 1].term.value));
  }
}

void define(Schema schema, GivenLog /*log*/) {
  const auto entry = [](Schema one) {
    GivenEntry given;
    Fields::define_object(one, "given_entry", [&](Fields& fields) { describe(fields, given); });
  };
  const auto term = [](Schema one) { one.is_integer(1, highest_term); };
  const auto list = [&](Schema all) {
    all.is_list_of([&](Schema one) { one.is_any_of({term, entry}); }, 0, longest_log);
  };
  schema.is_any_of({[](Schema runs) { runs.is(R"({"type": "string", "pattern": "^[0-9x ]*$"})"); }, list});
}

// Runs of terms, unless there is more to say.
void write(Json& json, GivenLog log) {
  if (std::ranges::any_of(log.entries, says_command)) {
    json = Json::array();
    for (auto& entry : log.entries) {
      if (says_command(entry)) {
        Fields fields(json.emplace_back());
        describe(fields, entry);
      } else {
        json.push_back(entry.term.value);
      }
    }
    return;
  }
  std::string text;
  for (std::size_t i = 0, end = 0; i < log.entries.size(); i = end) {
    const auto term = log.entries[i].term;
    while (end < log.entries.size() && log.entries[end].term == term) ++end;
    text += (text.empty() ? "" : " ") + std::to_string(term.value);
    if (end - i > 1) text += "x" + std::to_string(end - i);
  }
  json = text;
}

// --- states ---

core::Term last_term(const GivenState& state) { return state.log.empty() ? core::Term{} : state.log.back().term; }

void describe(Fields& fields, GivenState& state, std::uint32_t servers) {
  auto& [term, vote] = state.hard_state;
  const bool says_term =
      fields("term", Count{term.value, 0, highest_term}, "the current one; when left out: that of the last entry");
  fields.if_given("vote", vote != core::no_server, Candidate{vote, servers}, "in that term; when left out: nobody");
  fields.if_given("log", !state.log.empty(), GivenLog{state.log},
                  "terms from index 1 on: [1, 1, 1, 4, 4], or \"1x3 4x2\" for the same");
  if (!says_term) term = last_term(state);
  // A schema knows no log, whose length is the bound.
  const std::uint64_t last = fields.defines() ? longest_log : state.log.size();
  fields.if_given("snapshot", state.snapshot != core::Index{}, Count{state.snapshot.value, 0, last},
                  "the log up to this index is in a snapshot; 0: there is none");
  const bool says_commit =
      fields.if_given("commit", state.committed != core::Index{}, Count{state.committed.value, 0, last},
                      "what the server had committed; when left out: what the snapshot covers");
  if (fields.reads() && !says_commit) state.committed = state.snapshot;
  fields.require(term >= last_term(state), "term",
                 "a term that is not below that of the last entry, " + std::to_string(last_term(state).value));
  fields.require(vote == core::no_server || term > core::Term{}, "vote",
                 "a term above 0 with it: in term 0 nobody stands for election");
  fields.require(state.committed >= state.snapshot, "commit",
                 "no less than the last index of the snapshot: what it covers was committed");
}

}  // namespace

void describe_begin(Fields& fields, Scenario& scenario) {
  if (fields.writes() && scenario.begin.empty()) return;
  std::vector<std::string> names;
  for (std::uint32_t number = 1; number <= scenario.servers; ++number) names.push_back("S" + std::to_string(number));
  std::vector<GivenState> states = scenario.begin;
  states.resize(scenario.servers);
  fields.object("begin", "what servers hold before the run, as after a crash, by server; who is not named is new",
                [&](Fields& inner) {
                  inner.objects_by_name(
                      names, "given_state", [&](std::size_t i) { return states[i] != GivenState{}; },
                      [&](Fields& one, std::size_t i) { describe(one, states[i], scenario.servers); });
                });
  if (!fields.reads()) return;
  const bool all_new = std::ranges::all_of(states, [](const GivenState& state) { return state == GivenState{}; });
  scenario.begin = all_new ? std::vector<GivenState>() : std::move(states);
  if (!scenario.begin.empty()) check_begin(scenario, fields.place().origin);
}

}  // namespace raftsim::scenarios::json
