#include "scenarios/json/script.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/json/condition.hpp"
#include "scenarios/json/faults.hpp"
#include "scenarios/json/selection.hpp"
#include "scenarios/json/vocabulary.hpp"
#include "scenarios/nearest.hpp"

namespace raftsim::scenarios::json {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 24> actions{"let",   "cut",    "connect", "partition", "crash",   "restart",
                                                   "pause", "resume", "wipe",    "network",   "disk",    "raft",
                                                   "rules", "faults", "propose", "agree",     "members", "transfer",
                                                   "sleep", "mark",   "until",   "expect",    "repeat",  "steps"};

constexpr std::array<Named<Propose::Wait>, 3> wait_names{
    {{"none", Propose::Wait::none}, {"accepted", Propose::Wait::accepted}, {"committed", Propose::Wait::committed}}};
constexpr std::array<std::pair<std::string_view, Treat::Kind>, 6> treatments{{{"cut", Treat::Kind::cut},
                                                                              {"connect", Treat::Kind::connect},
                                                                              {"restart", Treat::Kind::restart},
                                                                              {"pause", Treat::Kind::pause},
                                                                              {"resume", Treat::Kind::resume},
                                                                              {"wipe", Treat::Kind::wipe}}};
constexpr std::array<Named<sim::DiskOperationKind>, 2> moment_names{
    {{"write", sim::DiskOperationKind::write}, {"fsync", sim::DiskOperationKind::fsync}}};

constexpr std::uint64_t most_iterations = 1'000'000;

// A key that may be missing.
template <class Value, class Wrap>
void maybe(Fields& fields, std::string_view key, std::optional<Value>& value, const Wrap& wrap) {
  if (!fields.reads()) {
    if (value) fields(key, wrap(*value));
    return;
  }
  Value read{};
  if (fields(key, wrap(read))) value = std::move(read);
}

// A key that is written only when it says something.
template <class Value, class Wrap>
void unless_default(Fields& fields, std::string_view key, Value& value, const Wrap& wrap) {
  if (fields.reads() || value != Value{}) fields(key, wrap(value));
}

Servers servers(Selection& selection) { return {selection}; }

// How long a step waits at most.
void describe_patience(Fields& fields, sim::Duration& within) {
  if (fields.reads() || within != script_patience) fields("within", within);
}

}  // namespace

// --- values ---

