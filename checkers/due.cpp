#include "checkers/due.hpp"

namespace raftsim::checkers {

namespace {

using core::ServerSet;

// The largest set in which all reach each other and that contains a quorum: a maximum clique (Bron and Kerbosch,
// "Algorithm 457", Communications of the ACM 16(9), 1973), without the branches that have no quorum left or can be no
// larger.
class LargestQuorum {
 public:
  LargestQuorum(const Reach& reach, const core::Configuration& configuration)
      : reach_(reach), configuration_(configuration) {}

  void search(const ServerSet& chosen, ServerSet candidates) {
    // A cluster has a few links cut. Whoever cuts dozens in a way that takes longer gets the best set found so far.
    constexpr int most_looked_at = 20'000;
    const auto all = chosen | candidates;
    if (++looked_at_ > most_looked_at || all.size() <= best_.size() || !configuration_.has_quorum(all)) return;
    if (candidates.empty()) {
      best_ = chosen;
      return;
    }
    for (const auto server : candidates - reached_by(pivot(candidates))) {
      candidates.erase(server);
      search(chosen | ServerSet{server}, candidates & reached_by(server));
    }
  }
  [[nodiscard]] const ServerSet& best() const { return best_; }

 private:
  [[nodiscard]] ServerSet reached_by(core::ServerId server) const {
    return reach_[server.value - 1U] - ServerSet{server};
  }
  // Whoever reaches the most candidates leaves the fewest branches: a set without it and without one of those that it
  // does not reach could be enlarged by it.
  [[nodiscard]] core::ServerId pivot(const ServerSet& candidates) const {
    core::ServerId best = *candidates.begin();
    for (const auto server : candidates) {
      if ((candidates & reached_by(server)).size() > (candidates & reached_by(best)).size()) best = server;
    }
    return best;
  }

  const Reach& reach_;
  const core::Configuration& configuration_;
  ServerSet best_;
  int looked_at_ = 0;
};

ServerSet working(const Reach& reach) {
  ServerSet result;
  for (std::size_t i = 0; i < reach.size(); ++i) {
    if (!reach[i].empty()) result.insert({static_cast<std::uint16_t>(i + 1)});
  }
  return result;
}

}  // namespace

Due due_of(const Reach& reach, const core::Configuration& configuration) {
  const auto all = working(reach);
  LargestQuorum largest(reach, configuration);
  largest.search({}, all);
  Due due{largest.best(), {}, {}};
  if (due.quorum.empty()) return due;
  due.converges = all;
  for (const auto server : all) {
    const auto& reached = reach[server.value - 1U];
    if (!configuration.has_quorum(reached)) continue;
    due.may_lead.insert(server);
    due.converges = due.converges & reached;
  }
  return due;
}

Reach among(const ServerSet& servers, std::size_t all) {
  Reach reach(all);
  for (const auto server : servers) reach[server.value - 1U] = servers;
  return reach;
}

}  // namespace raftsim::checkers
