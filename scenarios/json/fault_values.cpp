#include "scenarios/json/fault_values.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/nearest.hpp"

namespace raftsim::scenarios::json {

namespace {

constexpr std::array<Named<Target>, 5> target_names{{{"any", Target::any},
                                                     {"leader", Target::leader},
                                                     {"follower", Target::follower},
                                                     {"majority", Target::majority},
                                                     {"all", Target::all}}};
constexpr std::array<Named<Heal>, 4> heal_names{
    {{"all", Heal::all}, {"quorum", Heal::quorum}, {"sometimes-all", Heal::sometimes_all}, {"none", Heal::none}}};

std::string name_of(sim::HostId host) { return "S" + std::to_string(host.value + 1); }

// "S1" to "Sn".
sim::HostId one_server(const Json& json, const Place& place, std::uint32_t servers) {
  for (std::uint16_t number = 0; number < servers; ++number) {
    if (json == name_of({number})) return {number};
  }
  place.fail("a server from S1 to S" + std::to_string(servers), brief(json));
}

// A list of servers, each once.
std::vector<sim::HostId> some_servers(const Json& json, const Place& place, std::uint32_t servers) {
  if (!json.is_array() || json.empty()) place.fail("a list of servers such as [\"S1\", \"S3\"]", brief(json));
  std::vector<sim::HostId> result;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    const auto host = one_server(json[i], here, servers);
    if (std::find(result.begin(), result.end(), host) != result.end()) {
      here.fail("each server once", brief(json[i]) + " twice");
    }
    result.push_back(host);
  }
  return result;
}

Json written(const std::vector<sim::HostId>& hosts) {
  Json list = Json::array();
  for (const auto host : hosts) list.push_back(name_of(host));
  return list;
}

void define_server(Schema schema) {
  schema.is_a("server", R"json({"type": "string", "pattern": "^S[1-9][0-9]?$"})json");
}

void define_servers(Schema schema) {
  schema.is_a("servers", [](Schema list) {
    list.is_list_of(define_server, 1);
    list.say("uniqueItems", true);
  });
}

}  // namespace

void read(const Json& json, const Place& place, Times times) {
  times.times.clear();
  if (!json.is_array()) {
    read(json, place, Durations{times.times.emplace_back()});
    return;
  }
  if (json.empty()) place.fail("a time, or a list of times", brief(json));
  for (std::size_t i = 0; i < json.size(); ++i) {
    read(json[i], place.at(std::to_string(i)), Durations{times.times.emplace_back()});
  }
}

void write(Json& json, Times times) {
  json = Json::array();
  for (auto& time : times.times) write(json.emplace_back(), Durations{time});
}

void define(Schema schema, Times /*times*/) {
  const auto time = [](Schema one) {
    sim::Distribution distribution;
    define(one, Durations{distribution});
  };
  schema.is_any_of({time, [&](Schema list) { list.is_list_of(time, 1); }});
}

void read(const Json& json, const Place& place, Whom whom) {
  whom.victims.clear();
  whom.target = Target::named;
  if (json.is_array()) {
    whom.victims = some_servers(json, place, whom.servers);
    std::sort(whom.victims.begin(), whom.victims.end());
    return;
  }
  if (json.is_string()) {
    const auto& text = json.get_ref<const std::string&>();
    if (text.size() > 1 && text[0] == 'S' && std::isdigit(static_cast<unsigned char>(text[1])) != 0) {
      whom.victims.push_back(one_server(json, place, whom.servers));
      return;
    }
  }
  read(json, place, Choice{whom.target, target_names});
}

void write(Json& json, Whom whom) {
  if (whom.target != Target::named) {
    write(json, Choice{whom.target, target_names});
    return;
  }
  json = whom.victims.size() == 1 ? Json(name_of(whom.victims.front())) : written(whom.victims);
}

void define(Schema schema, Whom whom) {
  const auto target = [&](Schema one) { define(one, Choice{whom.target, target_names}); };
  schema.is_any_of({target, define_server, define_servers});
}

void read(const Json& json, const Place& place, Sides sides) {
  if (!json.is_array() || json.size() < 2) {
    place.fail(R"(two sides or more, such as [["S1", "S2"], ["S3"]])", brief(json));
  }
  sides.sides.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    const auto& side = sides.sides.emplace_back(some_servers(json[i], here, sides.servers));
    for (std::size_t other = 0; other < i; ++other) {
      for (const auto host : side) {
        const auto& taken = sides.sides[other];
        if (std::find(taken.begin(), taken.end(), host) == taken.end()) continue;
        here.fail("each server on one side", name_of(host) + " on two");
      }
    }
  }
}

void write(Json& json, Sides sides) {
  json = Json::array();
  for (const auto& side : sides.sides) json.push_back(written(side));
}

void define(Schema schema, Sides /*sides*/) { schema.is_list_of(define_servers, 2); }

void read(const Json& json, const Place& place, Pairs pairs) {
  constexpr const char* a_list = R"(a list of pairs of servers such as [["S1", "S3"]])";
  if (!json.is_array() || json.empty()) place.fail(a_list, brief(json));
  pairs.links.clear();
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    if (!json[i].is_array() || json[i].size() != 2) here.fail(R"(two servers such as ["S1", "S3"])", brief(json[i]));
    const auto both = some_servers(json[i], here, pairs.servers);
    pairs.links.push_back({both[0], both[1]});
  }
}

void write(Json& json, Pairs pairs) {
  json = Json::array();
  for (const auto& link : pairs.links) json.push_back(written({link.from, link.to}));
}

void define(Schema schema, Pairs /*pairs*/) {
  schema.is_list_of([](Schema pair) { pair.is_list_of(define_server, 2, 2); }, 1);
}

void read(const Json& json, const Place& place, Healing healing) {
  healing.staying.clear();
  if (!json.is_array()) {
    if (!json.is_string()) {
      place.fail("all, quorum, sometimes-all, none, or a list of the faults that stay", brief(json));
    }
    read(json, place, Choice{healing.heal, heal_names});
    return;
  }
  if (json.empty()) place.fail("a list of the faults that stay, or \"all\" when none does", brief(json));
  healing.heal = Heal::all_but;
  std::vector<std::string_view> known;
  for (const auto& fault : healing.faults) known.push_back(fault.name);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Place here = place.at(std::to_string(i));
    if (!json[i].is_string()) here.fail("the name of a fault", brief(json[i]));
    const auto& name = json[i].get_ref<const std::string&>();
    if (std::find(known.begin(), known.end(), name) == known.end()) here.refuse(unknown("fault", name, known, '"'));
    if (std::find(healing.staying.begin(), healing.staying.end(), name) != healing.staying.end()) {
      here.fail("each name once", brief(json[i]) + " twice");
    }
    healing.staying.push_back(name);
  }
}

void write(Json& json, Healing healing) {
  if (healing.heal == Heal::all_but) {
    json = healing.staying;
  } else {
    write(json, Choice{healing.heal, heal_names});
  }
}

void define(Schema schema, Healing healing) {
  const auto faults = [](Schema list) {
    std::string name;
    list.is_list_of([&](Schema one) { define(one, Word{name}); }, 1);
    list.say("uniqueItems", true);
  };
  schema.is_any_of({[&](Schema word) { define(word, Choice{healing.heal, heal_names}); }, faults});
}

}  // namespace raftsim::scenarios::json
