// Which beginnings are impossible. What is refused here contradicts a property that Raft has in every run (paper, Figure
// 3) or the rule by which leaders are elected (5.2, 5.4.1); a run that began with it would be blamed for it.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/server_set.hpp"
#include "scenarios/json/given_states.hpp"

namespace raftsim::scenarios::json {

namespace {

std::string name(core::ServerId server) { return "S" + std::to_string(server.value); }
std::string text(core::Term term) { return std::to_string(term.value); }
std::string text(core::Index index) { return std::to_string(index.value); }

bool has(const GivenState& state, core::Index index, core::Term term) {
  return index.value >= 1 && index.value <= state.log.size() && state.log[index.value - 1].term == term;
}
core::Term term_at(const GivenState& state, core::Index index) { return state.log[index.value - 1].term; }

class Possible {
 public:
  Possible(const Scenario& scenario, std::string_view origin)
      : states_(scenario.begin), voters_(scenario.founders().voters), origin_(origin) {}

  void founders() const {
    for (const auto server : all()) {
      if (of(server) == GivenState{} || voters_.contains(server)) continue;
      Place{origin_, "begin"}
          .at(name(server))
          .fail("a server that founds the cluster: who joins later is new", name(server));
    }
  }

  // A candidate is in its term, and has voted for itself, before it asks for votes.
  void votes() const {
    for (const auto server : all()) {
      const auto [term, vote] = of(server).hard_state;
      if (vote == core::no_server) continue;
      if (!voters_.contains(vote)) at(server, "vote").fail("a server that founds the cluster", name(vote));
      const auto& candidate = of(vote).hard_state;
      if (candidate.term > term || (candidate.term == term && candidate.vote == vote)) continue;
      at(server, "vote")
          .fail(
              "a vote for a server that stood in term " + text(term) +
                  ": it is in that term with a vote for itself, or in a later one",
              name(vote) + ", in term " + text(candidate.term) +
                  (candidate.vote == core::no_server ? " without a vote" : " with a vote for " + name(candidate.vote)));
    }
  }

  // Log Matching: entries of the same index and term end the same log.
  void logs() const {
    std::map<std::pair<core::Index, core::Term>, std::pair<core::ServerId, core::Term>> before;  // the term before it
    std::map<std::pair<core::Index, core::Term>, std::pair<core::ServerId, GivenEntry>> said;
    for (const auto server : all()) {
      core::Term previous;
      core::Index index;
      for (const auto& entry : of(server).log) {
        index = index.next();
        const auto& [first, term] = before.try_emplace({index, entry.term}, server, previous).first->second;
        if (term != previous) {
          at(server, "log")
              .fail("the log of " + name(first) + " up to index " + text(index) +
                        ": logs with an entry of the same index and term (" + text(entry.term) + ") are equal up to it",
                    "another before it");
        }
        previous = entry.term;
        if (!entry.operation && entry.kind == core::EntryKind::command) continue;
        const auto& [who, command] = said.try_emplace({index, entry.term}, server, entry).first->second;
        if (command != entry) {
          at(server, "log")
              .fail("the command that " + name(who) + " has at index " + text(index) + " in term " + text(entry.term) +
                        ": it is the same entry",
                    "another");
        }
      }
    }
  }

  // A leader has the votes of a majority, and each of them is in its term, or in a later one.
  void elections() const {
    std::map<core::Term, core::ServerId> led;
    for (const auto server : all()) {
      for (const auto& entry : of(server).log) led.try_emplace(entry.term, server);
    }
    for (const auto& [term, server] : led) {
      const auto able = able_to_elect(term);
      if (is_majority(able)) continue;
      at(server, "log")
          .fail("a majority that can have elected the leader of term " + text(term) +
                    ", who made entries of it: in that term with a vote for one server, or in a later term",
                std::to_string(able) + " of " + std::to_string(voters_.size()) + " servers");
    }
  }