namespace {

// 4 (just that), [2, 3], or {"at_least": 2, "at_most": 3}
struct Limits {
  Bounds& bounds;
};

void describe_bounds(Fields& fields, Bounds& bounds) {
  const auto number = [](std::uint64_t& value) { return Count<std::uint64_t>{value, 0, 1ULL << 40U}; };
  maybe(fields, "at_least", bounds.at_least, number);
  maybe(fields, "at_most", bounds.at_most, number);
  fields.require(bounds.at_least || bounds.at_most, "", "\"at_least\", \"at_most\", or both");
  fields.require(!bounds.at_least || !bounds.at_most || *bounds.at_least <= *bounds.at_most, "at_most",
                 "no less than at_least");
}

void read(const Json& json, const Place& place, Limits limits) {
  constexpr std::uint64_t most = 1ULL << 40U;
  if (json.is_object()) {
    Fields fields(json, place);
    describe_bounds(fields, limits.bounds);
    fields.finish();
  } else if (json.is_array() && json.size() == 2) {
    limits.bounds.at_least = read_count(json[0], place.at("0"), 0, most);
    limits.bounds.at_most = read_count(json[1], place.at("1"), *limits.bounds.at_least, most);
  } else if (json.is_number_unsigned()) {
    limits.bounds.at_least = limits.bounds.at_most = read_count(json, place, 0, most);
  } else {
    place.fail("a whole number, [least, most], or {\"at_least\": ..., \"at_most\": ...}", json::brief(json));
  }
}

void write(Json& json, Limits limits) {
  const auto& [least, most] = limits.bounds;
  if (least && most) {
    json = *least == *most ? Json(*least) : Json::array({*least, *most});
  } else {
    Fields fields(json);
    describe_bounds(fields, limits.bounds);
  }
}

// {"mark": "start", "at_most": 30}
struct Since {
  SinceMark& since;
};
void describe_since(Fields& fields, SinceMark& since) {
  fields.required("mark", Word{since.mark}, "since when; \"start\" is the beginning of the run");
  describe_bounds(fields, since.bounds);
}
void read(const Json& json, const Place& place, Since since) {
  Fields fields(json, place);
  describe_since(fields, since.since);
  fields.finish();
}
void write(Json& json, Since since) {
  Fields fields(json);
  describe_since(fields, since.since);
}

// Settings of the scenario's that are to be others, as they are written.
struct Patch {
  std::string& text;
};
void read(const Json& json, const Place& place, Patch patch) {
  if (!json.is_object() || json.empty()) place.fail("an object of what is to be otherwise", json::brief(json));
  patch.text = json.dump();
}
void write(Json& json, Patch patch) { json = Json::parse(patch.text); }

// "proposed": what the last propose or agree was about.
struct Proposed {
  bool& said;
};
void read(const Json& json, const Place& place, Proposed proposed) {
  if (json != "proposed") place.fail("\"proposed\": what the last propose or agree was about", json::brief(json));
  proposed.said = true;
}
void write(Json& json, Proposed) { json = "proposed"; }

struct Sides {
  std::vector<Selection>& sides;
};
void read(const Json& json, const Place& place, Sides sides) {
  if (!json.is_array()) place.fail("a list of sides, or [] for no partition", json::brief(json));
  for (std::size_t i = 0; i < json.size(); ++i) {
    json::read(json[i], place.at(std::to_string(i)), Servers{sides.sides.emplace_back()});
  }
}
void write(Json& json, Sides sides) {
  json = Json::array();
  for (auto& side : sides.sides) json::write(json.emplace_back(), Servers{side});
}

}  // namespace

// --- the keys of each action ---

