#include "scenarios/cluster/partition.hpp"

#include <algorithm>

#include "scenarios/cluster/drawing.hpp"
#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

namespace {

using Hosts = std::vector<sim::HostId>;

bool is_in(const Hosts& hosts, sim::HostId host) { return std::find(hosts.begin(), hosts.end(), host) != hosts.end(); }

void cut_both_ways(Cuts& cuts, sim::HostId a, sim::HostId b) {
  cuts.emplace_back(a, b);
  cuts.emplace_back(b, a);
}

void cut_between(Cuts& cuts, const Hosts& here, const Hosts& there) {
  for (const auto a : here) {
    for (const auto b : there) cut_both_ways(cuts, a, b);
  }
}

Cuts one_way(const Hosts& servers, const Hosts& victims, bool deaf) {
  Cuts cuts;
  for (const auto outside : servers) {
    if (is_in(victims, outside)) continue;
    for (const auto inside : victims) {
      cuts.emplace_back(deaf ? std::pair(outside, inside) : std::pair(inside, outside));
    }
  }
  return cuts;
}

Cuts isolated(const Hosts& servers, const Hosts& victims) {
  Cuts cuts;
  for (const auto outside : servers) {
    if (!is_in(victims, outside)) cut_between(cuts, victims, {outside});
  }
  return cuts;
}

Cuts bridge(const sim::Choices& choices, const sim::Key& key, Hosts servers, const Hosts& shared) {
  std::erase_if(servers, [&](sim::HostId host) { return is_in(shared, host); });
  const auto half = choose(choices, key, servers, servers.size() / 2);
  std::erase_if(servers, [&](sim::HostId host) { return is_in(half, host); });
  Cuts cuts;
  cut_between(cuts, half, servers);
  return cuts;
}

// The servers sit in a ring, in the order of their draws. Each hears those around it, as many as make a majority with
// itself. With three servers, or any number whose majority is even, one neighbour more is heard on one side than on the
// other, so that some links are cut one way only.
Cuts majority_ring(const sim::Choices& choices, const sim::Key& key, const Hosts& servers) {
  const auto ring = in_drawn_order(choices, key, servers);
  const std::size_t n = ring.size();
  const std::size_t majority = n / 2 + 1;
  Cuts cuts;
  for (std::size_t place = 0; place < n; ++place) {
    const std::size_t first = place + n - majority / 2;  // of those that it hears
    for (std::size_t far = majority; far < n; ++far) cuts.emplace_back(ring[(first + far) % n], ring[place]);
  }
  return cuts;
}

Cuts between_sides(const std::vector<Hosts>& sides) {
  Cuts cuts;
  for (std::size_t a = 0; a < sides.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) cut_between(cuts, sides[a], sides[b]);
  }
  return cuts;
}

Cuts named(const Fault& fault) {
  Cuts cuts;
  for (const auto& link : fault.links) {
    if (fault.one_way) {
      cuts.emplace_back(link.from, link.to);
    } else {
      cut_both_ways(cuts, link.from, link.to);
    }
  }
  return cuts;
}

}  // namespace

bool concerns_all(PartitionShape shape) {
  switch (shape) {
    case PartitionShape::isolate:
    case PartitionShape::one_way:
      return false;
    case PartitionShape::halves:
    case PartitionShape::bridge:
    case PartitionShape::majority_ring:
    case PartitionShape::sides:
    case PartitionShape::links:
    case PartitionShape::swizzle:
      break;
  }
  return true;
}

Partition partition_of(const Fault& fault, const sim::Choices& choices, std::uint64_t nth, const Hosts& servers,
                       const Hosts& victims) {
  const std::uint32_t who = sim::key_of(fault.name);
  const sim::Key side{side_purpose, who, nth};
  switch (fault.shape) {
    case PartitionShape::isolate:
    case PartitionShape::halves:
    case PartitionShape::swizzle:
      break;
    case PartitionShape::one_way: {
      const bool deaf = choices.decide_chance({direction_purpose, who, nth}, {1, 2});
      return {one_way(servers, victims, deaf), deaf ? "make deaf" : "make mute"};
    }
    case PartitionShape::bridge:
      return {bridge(choices, side, servers, victims), "leave as the bridge between two halves"};
    case PartitionShape::majority_ring:
      return {majority_ring(choices, side, servers), "let each server hear another majority", false};
    case PartitionShape::sides:
      return {between_sides(fault.sides), "part the sides", false};
    case PartitionShape::links:
      return {named(fault), "cut links", false};
  }
  return {isolated(servers, victims), "cut off"};
}

}  // namespace raftsim::scenarios