  // What is committed is on a majority for good, and nobody has committed anything else.
  void commits() const {
    for (const auto server : all()) {
      const auto& state = of(server);
      if (state.committed == core::Index{}) continue;
      for (const auto other : all()) {
        const auto index = std::min(state.committed, of(other).committed);
        if (index == core::Index{} || has(of(other), index, term_at(state, index))) continue;
        at(other, "commit")
            .fail("the history that " + name(server) + " has committed up to index " + text(index),
                  "an entry of term " + text(term_at(of(other), index)) + " there, in the place of one of term " +
                      text(term_at(state, index)));
      }
      const auto holders = holders_of(state, state.committed);
      if (is_majority(holders)) continue;
      at(server, "commit")
          .fail("an entry at index " + text(state.committed) + " that a majority has, as it is committed",
                std::to_string(holders) + " of " + std::to_string(voters_.size()) + " servers with it");
    }
  }

  // Leader Completeness: who led after that had it, and so has every log with an entry of such a leader.
  void later_leaders() const {
    core::ServerId furthest{1};
    for (const auto server : all()) {
      if (of(server).committed > of(furthest).committed) furthest = server;
    }
    const auto committed = of(furthest).committed;
    if (committed == core::Index{}) return;
    const auto latest = latest_term_of_commit(furthest);
    for (const auto server : all()) {
      const auto& log = of(server).log;
      if (log.empty() || log.back().term <= latest || has(of(server), committed, term_at(of(furthest), committed)))
        continue;
      at(server, "log")
          .fail("no entry of a term after " + text(latest) + " in a log without what " + name(furthest) +
                    " has committed up to index " + text(committed) + ": later leaders have it",
                "one of term " + text(log.back().term));
    }
  }

 private:
  [[nodiscard]] core::ServerSet all() const { return core::ServerSet::first(states_.size()); }
  [[nodiscard]] const GivenState& of(core::ServerId server) const { return states_[server.value - 1U]; }
  [[nodiscard]] Place at(core::ServerId server, std::string_view key) const {
    return Place{origin_, "begin"}.at(name(server)).at(key);
  }
  [[nodiscard]] bool is_majority(std::size_t count) const { return count > voters_.size() / 2; }

  // How many can have voted for the leader of this term: the most that is possible.
  [[nodiscard]] std::size_t able_to_elect(core::Term term) const {
    std::size_t later = 0;
    for (const auto voter : voters_) later += of(voter).hard_state.term > term ? 1 : 0;
    std::size_t most = later;  // for one that has gone on to a later term
    for (const auto candidate : voters_) {
      std::size_t votes = 0;
      for (const auto voter : voters_) votes += of(voter).hard_state == core::HardState{term, candidate} ? 1 : 0;
      most = std::max(most, later + votes);
    }
    return most;
  }
  [[nodiscard]] std::size_t holders_of(const GivenState& state, core::Index index) const {
    std::size_t holders = 0;
    for (const auto voter : voters_) holders += has(of(voter), index, term_at(state, index)) ? 1 : 0;
    return holders;
  }
  // It was committed by an entry of its own or a later term that a majority has.
  [[nodiscard]] core::Term latest_term_of_commit(core::ServerId furthest) const {
    auto latest = term_at(of(furthest), of(furthest).committed);
    for (const auto server : all()) {
      const auto& state = of(server);
      if (!has(state, of(furthest).committed, term_at(of(furthest), of(furthest).committed))) continue;
      for (auto index = of(furthest).committed; index.value <= state.log.size(); index = index.next()) {
        if (is_majority(holders_of(state, index))) latest = std::max(latest, term_at(state, index));
      }
    }
    return latest;
  }

  const std::vector<GivenState>& states_;
  core::ServerSet voters_;
  std::string_view origin_;
};

}  // namespace

void check_begin(const Scenario& scenario, std::string_view origin) {
  const Possible check(scenario, origin);
  check.founders();
  check.votes();
  check.logs();
  check.elections();
  check.commits();
  check.later_leaders();
}

}  // namespace raftsim::scenarios::json
