#include "scenarios/json/script.hpp"

#include <algorithm>
#include <array>
#include <functional>
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
struct Treatment {
  std::string_view word;
  Treat::Kind kind;
  std::string_view about;
};
constexpr std::array<Treatment, 6> treatments{{
    {"cut", Treat::Kind::cut, "servers that reach nobody from now on, not even each other"},
    {"connect", Treat::Kind::connect, "takes back cuts and sides of a partition"},
    {"restart", Treat::Kind::restart, "those of them that are down"},
    {"pause", Treat::Kind::pause, "servers that do nothing until they are resumed"},
    {"resume", Treat::Kind::resume, "those of them that are paused"},
    {"wipe", Treat::Kind::wipe, "the disks of those that are down, which are empty then"},
}};
struct MemberChange {
  std::string_view key;
  ChangeMembers::Kind kind;
  std::string_view about;
};
constexpr std::array<MemberChange, 3> member_changes{{
    {"voters", ChangeMembers::Kind::voters, "all that are to vote"},
    {"add", ChangeMembers::Kind::add, "who is to vote, too"},
    {"remove", ChangeMembers::Kind::remove, "who is to vote no more"},
}};
constexpr std::array<Named<sim::DiskOperationKind>, 2> moment_names{
    {{"write", sim::DiskOperationKind::write}, {"fsync", sim::DiskOperationKind::fsync}}};

constexpr std::uint64_t most_iterations = 1'000'000;

// A key that may be missing.
template <class Value, class Wrap>
void maybe(Fields& fields, std::string_view key, std::optional<Value>& value, const Wrap& wrap,
           std::string_view about) {
  if (fields.writes()) {
    if (value) fields(key, wrap(*value), about);
    return;
  }
  Value read{};
  if (fields(key, wrap(read), about)) value = std::move(read);
}

Servers servers(Selection& selection) { return {selection}; }

