#include "scenarios/cluster/reach.hpp"

#include <algorithm>

#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

bool drops_all_of_a_kind(const sim::Rule& rule, sim::HostId from, sim::HostId to) {
  const bool is_ours = !rule.kind || is_raft_kind(*rule.kind);  // as are all that `kinds` stands for
  return rule.action == sim::Rule::Action::drop && rule.chance.always() && is_ours &&
         (!rule.from || *rule.from == from) && (!rule.to || *rule.to == to);
}

bool hears(const sim::Network& network, sim::HostId from, sim::HostId to) {
  if (network.is_blocked(from, to) || network.is_clogged(from, to) || network.settings_between(from, to).loss.always())
    return false;
  const auto rules = network.active_rules();
  return std::none_of(rules.begin(), rules.end(),
                      [&](sim::RuleId rule) { return drops_all_of_a_kind(network.rule(rule), from, to); });
}

}  // namespace

checkers::Reach reach_of(const sim::World& world, const core::ServerSet& working, std::size_t servers) {
  checkers::Reach reach(servers);
  for (const auto server : working) {
    auto& reached = reach[server.value - 1U];
    for (const auto other : working) {
      const auto a = host_of(server);
      const auto b = host_of(other);
      if (a == b || (hears(world.network(), a, b) && hears(world.network(), b, a))) reached.insert(other);
    }
  }
  return reach;
}

}  // namespace raftsim::scenarios
