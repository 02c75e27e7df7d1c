#include "scenarios/cluster/script/links.hpp"

#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

core::ServerId number_to_server(std::uint32_t number) { return {static_cast<std::uint16_t>(number + 1)}; }
sim::HostId number_to_host(std::uint32_t number) { return {static_cast<std::uint16_t>(number)}; }

}  // namespace

void ScriptLinks::connect(const core::ServerSet& whom) {
  cut_ = cut_ - whom;
  for (const auto server : whom) sides_[host_of(server).value] = 0;
}

void ScriptLinks::split(const std::vector<core::ServerSet>& sides) {
  sides_.assign(servers_, 0);
  for (std::uint32_t side = 0; side < sides.size(); ++side) {
    for (const auto server : sides[side]) sides_[host_of(server).value] = side + 1;
  }
}

bool ScriptLinks::is_apart(std::uint32_t one, std::uint32_t other) const {
  if (cut_.contains(number_to_server(one)) || cut_.contains(number_to_server(other))) return true;
  return sides_[one] != 0 && sides_[other] != 0 && sides_[one] != sides_[other];
}

void ScriptLinks::set_blocked(sim::Network& network, std::uint32_t from, std::uint32_t to, bool blocked) {
  const auto place = from * servers_ + to;
  if (blocked_[place] == blocked) return;
  blocked_[place] = blocked;
  blocked ? network.block(number_to_host(from), number_to_host(to))
          : network.unblock(number_to_host(from), number_to_host(to));
}

void ScriptLinks::apply(sim::Network& network) {
  for (std::uint32_t from = 0; from < servers_; ++from) {
    for (std::uint32_t to = 0; to < servers_; ++to) {
      if (from != to) set_blocked(network, from, to, is_apart(from, to));
    }
  }
}

void ScriptLinks::open(sim::Network& network, const core::ServerSet& among) {
  for (std::uint32_t from = 0; from < servers_; ++from) {
    for (std::uint32_t to = 0; to < servers_; ++to) {
      if (among.contains(number_to_server(from)) && among.contains(number_to_server(to))) {
        set_blocked(network, from, to, false);
      }
    }
  }
}

}  // namespace raftsim::scenarios
