#include "tools/runs/statistics_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace raftsim::tools {

using Json = nlohmann::ordered_json;

std::vector<scenarios::Count> counts_of(const checkers::Situations& situations) {
  std::vector<scenarios::Count> counts;
  for (std::size_t i = 0; i < checkers::situation_count; ++i) {
    const auto situation = static_cast<checkers::Situation>(i);
    counts.push_back({std::string(name_of(situation)), situations.count(situation)});
  }
  return counts;
}

Json statistics_to_json(const scenarios::Statistics& statistics) {
  Json json = {{"events", statistics.events},
               {"virtual_nanoseconds", statistics.virtual_time.count()},
               {"committed_entries", statistics.committed_entries},
               {"acknowledged_commands", statistics.acknowledged_commands},
               {"messages", statistics.messages},
               {"message_bytes", statistics.message_bytes},
               {"faults", Json::object()},
               {"situations", Json::object()}};
  for (const auto& [name, count] : statistics.faults) json["faults"][name] = count;
  for (const auto& [name, count] : counts_of(statistics.situations)) {
    if (count > 0) json["situations"][name] = count;
  }
  json["not_judged"] = not_judged_to_json(statistics.not_judged);
  return json;
}

Json not_judged_to_json(const std::vector<checkers::NotJudged>& list) {
  Json json = Json::array();
  for (const auto& [checker, why] : list) json.push_back({{"checker", checker}, {"why", why}});
  return json;
}

scenarios::Statistics statistics_from_json(const Json& json) {
  scenarios::Statistics statistics;
  json.at("events").get_to(statistics.events);
  statistics.virtual_time = sim::Duration(json.at("virtual_nanoseconds").get<sim::Duration::rep>());
  json.at("committed_entries").get_to(statistics.committed_entries);
  json.at("acknowledged_commands").get_to(statistics.acknowledged_commands);
  json.at("messages").get_to(statistics.messages);
  json.at("message_bytes").get_to(statistics.message_bytes);
  for (const auto& [name, count] : json.at("faults").items()) statistics.faults.push_back({name, count});
  for (const auto& [name, count] : json.at("situations").items()) {
    const auto situation = checkers::situation_named(name);
    if (!situation) throw std::invalid_argument("unknown situation '" + name + "'");
    statistics.situations.reach(*situation, count.get<std::uint64_t>());
  }
  for (const Json& one : json.value("not_judged", Json::array()))
    statistics.not_judged.push_back({one.at("checker"), one.at("why")});
  return statistics;
}

}  // namespace raftsim::tools
