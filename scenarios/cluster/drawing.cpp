#include "scenarios/cluster/drawing.hpp"

#include <algorithm>
#include <utility>

namespace raftsim::scenarios {

std::vector<sim::HostId> in_drawn_order(const sim::Choices& choices, const sim::Key& key,
                                        std::vector<sim::HostId> hosts) {
  const auto any = sim::Distribution::uniform(std::uint64_t{0}, std::uint64_t{0xffffffff});
  std::vector<std::pair<std::uint64_t, sim::HostId>> drawn;
  for (const auto host : hosts) {
    drawn.emplace_back(choices.decide({key.purpose, key.who, key.nth, host.value}, any), host);
  }
  std::sort(drawn.begin(), drawn.end());
  std::transform(drawn.begin(), drawn.end(), hosts.begin(), [](const auto& each) { return each.second; });
  return hosts;
}

std::vector<sim::HostId> choose(const sim::Choices& choices, const sim::Key& key, std::vector<sim::HostId> from,
                                std::size_t count) {
  if (count < from.size()) {
    from = in_drawn_order(choices, key, std::move(from));
    from.resize(count);
  }
  std::sort(from.begin(), from.end());
  return from;
}

}  // namespace raftsim::scenarios
