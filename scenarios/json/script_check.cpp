// What can be known of a script before it runs.
#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/json/condition.hpp"
#include "scenarios/json/script.hpp"
#include "scenarios/json/selection.hpp"
#include "scenarios/nearest.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::uint64_t most_iterations_in_all = 10'000'000;
constexpr std::size_t deepest_repeat = 3;

class Check {
 public:
  Check(const Scenario& scenario, std::string_view origin) : scenario_(scenario), origin_(origin) {}

  void steps(const std::vector<Step>& steps) {
    for (const auto& step : steps) {
      step_ = &step;
      if (step.when) condition(*step.when, "if");
      std::visit([&](const auto& what) { action(what); }, step.action);
      if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
        repeated(step, *repeat);
      } else {
        this->steps(step.steps);
        this->steps(step.otherwise);
      }
    }
  }

 private:
  [[nodiscard]] Place at(std::string_view key) const { return Place{origin_, step_->path}.at(key); }
  [[nodiscard]] Place at_action() const { return at(step_->word); }

  void repeated(const Step& step, const Repeat& repeat) {
    const auto before = iterations_;
    iterations_ *= repeat.count;
    if (iterations_ > most_iterations_in_all) {
      at("repeat").fail("at most 10,000,000 iterations, those of inner repeats taken together, or it would not end",
                        std::to_string(iterations_));
    }
    if (++depth_ > deepest_repeat) at("repeat").fail("at most three repeats in each other", "four");
    if (!repeat.as.empty()) {
      if (is_taken(repeat.as) || is_counter(repeat.as)) at("as").fail("a name of its own", "\"" + repeat.as + "\"");
      check_name(repeat.as, at("as"));
      counters_.push_back(repeat.as);
    }
    steps(step.steps);
    if (!repeat.as.empty()) counters_.pop_back();
    --depth_;
    iterations_ = before;
  }

  // --- names ---
  [[nodiscard]] bool is_bound(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
  }
  [[nodiscard]] bool is_counter(std::string_view name) const {
    return std::find(counters_.begin(), counters_.end(), name) != counters_.end();
  }
  static bool is_taken(std::string_view name) {
    const auto words = condition_words();
    return is_word_of_selections(name) || std::find(words.begin(), words.end(), name) != words.end() || name == "and" ||
           name == "or" || name == "not" || name == "proposed" || name == "start";
  }
  static void check_name(const std::string& name, const Place& place) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    const bool sound = !name.empty() && letters.find(name.front()) != letters.npos &&
                       std::all_of(name.begin(), name.end(), [&](char each) {
                         return letters.find(each) != letters.npos || (each >= '0' && each <= '9');
                       });
    if (!sound) place.fail("a name of letters, digits and '_' that begins with a letter", "\"" + name + "\"");
    if (is_taken(name)) place.fail("a name that means nothing yet", "\"" + name + "\"");
  }

  // --- whom ---
  // `others`: whether something comes before that `rest` is the rest of.
  void group(const Group& group, const Place& place, bool others) const {
    if (group.kind == Group::Kind::server && group.server.value > scenario_.servers) {
      place.fail("a server from S1 to S" + std::to_string(scenario_.servers), "S" + std::to_string(group.server.value));
    }
    if (group.kind == Group::Kind::rest && !others) {
      place.fail("\"rest\" only after a name or a side that it is the rest of", "\"rest\" with nothing before it");
    }
    if (group.kind != Group::Kind::name || is_bound(group.name)) return;
    auto known = group_words();
    known.insert(known.end(), names_.begin(), names_.end());
    place.refuse(unknown("servers", group.name, known, '"') + " (names are bound by an earlier \"let\")");
  }
  void picks(const std::vector<Pick>& picks, const Place& place, bool others) const {
    for (const auto& pick : picks) {
      group(pick.of, place, others);
      for (const auto& but : pick.but) group(but, place, others);
      if (pick.how != Pick::How::any) continue;
      const auto there_are = size_of(pick);
      if (pick.count > there_are) {
        place.fail("no more servers than there are (" + std::to_string(there_are) + ")",
                   std::to_string(pick.count) + " in \"" + pick.text + "\"");
      }
    }
  }
  // At most, as far as it is known.
  [[nodiscard]] std::size_t size_of(const Pick& pick) const {
    return pick.of.kind == Group::Kind::server || pick.of.kind == Group::Kind::leader ? 1 : scenario_.servers;
  }
  void selection(const Selection& selection, const Place& place, bool others = false) const {
    if (selection.when) condition(*selection.when, place.at("if"));
    picks(selection.picks, place, others);
    picks(selection.otherwise, place, others);
  }

  // --- conditions ---
  void condition(const Condition& condition, const Place& place) const {
    for (const auto& instruction : condition.program) {
      if (instruction.operation != Condition::Operation::word) continue;
      auto known = condition_words();
      known.insert(known.end(), names_.begin(), names_.end());
      known.insert(known.end(), counters_.begin(), counters_.end());
      if (std::find(known.begin(), known.end(), instruction.word) == known.end()) {
        place.refuse(unknown("word", instruction.word, known, '"'));
      }
    }
  }
  void condition(const Condition& what, std::string_view key) const { condition(what, at(key)); }

  // --- actions ---
  void action(const Let& let) {
    bool others = false;
    for (const auto& [name, whom] : let.names) {
      const auto place = at("let").at(name);
      check_name(name, place);
      if (is_counter(name)) place.fail("a name of its own", "that of an iteration's number");
      selection(whom, place, others);
      if (!is_bound(name)) names_.push_back(name);
      others = true;
    }
  }
  void action(const Treat& treat) { selection(treat.whom, at_action()); }
  void action(const Split& split) {
    for (std::size_t i = 0; i < split.sides.size(); ++i) {
      selection(split.sides[i], at_action().at(std::to_string(i)), i > 0);
    }
    if (split.sides.size() == 1) at_action().fail("at least two sides, or [] for no partition", "one");
    each_on_one_side(split);
  }
  // Of those that are named: who the others are is known when the script gets there.
  void each_on_one_side(const Split& split) {
    core::ServerSet before;
    for (std::size_t i = 0; i < split.sides.size(); ++i) {
      if (split.sides[i].when) continue;
      core::ServerSet here;
      for (const auto& pick : split.sides[i].picks) {
        if (pick.of.kind != Group::Kind::server) continue;
        if (before.contains(pick.of.server)) {
          at_action().at(std::to_string(i)).fail("each server on one side", pick.text + " on two");
        }
        here.insert(pick.of.server);
      }
      before = before | here;
    }
  }
  void action(const Crash& crash) {
    selection(crash.whom, at_action());
    if (crash.at && scenario_.persistence.mode == core::PersistenceMode::none) {
      at("at").fail("servers that have a disk", "raft.persistence.mode \"none\"");
    }
  }
  void action(const ChangeNetwork& change) {
    if (change.from) selection(*change.from, at("from"));
    if (change.to) selection(*change.to, at("to"));
  }
  void action(const ChangeDisk& change) {
    if (change.of) selection(*change.of, at("of"));
  }
  void action(const ChangeOptions& change) {
    if (change.of) selection(*change.of, at("of"));
  }
  void action(const SwitchNamed& switched) {
    std::vector<std::string_view> known;
    const bool rules = switched.kind == SwitchNamed::Kind::rules;
    if (rules) {
      for (const auto& rule : scenario_.rules) known.push_back(rule.rule.name);
    } else {
      for (const auto& fault : scenario_.faults) known.push_back(fault.name);
    }
    for (const auto& [name, on] : switched.on) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      if (known.empty()) {
        at_action().fail(rules ? "a scenario that has \"rules\"" : "a scenario that has \"faults\"", "none");
      }
      at_action().refuse(unknown(rules ? "rule" : "fault", name, known, '"'));
    }
  }
  void action(const Propose& propose) {
    selection(propose.at, at_action().at("at"));
    servers(propose.servers, at_action());
    has_proposed_ = true;
  }
  void action(const Agree& agree) {
    servers(agree.servers, at_action());
    has_proposed_ = true;
  }
  void servers(std::uint32_t count, const Place& place) const {
    if (count > scenario_.servers) {
      place.at("servers").fail("no more servers than there are (" + std::to_string(scenario_.servers) + ")",
                               std::to_string(count));
    }
  }
  void action(const ChangeMembers& change) { selection(change.whom, at_action()); }
  void action(const Transfer& transfer) {
    selection(transfer.from, at_action().at("from"));
    selection(transfer.to, at_action().at("to"));
  }
  void action(const Sleep&) {}
  void action(const Mark& mark) {
    if (mark.name == "start") at_action().fail("a name that means nothing yet", "\"start\"");
    marks_.push_back(mark.name);
  }
  void action(const Until& until) {
    condition(until.condition, "until");
    if (until.within <= sim::Duration(0)) at("within").fail("a duration above 0ms", "0ms");
  }
  void action(const Expect& expect) {
    servers(expect.servers, at_action());
    if (expect.that) condition(*expect.that, at_action().at("that"));
    since(expect.messages_since, "messages_since");
    since(expect.requests_since, "requests_since");
    since(expect.bytes_since, "bytes_since");
    since(expect.terms_since, "terms_since");
    const bool about_proposed = expect.committed || expect.not_committed || expect.index;
    if (about_proposed && !has_proposed_) {
      at_action().fail("an earlier \"propose\" or \"agree\", of which this is said", "none");
    }
  }
  void since(const std::optional<SinceMark>& since, std::string_view key) const {
    if (!since || since->mark == "start" || std::find(marks_.begin(), marks_.end(), since->mark) != marks_.end())
      return;
    std::vector<std::string_view> known{"start"};
    known.insert(known.end(), marks_.begin(), marks_.end());
    at_action().at(key).at("mark").refuse(unknown("mark", since->mark, known, '"'));
  }
  void action(const Repeat&) {}
  void action(const Block&) {}

  const Scenario& scenario_;
  std::string_view origin_;
  const Step* step_ = nullptr;
  std::vector<std::string> names_;     // bound so far
  std::vector<std::string> counters_;  // of the repeats that are open
  std::vector<std::string> marks_;
  bool has_proposed_ = false;
  std::uint64_t iterations_ = 1;
  std::size_t depth_ = 0;
};

}  // namespace

void check_script(const Scenario& scenario, std::string_view origin) {
  std::vector<std::string> names;
  for (const auto& rule : scenario.rules) {
    if (std::find(names.begin(), names.end(), rule.rule.name) != names.end()) {
      Place{origin, "rules"}.fail("each name once", "\"" + rule.rule.name + "\" twice");
    }
    names.push_back(rule.rule.name);
  }
  Check(scenario, origin).steps(scenario.script);
}

}  // namespace raftsim::scenarios::json
