// How whom a fault strikes, and when, is written in JSON.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/json/values.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// "2s", or a list of times: ["2s", ["4s", "5s"]]; each is a distribution.
struct Times {
  std::vector<sim::Distribution>& times;
};
void read(const Json& json, const Place& place, Times times);
void write(Json& json, Times times);
void define(Schema schema, Times times);

// "any", "leader", ..., "S2", or a list of servers: ["S1", "S3"]
struct Whom {
  Target& target;
  std::vector<sim::HostId>& victims;
  std::uint32_t servers;
};
void read(const Json& json, const Place& place, Whom whom);
void write(Json& json, Whom whom);
void define(Schema schema, Whom whom);

// [["S1", "S2"], ["S3"]]: two sides or more, no server on two of them
struct Sides {
  std::vector<std::vector<sim::HostId>>& sides;
  std::uint32_t servers;
};
void read(const Json& json, const Place& place, Sides sides);
void write(Json& json, Sides sides);
void define(Schema schema, Sides sides);

// [["S1", "S3"]]: pairs of different servers
struct Pairs {
  std::vector<Fault::Link>& links;
  std::uint32_t servers;
};
void read(const Json& json, const Place& place, Pairs pairs);
void write(Json& json, Pairs pairs);
void define(Schema schema, Pairs pairs);

// "all", "quorum", "sometimes-all", "none", or a list of faults by name
struct Healing {
  Heal& heal;
  std::vector<std::string>& staying;
  const std::vector<Fault>& faults;
};
void read(const Json& json, const Place& place, Healing healing);
void write(Json& json, Healing healing);
void define(Schema schema, Healing healing);

}  // namespace raftsim::scenarios::json