namespace {

// What reading a step needs to know of its scenario.
struct Surroundings {
  const Scenario& scenario;
};

void describe(Fields& fields, Let& let, const Surroundings&) {
  fields.object("let", [&](Fields& inner) {
    for (auto& name : inner.keys()) let.names.emplace_back(std::move(name), Selection{});
    for (auto& [name, selection] : let.names) inner(name, servers(selection));
    inner.require(!let.names.empty(), "", "at least one name");
  });
  describe_patience(fields, let.within);
}

void describe(Fields& fields, Treat& treat, const Surroundings&) {
  for (const auto& [word, kind] : treatments) {
    if (kind == treat.kind) fields(word, servers(treat.whom));
  }
}

void describe(Fields& fields, Split& split, const Surroundings&) { fields("partition", Sides{split.sides}); }

void describe_moment(Fields& fields, sim::CrashMoment& moment) {
  moment.before = fields.reads() ? fields.has("before") : moment.before;
  fields.required(moment.before ? "before" : "after", Choice{moment.kind, moment_names},
                  "at which operation of the disk; or \"before\"");
  fields("nth", Count{moment.nth, 1});
}

void describe(Fields& fields, Crash& crash, const Surroundings&) {
  fields("crash", servers(crash.whom));
  fields.optional_object("at", crash.at, sim::CrashMoment{sim::DiskOperationKind::write, false, 1},
                         [](Fields& inner, sim::CrashMoment& moment) { describe_moment(inner, moment); });
}

// A patch under `key`. When reading, `settings` describes what it changes, the scenario's own otherwise.
template <class Settings>
void describe_patch(Fields& fields, std::string_view key, std::string& patch, const Settings& settings) {
  fields(key, Patch{patch});
  if (!fields.reads()) return;
  const Json json = Json::parse(patch);
  Fields inner(json, fields.place().at(key));
  settings(inner);
  inner.finish();
}

void describe(Fields& fields, ChangeNetwork& change, const Surroundings& here) {
  describe_patch(fields, "network", change.patch, [&](Fields& inner) {
    change.network = here.scenario.network;
    change.clients = here.scenario.client_links;
    describe_network(inner, change.network, change.clients, here.scenario.servers);
  });
  maybe(fields, "from", change.from, servers);
  maybe(fields, "to", change.to, servers);
}

void describe(Fields& fields, ChangeDisk& change, const Surroundings& here) {
  describe_patch(fields, "disk", change.patch, [&](Fields& inner) {
    change.disk = here.scenario.disk;
    describe_disk(inner, change.disk);
    inner.require(change.disk.sector_bytes == here.scenario.disk.sector_bytes, "",
                  "the same sector_bytes as before: a disk keeps its sectors");
  });
  maybe(fields, "of", change.of, servers);
}

void describe(Fields& fields, ChangeOptions& change, const Surroundings& here) {
  describe_patch(fields, "raft", change.patch, [&](Fields& inner) {
    change.options = here.scenario.raft;
    describe_options(inner, change.options);
    inner.require(change.options.lease_reads == here.scenario.raft.lease_reads, "",
                  "the same lease_reads as before: leases are promised by it");
  });
  maybe(fields, "of", change.of, servers);
}

void describe(Fields& fields, SwitchNamed& switched, const Surroundings&) {
  fields.object(switched.kind == SwitchNamed::Kind::rules ? "rules" : "faults", [&](Fields& inner) {
    for (auto& name : inner.keys()) switched.on.emplace_back(std::move(name), false);
    for (auto& [name, on] : switched.on) inner(name, on);
    inner.require(!switched.on.empty(), "", "at least one name");
  });
}

void describe(Fields& fields, Propose& propose, const Surroundings&) {
  fields.object("propose", [&](Fields& inner) {
    inner("count", Counts{propose.count, 0, 1'000'000});
    inner("at", servers(propose.at));
    inner("wait", Choice{propose.wait, wait_names});
    inner("servers", Count{propose.servers, 1});
    inner("payload_bytes", Sizes{propose.payload_bytes, least_value_bytes});
    inner("within", propose.within);
    inner.require(propose.within > 0ms, "within", "a duration above 0ms");
  });
}

void describe(Fields& fields, Agree& agree, const Surroundings&) {
  fields.object("agree", [&](Fields& inner) {
    inner.required("servers", Count{agree.servers, 1}, "how many have to apply it");
    inner("count", Count{agree.count, 1, most_iterations});
    inner("concurrent", Count{agree.concurrent, 1, 1000});
    inner("retry", agree.retry);
    inner("payload_bytes", Sizes{agree.payload_bytes, least_value_bytes});
    inner("within", agree.within);
    inner.require(agree.within > 0ms, "within", "a duration above 0ms");
  });
}

void describe(Fields& fields, ChangeMembers& change, const Surroundings&) {
  fields.object("members", [&](Fields& inner) {
    if (inner.reads()) {
      const bool add = inner.has("add");
      const bool remove = inner.has("remove");
      change.kind = add ? ChangeMembers::Kind::add : remove ? ChangeMembers::Kind::remove : ChangeMembers::Kind::voters;
      inner.require((add ? 1 : 0) + (remove ? 1 : 0) + (inner.has("voters") ? 1 : 0) == 1, "",
                    "one of \"voters\", \"add\" and \"remove\"");
    }
    const char* key = change.kind == ChangeMembers::Kind::add      ? "add"
                      : change.kind == ChangeMembers::Kind::remove ? "remove"
                                                                   : "voters";
    inner(key, servers(change.whom));
    inner("wait", change.wait);
    inner("within", change.within);
    inner.require(change.within > 0ms, "within", "a duration above 0ms");
  });
}

void describe(Fields& fields, Transfer& transfer, const Surroundings&) {
  fields.object("transfer", [&](Fields& inner) {
    inner("from", servers(transfer.from));
    inner.required("to", servers(transfer.to), "who is to lead");
    inner("wait", transfer.wait);
    inner("within", transfer.within);
    inner.require(transfer.within > 0ms, "within", "a duration above 0ms");
  });
}

void describe(Fields& fields, Sleep& sleep, const Surroundings&) { fields("sleep", Durations{sleep.lasts}); }

void describe(Fields& fields, Mark& mark, const Surroundings&) { fields("mark", Word{mark.name}); }

void describe(Fields& fields, Until& until, const Surroundings&) {
  fields("until", Expression{until.condition});
  describe_patience(fields, until.within);
}

void describe(Fields& fields, Expect& expect, const Surroundings&) {
  fields.object("expect", [&](Fields& inner) {
    const auto since = [](SinceMark& mark) { return Since{mark}; };
    const auto limits = [](Bounds& bounds) { return Limits{bounds}; };
    const auto count = [](std::uint32_t& number) { return Count<std::uint32_t>{number, 0, 99}; };
    maybe(inner, "leaders", expect.leaders, count);
    maybe(inner, "terms", expect.terms, count);
    unless_default(inner, "committed", expect.committed, [](bool& said) { return Proposed{said}; });
    unless_default(inner, "not_committed", expect.not_committed, [](bool& said) { return Proposed{said}; });
    if (inner.reads() || expect.servers != 1) inner("servers", Count{expect.servers, 1});
    maybe(inner, "index", expect.index, limits);
    maybe(inner, "messages_since", expect.messages_since, since);
    maybe(inner, "requests_since", expect.requests_since, since);
    maybe(inner, "bytes_since", expect.bytes_since, since);
    maybe(inner, "terms_since", expect.terms_since, since);
    maybe(inner, "log_bytes", expect.log_bytes, limits);
    maybe(inner, "that", expect.that, [](Condition& condition) { return Expression{condition}; });
    unless_default(inner, "within", expect.within, [](sim::Duration& within) -> sim::Duration& { return within; });
    Expect nothing;
    nothing.within = expect.within;
    nothing.servers = expect.servers;
    inner.require(expect != nothing, "", "at least one thing to expect");
  });
}

void describe(Fields& fields, Repeat& repeat, const Surroundings&) {
  fields("repeat", Count{repeat.count, 1, most_iterations});
  if (fields.reads() || !repeat.as.empty()) fields("as", Word{repeat.as});
  fields.require(!fields.reads() || fields.has("steps"), "steps", "steps to repeat", "none");
}

void describe(Fields& fields, Block&, const Surroundings&) {
  fields.require(!fields.reads() || fields.has("steps"), "steps", "steps to carry out", "none");
}

}  // namespace

