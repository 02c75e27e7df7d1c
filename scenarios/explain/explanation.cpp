#include "scenarios/explain/explanation.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/explain/words.hpp"
#include "scenarios/scenario_json.hpp"

namespace raftsim::scenarios {

namespace {

using explain::Abouts;
using explain::Json;

// Neither changes while the program runs.
const Json& schema() {
  static const Json schema = Json::parse(scenario_schema());
  return schema;
}
const Json& defaults() {
  static const Json defaults = Json::parse(to_json(Scenario{}));
  return defaults;
}

class Explanation {
 public:
  explicit Explanation(const Scenario& scenario)
      : scenario_(scenario), abouts_(schema()), now_(Json::parse(to_json(scenario))), usual_(defaults()) {}

  std::vector<ExplainedPart> parts() {
    about();
    cluster();
    beginning();
    settings("protocol", "raft");
    network();
    disk();
    for (const auto& [title, key] : {std::pair{"clocks", "clocks"}, std::pair{"processors", "processors"}}) {
      settings(title, key);
    }
    load();
    settings("administration: somebody changes the configuration all through the chaos", "administration");
    faults();
    script();
    end();
    judged();
    switches();
    return std::move(parts_);
  }

 private:
  void part(std::string title, std::vector<ExplainedLine> lines) {
    if (!lines.empty()) parts_.push_back({std::move(title), std::move(lines)});
  }

  void settings(std::string title, const char* key) {
    std::vector<ExplainedLine> lines;
    if (now_.contains(key)) {
      explain::tell_settings(now_[key], usual_.contains(key) ? usual_[key] : Json(), abouts_.in(key), "", lines);
    }
    part(std::move(title), std::move(lines));
  }

  void about() {
    std::vector<ExplainedLine> lines;
    if (!scenario_.summary.empty()) lines.push_back({0, scenario_.summary});
    if (!scenario_.story.empty()) lines.push_back({0, scenario_.story});
    part(scenario_.name, std::move(lines));
  }

  void cluster() {
    std::vector<ExplainedLine> lines;
    const auto servers = scenario_.servers;
    lines.push_back({0, fmt::format("{} server{}, S1 to S{}.", servers, servers == 1 ? "" : "s", servers)});
    if (scenario_.founding_servers != 0) {
      lines.push_back(
          {0, fmt::format("The first {} found the cluster; the others may join later.", scenario_.founding_servers)});
    }
    explain::tell_settings(now_["server"], usual_["server"], abouts_.in("server"), "server.", lines);
    part("cluster", std::move(lines));
  }

  void network() {
    std::vector<ExplainedLine> lines;
    const auto abouts = abouts_.in("network");
    for (const char* key : {"links", "clients"}) {
      explain::tell_settings(now_["network"][key], usual_["network"][key], abouts.in(key), std::string(key) + '.',
                             lines);
    }
    int number = 0;
    for (Json link : now_["network"]["overrides"]) {
      const auto path = fmt::format("links from {} to {} (overrides.{}): ", explain::words(link["from"]),
                                    explain::words(link["to"]), number++);
      const auto before = lines.size();
      link.erase("from");
      link.erase("to");
      explain::tell_settings(link, now_["network"]["links"], abouts.in("overrides"), path, lines);
      if (lines.size() == before) lines.push_back({0, path + "as the others"});
    }
    part("network", std::move(lines));
  }

  void disk() {
    std::vector<ExplainedLine> lines;
    const auto abouts = abouts_.in("disk");
    Json disk = now_["disk"];
    const Json overrides = disk.contains("overrides") ? disk["overrides"] : Json::array();
    disk.erase("overrides");
    explain::tell_settings(disk, usual_["disk"], abouts, "", lines);
    for (Json one : overrides) {
      const auto path = fmt::format("the disk of {}: ", one.value("of", "any"));
      const auto before = lines.size();
      one.erase("of");
      explain::tell_settings(one, disk, abouts.in("overrides"), path, lines);
      if (lines.size() == before) lines.push_back({0, path + "as the others"});
    }
    part("disk", std::move(lines));
  }

  // "S1 holds the log 1x3 4x2 in term 6, with a vote for S2."
  void beginning() {
    if (!now_.contains("begin")) return;
    std::vector<ExplainedLine> lines;
    const auto abouts = abouts_.of("given_state");
    for (const auto& [server, state] : now_["begin"].items()) {
      explain::Told told(state, abouts);
      std::string log = "an empty log";
      if (told.has("log")) log = "the log " + log_in_words(told.take("log"));
      lines.push_back({0, fmt::format("{} holds {} in term {}, with a vote for {}{}.", server, log, told.text("term"),
                                      told.has("vote") ? told.text("vote") : "nobody", told.rest())});
    }
    part("beginning: servers that have run before", std::move(lines));
  }

