#include <fmt/format.h>

#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/explain/words.hpp"

namespace raftsim::scenarios::explain {

namespace {

std::string commands(Told& step) {
  const auto count = step.text("count");
  const auto bytes = step.text("payload_bytes");
  return fmt::format("{} command{} of {} bytes", count, count == "1" ? "" : "s", bytes);
}

std::string at_most(Told& step) {
  const auto within = step.text("within");
  return within.empty() ? "" : fmt::format(", within {}", within);
}

std::string let(const Json& names) {
  std::vector<std::string> items;
  for (const auto& [name, selection] : names.items()) items.push_back(fmt::format("{} be {}", name, whom(selection)));
  return "let " + listed(items);
}

std::string partition_into(const Json& sides) {
  if (sides.empty()) return "end the partition";
  std::vector<std::string> items;
  for (const auto& side : sides) items.push_back("[" + whom(side) + "]");
  return "partition the cluster into " + listed(items);
}

std::string crash_of(Told& step) {
  std::string text = "crash " + whom(step.take("crash"));
  if (!step.has("at")) return text;
  for (const auto& [key, value] : step.take("at").items()) {
    text += key == "nth" ? fmt::format(" (number {} from now on)", value.dump())
                         : fmt::format(" {} {} of its disk", key, words(value));
  }
  return text;
}

std::string settings(Told& step, std::string_view key, const Abouts& abouts) {
  std::vector<ExplainedLine> lines;
  tell_settings(step.take(key), Json(), abouts.in(key), std::string(key) + '.', lines);
  std::string text = "from now on";
  for (const char* whose : {"of", "from", "to"}) {
    if (step.has(whose)) text += fmt::format(", {} {}", whose, whom(step.take(whose)));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? ": " : "; ") + lines[i].text;
  return text;
}

std::string switched(const Json& names, std::string_view what) {
  std::vector<std::string> items;
  for (const auto& [name, on] : names.items()) {
    items.push_back(fmt::format("{} the {} {}", on == true ? "switch on" : "switch off", what, name));
  }
  return listed(items);
}

std::string propose(const Json& object, const Abouts& abouts) {
  Told step(object, abouts);
  std::string text = "give " + commands(step);
  text += " to " + whom(step.take("at"));
  const auto wait = step.text("wait");
  const auto servers = step.text("servers");
  text += wait == "none" ? " and wait for nothing" : wait == "accepted" ? " until a leader has accepted each" : "";
  text += wait == "committed"
              ? fmt::format(" until {} server{} applied each", servers, servers == "1" ? " has" : "s have")
              : (servers == "1" ? "" : fmt::format(" (servers: {})", servers));
  text += at_most(step);
  return text + step.rest();
}

std::string agree(const Json& object, const Abouts& abouts) {
  Told step(object, abouts);
  std::string text = "have " + commands(step);
  const auto servers = step.text("servers");
  text += fmt::format(" applied by {} server{}", servers, servers == "1" ? "" : "s");
  const auto concurrent = step.text("concurrent");
  if (concurrent != "1") text += fmt::format(", {} at a time", concurrent);
  if (!step.is_on("retry")) text += ", each proposed only once";
  text += at_most(step);
  return text + step.rest();
}

std::string members(const Json& object, const Abouts& abouts) {
  Told step(object, abouts);
  std::string text = "change the voters";
  if (step.has("voters")) text = fmt::format("make {} the voters", whom(step.take("voters")));
  if (step.has("add")) text = fmt::format("add {} to the voters", whom(step.take("add")));
  if (step.has("remove")) text = fmt::format("remove {} from the voters", whom(step.take("remove")));
  text += step.is_on("wait") ? " and wait until that is committed" : " without waiting until that is committed";
  text += at_most(step);
  return text + step.rest();
}

std::string transfer(const Json& object, const Abouts& abouts) {
  Told step(object, abouts);
  const auto from = whom(step.take("from"));
  std::string text = fmt::format("have {} hand the leadership over to {}", from, whom(step.take("to")));
  text += step.is_on("wait") ? " and wait until it leads" : " without waiting until it leads";
  text += at_most(step);
  return text + step.rest();
}

// "is 4", "is 2 to 3", "is at most 3".
std::string bounds(const Json& value) {
  if (!value.is_object()) return "is " + words(value);
  std::vector<std::string> items;
  if (value.contains("at_least")) items.push_back("at least " + value["at_least"].dump());
  if (value.contains("at_most")) items.push_back("at most " + value["at_most"].dump());
  return "is " + listed(items) + (value.contains("mark") ? " since " + words(value["mark"]) : "");
}

std::string expect(const Json& object, const Abouts& abouts) {
  Told step(object, abouts);
  std::vector<std::string> items;
  const auto number_of = [&](std::string_view key, const char* what) {
    if (step.has(key)) items.push_back(fmt::format("the number of {} is {}", what, step.text(key)));
  };
  const auto bounded = [&](std::string_view key, const char* what) {
    if (step.has(key)) items.push_back(fmt::format("{} {}", what, bounds(step.take(key))));
  };
  number_of("leaders", "leaders in the newest term among connected servers");
  number_of("terms", "different terms among connected servers");
  const auto servers = step.text("servers");
  if (!step.text("committed").empty()) {
    items.push_back("what was last proposed is applied by " + (servers.empty() ? "a server" : servers + " servers"));
  } else if (!servers.empty()) {
    items.push_back("servers: " + servers);
  }
  if (!step.text("not_committed").empty()) items.emplace_back("nothing of what was last proposed is applied anywhere");
  bounded("index", "the place among the commands in the log of what was last proposed");
  bounded("messages_since", "the number of messages that servers have sent");
  bounded("requests_since", "the number of requests that servers have sent");
  bounded("bytes_since", "the number of bytes that servers have sent");
  bounded("terms_since", "the growth of the newest term");
  bounded("log_bytes", "the size in bytes of each log");
  if (step.has("that")) items.push_back(step.text("that"));
  const std::string text = "expect that " + listed(items) + at_most(step);
  return text + step.rest();
}

struct Verb {
  std::string_view key;
  std::string_view before;
  std::string_view after;
};
constexpr std::array<Verb, 6> treatments{{{"cut", "cut ", " off from everybody"},
                                          {"connect", "reconnect ", ""},
                                          {"restart", "restart ", ", if down"},
                                          {"pause", "pause ", ""},
                                          {"resume", "resume ", ""},
                                          {"wipe", "empty the disk of ", ", if down"}}};

std::string what_is_done(Told& step, const Abouts& abouts) {
  for (const auto& [key, before, after] : treatments) {
    if (step.has(key)) return fmt::format("{}{}{}", before, whom(step.take(key)), after);
  }
  if (step.has("let")) return let(step.take("let")) + at_most(step);
  if (step.has("partition")) return partition_into(step.take("partition"));
  if (step.has("crash")) return crash_of(step);
  for (const char* key : {"network", "disk", "raft"}) {
    if (step.has(key)) return settings(step, key, abouts);
  }
  if (step.has("rules")) return switched(step.take("rules"), "rule");
  if (step.has("faults")) return switched(step.take("faults"), "fault");
  using Compound = std::pair<const char*, std::string (*)(const Json&, const Abouts&)>;
  for (const auto& [key, tell] : {Compound{"propose", propose}, Compound{"agree", agree}, Compound{"members", members},
                                  Compound{"transfer", transfer}, Compound{"expect", expect}}) {
    if (step.has(key)) return tell(step.take(key), abouts.in(key));
  }
  if (step.has("sleep")) return "let " + step.text("sleep") + " pass";
  if (step.has("mark")) return "call this moment " + step.text("mark");
  if (step.has("until")) return "wait until " + step.text("until") + at_most(step);
  if (step.has("repeat")) {
    const auto times = step.text("repeat");
    return fmt::format("repeat {} times{}", times, step.has("as") ? ", counting " + step.text("as") + " from 0" : "");
  }
  return "do this";
}

}  // namespace

void tell_steps(const Json& steps, const Abouts& abouts, std::size_t depth, std::vector<ExplainedLine>& lines) {
  int number = 0;
  for (const auto& one : steps) {
    Told step(one, abouts);
    std::string text = fmt::format("{}. ", ++number);
    if (step.has("name")) text += fmt::format("({}) ", step.text("name"));
    if (step.has("if")) text += fmt::format("if {}: ", step.text("if"));
    if (step.has("chance")) text += fmt::format("with the chance {}: ", step.text("chance"));
    text += what_is_done(step, abouts);
    const Json* inner = step.has("steps") ? &step.take("steps") : nullptr;
    const Json* otherwise = step.has("else") ? &step.take("else") : nullptr;
    lines.push_back({depth, text + step.rest() + (inner != nullptr ? ":" : "")});
    if (inner != nullptr) tell_steps(*inner, abouts, depth + 1, lines);
    if (otherwise == nullptr) continue;
    lines.push_back({depth, "   otherwise:"});
    tell_steps(*otherwise, abouts, depth + 1, lines);
  }
}

}  // namespace raftsim::scenarios::explain