// --- steps ---

namespace {

// Which of the keys is the action. "steps" is one only where there is no "repeat".
std::string action_of(const Fields& fields) {
  std::vector<std::string> found;
  for (const auto word : actions) {
    if (fields.has(word) && !(word == "steps" && !found.empty() && found.back() == "repeat")) found.emplace_back(word);
  }
  if (found.size() == 1) return found.front();
  const auto& place = fields.place();
  if (found.size() > 1) {
    place.fail("one action in a step", "\"" + found[0] + "\" and \"" + found[1] + "\"");
  }
  for (const auto& key : fields.keys()) {
    if (key == "name" || key == "if" || key == "chance") continue;
    place.refuse(unknown("step", key, actions, '"'));
  }
  place.fail("a step such as {\"cut\": \"leader\"}, that is one of " + listed(actions), "none of them");
}

Action blank_action(std::string_view word) {
  for (const auto& [name, kind] : treatments) {
    if (name == word) return Treat{.kind = kind, .whom = {}};
  }
  const Selection leader{.picks = {Pick{.text = "leader", .how = Pick::How::leader}}};
  if (word == "let") return Let{};
  if (word == "partition") return Split{};
  if (word == "crash") return Crash{};
  if (word == "network") return ChangeNetwork{};
  if (word == "disk") return ChangeDisk{};
  if (word == "raft") return ChangeOptions{};
  if (word == "rules") return SwitchNamed{SwitchNamed::Kind::rules, {}};
  if (word == "faults") return SwitchNamed{SwitchNamed::Kind::faults, {}};
  if (word == "propose") return Propose{.at = leader};
  if (word == "agree") return Agree{};
  if (word == "members") return ChangeMembers{};
  if (word == "transfer") return Transfer{.from = leader, .to = {}};
  if (word == "sleep") return Sleep{};
  if (word == "mark") return Mark{};
  if (word == "until") return Until{};
  if (word == "expect") return Expect{};
  if (word == "repeat") return Repeat{};
  return Block{};
}

void describe(Fields& fields, Step& step, const Surroundings& here) {
  if (fields.reads()) {
    step.word = action_of(fields);
    step.action = blank_action(step.word);
    step.path = fields.place().path;
  }
  if (fields.reads() || !step.name.empty()) fields("name", Word{step.name});
  maybe(fields, "if", step.when, [](Condition& condition) { return Expression{condition}; });
  if (fields.reads() || !step.chance.always()) fields("chance", step.chance);
  std::visit([&](auto& action) { describe(fields, action, here); }, step.action);
  const bool repeats = std::holds_alternative<Repeat>(step.action);
  if (!repeats && !std::holds_alternative<Block>(step.action)) return;
  const auto inner_step = [&](Fields& inner, Step& one) { describe(inner, one, here); };
  fields.list("steps", step.steps, Step{}, inner_step);
  if (!repeats && (fields.reads() || !step.otherwise.empty())) fields.list("else", step.otherwise, Step{}, inner_step);
  fields.require(!step.steps.empty(), "steps", "at least one step");
}

void describe_script_rule(Fields& fields, ScriptRule& rule, std::uint32_t servers) {
  fields.required("name", Word{rule.rule.name}, "steps switch it by its name");
  describe_rule(fields, rule.rule, servers);
  fields("on", rule.on);
}

}  // namespace