  static std::string log_in_words(const Json& log) {
    if (log.is_string()) return log.get<std::string>();
    std::vector<std::string> items;
    for (const auto& entry : log) {
      items.push_back(!entry.is_object()
                          ? entry.dump()
                          : fmt::format("{} ({})", entry["term"].dump(), explain::words(entry["command"])));
    }
    return explain::listed(items);
  }

  void load() {
    std::vector<ExplainedLine> lines;
    const auto clients = scenario_.workload.clients;
    lines.push_back({0, clients == 0
                            ? "No clients: commands come from the script alone."
                            : fmt::format("{} client{} of a key-value store.", clients, clients == 1 ? "" : "s")});
    Json workload = now_["workload"];
    workload.erase("clients");
    explain::tell_settings(workload, usual_["workload"], abouts_.in("workload"), "", lines);
    part("load", std::move(lines));
  }

  void faults() {
    std::vector<ExplainedLine> lines;
    for (const auto& fault : now_["faults"]) lines.push_back({0, explain::fault_in_words(fault, abouts_.of("fault"))});
    if (!scenario_.swarm.always()) {
      lines.push_back({0, fmt::format("Each of them, and the administration if there is one, takes part in a run with "
                                      "the chance {} (swarm), so that each seed has another choice of them.",
                                      explain::words(now_["swarm"]))});
    }
    part("faults", std::move(lines));
  }

  void script() {
    std::vector<ExplainedLine> lines;
    if (now_.contains("rules")) {
      for (const auto& rule : now_["rules"]) {
        lines.push_back({0, "Rule " + explain::rule_in_words(rule, abouts_.in("rules"))});
      }
    }
    if (now_.contains("script")) explain::tell_steps(now_["script"], abouts_.of("step"), 0, lines);
    part("script: step by step, each when the one before is done", std::move(lines));
  }

  void end() {
    std::vector<ExplainedLine> lines;
    const auto ends = explain::words(now_["chaos_ends"]);
    const bool at_once = scenario_.chaos_ends == sim::Duration(0);
    lines.push_back({0, scenario_.script.empty()
                            ? fmt::format("The chaos ends after {}.", ends)
                            : fmt::format("The chaos ends when the script does{}.",
                                          at_once ? "" : fmt::format(", and not before {}", ends))});
    lines.push_back({0, healing()});
    const auto& progress = now_["progress"];
    lines.push_back(
        {0, fmt::format("Then, of the largest set of servers that work, reach each other and hold a quorum: "
                        "a leader is due within {}, the commit of a command within {}, and the same state "
                        "everywhere within {}.",
                        explain::words(progress["leader_within"]), explain::words(progress["agreement_within"]),
                        explain::words(progress["convergence_within"]))});
    explain::tell_settings(now_["limits"], usual_["limits"], abouts_.in("limits"), "The limit ", lines);
    part("what is due", std::move(lines));
  }

  std::string healing() const {
    switch (scenario_.heal) {
      case Heal::all:
        return "Everything is then repaired.";
      case Heal::quorum:
        return "A random majority is then repaired; the rest stays broken.";
      case Heal::sometimes_all:
        return "Either everything or only a random majority is then repaired, by chance.";
      case Heal::none:
        return "Nothing is then repaired.";
      case Heal::all_but:
        return fmt::format("Everything is then repaired but what these faults broke: {}.",
                           explain::listed(scenario_.staying));
    }
    return "";
  }

  void judged() {
    std::vector<ExplainedLine> lines;
    for (const auto& checker : scenario_.without) {
      lines.push_back(
          {0, fmt::format("The checker {} is off, because the scenario asks for it (without): a run goes on "
                          "where it would have stopped.",
                          checker)});
    }
    if (!scenario_.must_reach.empty()) {
      lines.push_back({0, fmt::format("A sweep of some size must reach: {}.", explain::listed(scenario_.must_reach))});
    }
    part("what is judged", std::move(lines));
  }

  void switches() {
    std::vector<ExplainedLine> lines;
    for (const auto& question : scenario_.switches) {
      lines.push_back({0, fmt::format("{}: {} Set {} to {}.", question.name, question.why, question.path,
                                      explain::listed(question.values))});
    }
    part("questions to ask with it (--set)", std::move(lines));
  }

  const Scenario& scenario_;
  const Abouts abouts_;
  const Json now_;     // the scenario in full
  const Json& usual_;  // the defaults
  std::vector<ExplainedPart> parts_;
};

}  // namespace

std::vector<ExplainedPart> explanation(const Scenario& scenario) { return Explanation(scenario).parts(); }

}  // namespace raftsim::scenarios