// How long a step waits at most.
void describe_patience(Fields& fields, sim::Duration& within) {
  fields.if_given("within", within != script_patience, within,
                  "of let and until: how long it waits; 10s when left out");
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
  maybe(fields, "at_least", bounds.at_least, number, "no less than this");
  maybe(fields, "at_most", bounds.at_most, number, "no more than this");
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

void define(Schema schema, Limits limits) {
  const auto number = [](Schema one) { one.is(R"({"type": "integer", "minimum": 0})"); };
  const auto pair = [&](Schema one) { one.is_list_of(number, 2, 2); };
  const auto object = [&](Schema one) {
    Fields fields(one);
    describe_bounds(fields, limits.bounds);
    fields.never_empty();
  };
  schema.is_a("bounds", [&](Schema bounds) {
    bounds.is(R"json({"description": "4, [2, 3], or {\"at_least\": 2, \"at_most\": 3}"})json");
    bounds.is_any_of({number, pair, object});
  });
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
void define(Schema schema, Since since) {
  schema.is_a("since", [&](Schema object) {
    Fields fields(object);
    describe_since(fields, since.since);
  });
}

// Settings of the scenario's that are to be others, as they are written.
struct Patch {
  std::string& text;
  const std::function<void(Fields&)>& settings;  // describes what may be changed
  std::string_view type;                         // of that, in the schema
};
void read(const Json& json, const Place& place, Patch patch) {
  if (!json.is_object() || json.empty()) place.fail("an object of what is to be otherwise", json::brief(json));
  patch.text = json.dump();
}
void write(Json& json, Patch patch) { json = Json::parse(patch.text); }
void define(Schema schema, Patch patch) {
  Fields::define_object(schema, patch.type, patch.settings);
  schema.say("minProperties", 1);
}

// "proposed": what the last propose or agree was about.
struct Proposed {
  bool& said;
};
void read(const Json& json, const Place& place, Proposed proposed) {
  if (json != "proposed") place.fail("\"proposed\": what the last propose or agree was about", json::brief(json));
  proposed.said = true;
}
void write(Json& json, Proposed) { json = "proposed"; }
void define(Schema schema, Proposed) { schema.is(R"({"enum": ["proposed"]})"); }

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
void define(Schema schema, Sides) {
  Selection side;
  schema.is_list_of([&](Schema one) { json::define(one, Servers{side}); }, 0);
}

}  // namespace

// --- the keys of each action ---

namespace {

// What reading a step needs to know of its scenario.
struct Surroundings {
  const Scenario& scenario;
};

void describe(Fields& fields, Let& let, const Surroundings&) {
  fields.object("let", "binds names to servers; waits until there are such",
                [&](Fields& inner) { inner.names(let.names, servers); });
  describe_patience(fields, let.within);
}

void describe(Fields& fields, Treat& treat, const Surroundings&) {
  for (const auto& [word, kind, about] : treatments) {
    if (kind == treat.kind) fields(word, servers(treat.whom), about);
  }
}

void describe(Fields& fields, Split& split, const Surroundings&) {
  fields("partition", Sides{split.sides},
         "sides that do not reach each other; who is on none reaches all; []: no partition");
}

void describe_moment(Fields& fields, sim::CrashMoment& moment) {
  moment.before = fields.reads() ? fields.has("before") : moment.before;
  const Choice operation{moment.kind, moment_names};
  fields.when(moment.before, "", [&] { fields.required("before", operation, "it is carried out"); });
  fields.when(!moment.before, "",
              [&] { fields.required("after", operation, "at which operation of the disk; or \"before\""); });
  fields("nth", Count{moment.nth, 1}, "the how manyth such operation from now on");
}

void describe(Fields& fields, Crash& crash, const Surroundings&) {
  fields("crash", servers(crash.whom), "servers whose power is cut");
  fields.optional_object("at", crash.at, sim::CrashMoment{sim::DiskOperationKind::write, false, 1},
                         "of crash: not at once, but at the nth such operation of the disk from now on",
                         [](Fields& inner, sim::CrashMoment& moment) { describe_moment(inner, moment); });
}

// A patch under `key`: `settings` describes what it changes, when reading the scenario's own otherwise.
void describe_patch(Fields& fields, std::string_view key, std::string_view type, std::string& text,
                    const std::function<void(Fields&)>& settings) {
  fields(key, Patch{text, settings, type}, "from now on: the scenario's own, but for this");
  if (!fields.reads()) return;
  const Json json = Json::parse(text);
  Fields inner(json, fields.place().at(key));
  settings(inner);
  inner.finish();
}

void describe(Fields& fields, ChangeNetwork& change, const Surroundings& here) {
  describe_patch(fields, "network", "network", change.patch, [&](Fields& inner) {
    change.network = here.scenario.network;
    change.clients = here.scenario.client_links;
    describe_network(inner, change.network, change.clients, here.scenario.servers);
  });
  maybe(fields, "from", change.from, servers, "of network: only links of these, on top of what is in force");
  maybe(fields, "to", change.to, servers, "of network: only links to these, likewise");
}

void describe(Fields& fields, ChangeDisk& change, const Surroundings& here) {
  describe_patch(fields, "disk", "disk", change.patch, [&](Fields& inner) {
    change.disk = here.scenario.disk;
    describe_disk(inner, change.disk);
    inner.require(change.disk.sector_bytes == here.scenario.disk.sector_bytes, "",
                  "the same sector_bytes as before: a disk keeps its sectors");
  });
  change.overrides.clear();
  for (const auto& own : here.scenario.disk_overrides) {
    if (!fields.reads()) break;
    const Json json = Json::parse(change.patch);
    Fields inner(json, fields.place().at("disk"));
    describe_disk(inner, change.overrides.emplace_back(own.of, own.settings).second);
  }
  maybe(fields, "of", change.of, servers, "of disk and raft: whose; everybody's when left out");
}

void describe(Fields& fields, ChangeOptions& change, const Surroundings& here) {
  describe_patch(fields, "raft", "options", change.patch, [&](Fields& inner) {
    change.options = here.scenario.raft;
    describe_options(inner, change.options);
    inner.require(change.options.lease_reads == here.scenario.raft.lease_reads, "",
                  "the same lease_reads as before: leases are promised by it");
  });
  maybe(fields, "of", change.of, servers, "of disk and raft: whose; everybody's when left out");
}

void describe(Fields& fields, SwitchNamed& switched, const Surroundings&) {
  const bool rules = switched.kind == SwitchNamed::Kind::rules;
  fields.object(rules ? "rules" : "faults",
                rules ? "switches rules of the scenario on or off" : "switches faults of the scenario on or off",
                [&](Fields& inner) { inner.names(switched.on, [](bool& on) -> bool& { return on; }); });
}

// How long a step waits at most.
void describe_within(Fields& fields, sim::Duration& within, std::string_view about) {
  fields("within", within, about);
  fields.require(within > 0ms, "within", "a duration above 0ms");
}

void describe(Fields& fields, Propose& propose, const Surroundings&) {
  fields.object("propose", "gives commands to servers, as the labs' Start() does", [&](Fields& inner) {
    inner("count", Counts{propose.count, 0, 1'000'000}, "commands; to each server, when none is waited for");
    inner("at", servers(propose.at), "to whom; the leader when left out");
    inner("wait", Choice{propose.wait, wait_names},
          "until what: for nothing, until a leader takes it, or it is applied");
    inner("servers", Count{propose.servers, 1}, "so many have applied it; of committed");
    inner("payload_bytes", Sizes{propose.payload_bytes, least_value_bytes}, "of each command");
    describe_within(inner, propose.within, "how long each command may take");
  });
}

void describe(Fields& fields, Agree& agree, const Surroundings&) {
  fields.object("agree", "some server that leads takes a command, and so many apply it, as in the labs' one()",
                [&](Fields& inner) {
                  inner.required("servers", Count{agree.servers, 1}, "how many have to apply it");
                  inner("count", Count{agree.count, 1, most_iterations}, "commands");
                  inner("concurrent", Count{agree.concurrent, 1, 1000}, "of them at a time");
                  inner("retry", agree.retry, "what is not applied in two seconds is proposed again");
                  inner("payload_bytes", Sizes{agree.payload_bytes, least_value_bytes}, "of each command");
                  describe_within(inner, agree.within, "how long each command may take");
                });
}

void describe(Fields& fields, ChangeMembers& change, const Surroundings&) {
  fields.object("members", "changes who votes", [&](Fields& inner) {
    if (inner.reads()) {
      int said = 0;
      for (const auto& [key, kind, about] : member_changes) {
        if (!inner.has(key)) continue;
        change.kind = kind;
        ++said;
      }
      inner.require(said == 1, "", "one of \"voters\", \"add\" and \"remove\"");
    }
    for (const auto& [key, kind, about] : member_changes) {
      inner.when(change.kind == kind, "", [&] { inner(key, servers(change.whom), about); });
    }
    inner("wait", change.wait, "until it is committed");
    describe_within(inner, change.within, "how long it may take");
  });
}

void describe(Fields& fields, Transfer& transfer, const Surroundings&) {
  fields.object("transfer", "asks a leader to hand over", [&](Fields& inner) {
    inner("from", servers(transfer.from), "who leads; the leader when left out");
    inner.required("to", servers(transfer.to), "who is to lead");
    inner("wait", transfer.wait, "until the other leads");
    describe_within(inner, transfer.within, "how long it may take");
  });
}

void describe(Fields& fields, Sleep& sleep, const Surroundings&) {
  fields("sleep", Durations{sleep.lasts}, "lets so much time pass");
}

void describe(Fields& fields, Mark& mark, const Surroundings&) {
  fields("mark", Word{mark.name}, "names this moment, since when messages are counted");
}

void describe(Fields& fields, Until& until, const Surroundings&) {
  fields("until", Expression{until.condition}, "waits until this holds");
  describe_patience(fields, until.within);
}

void describe(Fields& fields, Expect& expect, const Surroundings&) {
  fields.object("expect", "all of this holds, at once or within a time", [&](Fields& inner) {
    const auto since = [](SinceMark& mark) { return Since{mark}; };
    const auto limits = [](Bounds& bounds) { return Limits{bounds}; };
    const auto count = [](std::uint32_t& number) { return Count<std::uint32_t>{number, 0, 99}; };
    maybe(inner, "leaders", expect.leaders, count, "of the newest term, among those that are connected");
    maybe(inner, "terms", expect.terms, count, "how many different ones, among those that are connected");
    inner.if_given("committed", expect.committed, Proposed{expect.committed}, "all that was last proposed");
    inner.if_given("not_committed", expect.not_committed, Proposed{expect.not_committed},
                   "nothing of what was last proposed, anywhere");
    inner.if_given("servers", expect.servers != 1, Count{expect.servers, 1}, "of committed: so many have applied it");
    maybe(inner, "index", expect.index, limits, "of what was last proposed, among the commands in the log");
    maybe(inner, "messages_since", expect.messages_since, since, "how many servers have sent");
    maybe(inner, "requests_since", expect.requests_since, since, "the same without replies: the labs' RPCs");
    maybe(inner, "bytes_since", expect.bytes_since, since, "how many bytes servers have sent");
    maybe(inner, "terms_since", expect.terms_since, since, "by how much the newest term has grown");
    maybe(inner, "log_bytes", expect.log_bytes, limits, "of each server that is up");
    maybe(inner, "that", expect.that, [](Condition& condition) { return Expression{condition}; }, "any condition");
    inner.if_given("within", expect.within != sim::Duration{}, expect.within,
                   "how long it may take; at once when left out");
    inner.never_empty();
    Expect nothing;
    nothing.within = expect.within;
    nothing.servers = expect.servers;
    inner.require(expect != nothing, "", "at least one thing to expect");
  });
}

void describe(Fields& fields, Repeat& repeat, const Surroundings&) {
  fields("repeat", Count{repeat.count, 1, most_iterations}, "the steps, so many times");
  fields.if_given("as", !repeat.as.empty(), Word{repeat.as},
                  "what conditions call the number of the iteration, from 0");
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
  for (const auto& [name, kind, about] : treatments) {
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

void describe(Fields& fields, Step& step, const Surroundings& here);

// The keys of the step's action, and of the steps in it.
void describe_action(Fields& fields, Step& step, const Surroundings& here) {
  std::visit([&](auto& action) { describe(fields, action, here); }, step.action);
  const bool repeats = std::holds_alternative<Repeat>(step.action);
  if (!repeats && !std::holds_alternative<Block>(step.action)) return;
  const auto inner_step = [&](Fields& inner, Step& one) { describe(inner, one, here); };
  fields.list("steps", step.steps, Step{}, "carried out one after the other", inner_step, "step");
  if (!repeats && (!fields.writes() || !step.otherwise.empty())) {
    fields.list("else", step.otherwise, Step{}, "carried out when \"if\" does not hold", inner_step, "step");
  }
  fields.require(!step.steps.empty(), "steps", "at least one step");
}

void describe(Fields& fields, Step& step, const Surroundings& here) {
  if (fields.reads()) {
    step.word = action_of(fields);
    step.action = blank_action(step.word);
    step.path = fields.place().path;
  }
  fields.if_given("name", !step.name.empty(), Word{step.name}, "what its draws are keyed by");
  maybe(
      fields, "if", step.when, [](Condition& condition) { return Expression{condition}; },
      "carried out only if this holds");
  fields.if_given("chance", !step.chance.always(), step.chance, "of being carried out");
  if (!fields.defines()) {
    describe_action(fields, step, here);
    return;
  }
  for (const auto word : actions) {
    step.action = blank_action(word);
    describe_action(fields, step, here);
  }
}

void describe_script_rule(Fields& fields, ScriptRule& rule, std::uint32_t servers) {
  fields.required("name", Word{rule.rule.name}, "steps switch it by its name");
  describe_rule(fields, rule.rule, servers);
  fields("on", rule.on, "at the start");
}

}  // namespace

void set_script_defaults(const Fields& fields, Scenario& scenario) {
  if (!fields.has("script")) return;
  scenario.workload.clients = 0;
  scenario.chaos_ends = 0ms;
  scenario.heal = Heal::all;
}

void describe_script(Fields& fields, Scenario& scenario) {
  if (!fields.writes() || !scenario.rules.empty()) {
    fields.list("rules", scenario.rules, ScriptRule{},
                "rules about messages that steps of the script switch on and off",
                [&](Fields& inner, ScriptRule& rule) { describe_script_rule(inner, rule, scenario.servers); });
  }
  if (fields.writes() && scenario.script.empty()) return;
  const Surroundings here{scenario};
  fields.list(
      "script", scenario.script, Step{},
      "what happens step by step, beside the faults; the chaos ends when it has ended, and not before chaos_ends",
      [&](Fields& inner, Step& step) { describe(inner, step, here); }, "step");
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
