#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "scenarios/explain/words.hpp"

namespace raftsim::scenarios::explain {

namespace {

// "the leader", "S1 and S3", and whether a verb after it is that of several; empty when the fault has no target.
struct Victims {
  std::string who;
  bool several = false;
  // "the leader crashes", "all servers crash"
  [[nodiscard]] std::string verb(std::string_view one, std::string_view many) const {
    return fmt::format("{} {}", who, several ? many : one);
  }
};

Victims victims(Told& fault) {
  if (!fault.has("target")) return {};
  const Json& target = fault.take("target");
  return {target == "majority" ? "a majority of the servers" : whom(target),
          target == "all" || target == "majority" || target.is_array()};
}

std::string pairs(const Json& links, bool one_way) {
  std::vector<std::string> items;
  for (const auto& link : links) {
    items.push_back(one_way ? fmt::format("{} does not hear {}", words(link[1]), words(link[0]))
                            : fmt::format("{} and {} do not hear each other", words(link[0]), words(link[1])));
  }
  return listed(items);
}

std::string partition(Told& fault) {
  std::string text;
  if (fault.has("links")) {
    text = pairs(fault.take("links"), fault.is_on("one_way"));
  } else if (fault.has("sides")) {
    std::vector<std::string> sides;
    for (const auto& side : fault.take("sides")) sides.push_back("[" + words(side) + "]");
    text = "the sides " + listed(sides) + " do not hear each other";
  } else {
    const auto shape = fault.text("shape");
    const auto target = victims(fault);
    text = shape == "isolate"  ? target.verb("is", "are") + " cut off from everybody else"
           : shape == "halves" ? "a random majority and the rest do not hear each other"
           : shape == "one-way"
               ? target.verb("hears", "hear") + " nobody, or nobody hears " + (target.several ? "them" : "it")
           : shape == "bridge"        ? "the cluster falls into two halves that share " + target.who
           : shape == "majority-ring" ? "each server hears a majority, and no two the same one"
           : shape == "swizzle"       ? "some servers are cut off one after the other, and reconnected in another order"
                                      : "the cluster is partitioned: " + shape;
  }
  return text + (fault.is_on("clogs") ? ", and what is sent meanwhile arrives when that ends" : "");
}

std::string slices(Told& fault) {
  const auto who = victims(fault);
  if (!fault.has("runs")) return who.verb("stops, and goes on later", "stop, and go on later");
  const auto runs = fault.text("runs");
  return fmt::format("{} a starved processor, which runs for {} and waits for {} by turns", who.verb("has", "have"),
                     runs, fault.text("waits"));
}

std::string crash(Told& fault) {
  const auto who = victims(fault);
  const auto point = fault.text("point");
  return who.verb("crashes", "crash") + ' ' +
         (point == "after-write"   ? "between a write and its fsync"
          : point == "after-fsync" ? "between an fsync and the reply"
          : point == "anytime"     ? "at any moment"
                                   : "at the moment " + point);
}

// "AppendEntriesReply messages from S1 to S2 are held for 5ms, each with the chance 1/2".
std::string messages(Told& rule) {
  std::string kind = "all";
  std::string route;
  if (rule.has("match")) {
    const Json& match = rule.take("match");
    for (const auto& [key, value] : match.items()) {
      if (value == "any") continue;
      if (key == "kind") {
        kind = words(value);
      } else {
        route += fmt::format(" {} {}", key, words(value));
      }
    }
  }
  const auto action = rule.text("action");
  std::string what = "are treated as " + action;
  if (action == "drop") what = "are lost";
  if (action == "hold") what = "are held for " + rule.text("delay");
  if (action == "duplicate") what = fmt::format("arrive again {} later", rule.text("delay"));
  if (action == "release") {
    const auto nth = rule.text("nth");
    what = fmt::format("number {} is kept back until number {} has passed", nth, rule.text("after"));
  }
  if (action == "keep") {
    std::vector<std::string> ends;
    if (rule.has("later")) ends.push_back(rule.text("later") + " later ones have arrived");
    if (rule.has("terms")) ends.push_back("the term has grown by " + rule.text("terms"));
    what = "are kept until " + (ends.size() == 2 ? ends[0] + " or " + ends[1] : listed(ends));
  }
  const auto chance = rule.text("chance");
  return fmt::format("{} messages{} {}{}", kind, route, what,
                     chance.empty() || chance == "1" ? "" : ", each with the chance " + chance);
}

std::string disk_error(Told& fault) {
  const auto who = victims(fault);
  const auto operations = fault.text("operations");
  const auto which = operations == "all" ? "operations" : operations;
  if (!fault.has("errors")) return fmt::format("{} of the disk of {} fail", which, who.who);
  return fmt::format("the next {} {} of the disk of {} fail", fault.text("errors"), which, who.who);
}

std::string what_happens(Told& fault, const std::string& kind) {
  if (kind == "crash") return crash(fault);
  if (kind == "pause") return slices(fault);
  if (kind == "partition") return partition(fault);
  if (kind == "slow-disk") {
    const auto who = victims(fault);
    return fmt::format("the disk of {} takes {} times as long", who.who, fault.text("slowdown"));
  }
  if (kind == "disk-error") return disk_error(fault);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> of_disks{
      {{"full-disk", "has no room left"},
       {"hung-disk", "completes nothing"},
       {"lying-disk", "reports fsyncs as done that are not"},
       {"bit-rot", "loses a bit, without telling anybody"},
       {"misdirected-write", "writes a sector where another belongs, without telling anybody"},
       {"wiped-disk", "is lost, and the server comes up with an empty one"}}};
  for (const auto& [name, what] : of_disks) {
    if (kind == name) return fmt::format("the disk of {} {}", victims(fault).who, what);
  }
  if (kind == "messages") return messages(fault);
  if (kind == "clock") {
    const auto who = victims(fault);
    return fmt::format("the clock of {} is put forward, or back if negative, by {}", who.who, fault.text("jump"));
  }
  const auto who = victims(fault);
  return who.who.empty() ? kind : kind + " of " + who.who;
}

std::string when(Told& fault, bool of_messages, bool always, bool for_good) {
  std::string text = always ? ", all the time" : "";
  if (fault.has("at")) {
    std::vector<std::string> times;
    for (const auto& time : fault.take("at")) times.push_back(words(time));
    text += ", at " + listed(times);
  }
  if (fault.has("every")) text += fmt::format(", {}every {}", fault.has("at") ? "and then " : "", fault.text("every"));
  if (fault.has("from")) text += fmt::format(", from {} on", fault.text("from"));
  if (fault.has("until")) text += fmt::format(", until {}", fault.text("until"));
  if (fault.has("times")) text += fmt::format(", at most {} times", fault.text("times"));
  const char* chance = of_messages ? "strike_chance" : "chance";
  if (fault.has(chance)) text += fmt::format(", with the chance {} each time", fault.text(chance));
  if (for_good) return text;
  if (!always) text += fault.has("lasts") ? "; it lasts " + fault.text("lasts") : "; it lasts until the chaos ends";
  return text;
}

}  // namespace

std::string fault_in_words(const Json& fault, const Abouts& abouts) {
  Told told(fault, abouts);
  const auto name = told.text("name");
  const auto kind = told.text("kind");
  const bool always = told.is_on("always");
  std::string text = fmt::format("{}: {}", name, what_happens(told, kind));
  text += when(told, kind == "messages", always, kind == "bit-rot" || kind == "misdirected-write");
  if (told.has("takes_part")) {
    text += told.is_on("takes_part") ? "; it takes part in every run" : "; it takes part in no run";
  }
  if (told.is_on("stays")) text += "; it stays in force after the chaos";
  return text + told.rest() + ".";
}

std::string rule_in_words(const Json& rule, const Abouts& abouts) {
  Told told(rule, abouts);
  const auto name = told.text("name");
  const auto what = messages(told);
  const bool on = told.is_on("on");
  return fmt::format("{}: {}; {} at the start{}.", name, what, on ? "on" : "off", told.rest());
}

}  // namespace raftsim::scenarios::explain