void set_script_defaults(const Fields& fields, Scenario& scenario) {
  if (!fields.has("script")) return;
  scenario.workload.clients = 0;
  scenario.chaos_ends = 0ms;
  scenario.heal = Heal::all;
}

void describe_script(Fields& fields, Scenario& scenario) {
  if (fields.reads() || !scenario.rules.empty()) {
    fields.list("rules", scenario.rules, ScriptRule{},
                [&](Fields& inner, ScriptRule& rule) { describe_script_rule(inner, rule, scenario.servers); });
  }
  if (!fields.reads() && scenario.script.empty()) return;
  const Surroundings here{scenario};
  fields.list("script", scenario.script, Step{}, [&](Fields& inner, Step& step) { describe(inner, step, here); });
  if (!fields.reads()) return;
  fields.require(!fields.has("script") || !scenario.script.empty(), "script", "at least one step");
  fields.require(scenario.rules.empty() || !scenario.script.empty(), "rules",
                 "a script with them: its steps switch them on and off. Without one, a fault of the kind \"messages\"",
                 "none");
  set_keys(scenario.script);
  check_script(scenario, fields.place().origin);
}

// --- what steps are called ---

namespace {

Json written(Step& step) {
  Json json;
  Fields fields(json);
  const Scenario nowhere;
  describe(fields, step, {nowhere});
  return json;
}

// A step without those in it, which may come and go, and without what goes without saying.
Json head_of(Step step) {
  step.steps.clear();
  step.otherwise.clear();
  Json json = written(step);
  json.erase("steps");
  const auto is_any_of = [&](const auto&... words) { return ((step.word == words) || ...); };
  if (!is_any_of("propose", "agree", "members", "transfer", "expect")) return json;
  Step blank;
  blank.action = blank_action(step.word);
  const Json defaults = written(blank);  // lives as long as the loop: before C++23 a temporary would not
  for (const auto& [key, value] : defaults[step.word].items()) {
    auto& said = json[step.word];
    if (said.contains(key) && said[key] == value) said.erase(key);
  }
  return json;
}

void set_keys(std::vector<Step>& steps, std::map<std::string, std::uint32_t>& before) {
  for (auto& step : steps) {
    const Json head = head_of(step);
    step.text = json::brief(head);
    step.said = step.name.empty() ? head.dump() : step.name;
    if (const auto nth = ++before[step.said]; nth > 1) step.said += " #" + std::to_string(nth);
    step.key = sim::key_of(step.said);
    set_keys(step.steps, before);
    set_keys(step.otherwise, before);
  }
}

}  // namespace

void set_keys(std::vector<Step>& script) {
  std::map<std::string, std::uint32_t> before;
  set_keys(script, before);
}

}  // namespace raftsim::scenarios::json
