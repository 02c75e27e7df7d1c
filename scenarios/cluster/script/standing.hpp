// How things stand, as the steps of a script see it: who is up, who leads, whom names are bound to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkers/cluster_view.hpp"
#include "core/server_set.hpp"
#include "scenarios/cluster/script/committed_log.hpp"
#include "scenarios/cluster/script/links.hpp"
#include "scenarios/script.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// What `let` has bound, and the numbers of iterations that are open.
struct ScriptNames {
  std::vector<std::pair<std::string, core::ServerSet>> servers;
  std::vector<std::pair<std::string, std::uint64_t>> counters;

  void bind(const std::string& name, const core::ServerSet& whom);
  // Null when it is not bound (yet).
  [[nodiscard]] const core::ServerSet* find(std::string_view name) const;
};

// For one look, or one draw: holds references. Who leads, terms and indexes are what servers say (ClusterView); who is up
// is what the world knows. Never what is inside a server.
class Standing {
 public:
  // What is drawn is keyed by the step and its iteration; several draws of one step are told apart by their order in it.
  struct Draws {
    std::uint32_t step = 0;  // Step::key
    std::uint64_t iteration = 0;
    std::uint64_t nth = 0;  // of the selections of that step
  };
  Standing(const sim::World& world, const checkers::ClusterView& view, const ScriptLinks& links,
           const CommittedLog& committed, const ScriptNames& names)
      : world_(world), view_(view), links_(links), committed_(committed), names_(names) {}

  [[nodiscard]] core::ServerSet all() const { return view_.all(); }
  [[nodiscard]] core::ServerSet up() const;      // running or paused
  [[nodiscard]] core::ServerSet paused() const;  //
  [[nodiscard]] core::ServerSet connected() const { return up() - links_.disconnected(); }
  [[nodiscard]] bool leads(core::ServerId server) const;
  // Of those, who leads the newest term; no_server when nobody leads.
  [[nodiscard]] core::ServerId leader(const core::ServerSet& among) const;
  [[nodiscard]] core::Term newest_term() const;
  // Different ones of those.
  [[nodiscard]] std::uint32_t terms(const core::ServerSet& among) const;
  // Of those that are up: which have applied it.
  [[nodiscard]] core::ServerSet have_applied(core::Index index) const;
  [[nodiscard]] const CommittedLog& committed() const { return committed_; }

  // Whom a selection stands for; nothing as long as one of its picks finds nobody who must be there, and for a name that
  // is not bound. `before`: what `rest` is the rest of.
  [[nodiscard]] std::optional<core::ServerSet> select(const Selection& selection, const Draws& draws,
                                                      const core::ServerSet& before = {}) const;
  // Whether it holds. A name that is not bound counts as nobody, a division by 0 as 0.
  [[nodiscard]] bool holds(const Condition& condition) const { return value_of(condition) != 0; }
  [[nodiscard]] std::int64_t value_of(const Condition& condition) const;
  // The words in a condition with what they stand for: "connected 2, i 7"; empty when there are none.
  [[nodiscard]] std::string words_of(const Condition& condition) const;

 private:
  [[nodiscard]] std::optional<core::ServerSet> members(const Group& group, const core::ServerSet& before) const;
  [[nodiscard]] std::optional<core::ServerSet> pick(const Pick& pick, const Draws& draws, std::uint64_t nth,
                                                    const core::ServerSet& chosen, const core::ServerSet& before) const;
  [[nodiscard]] core::ServerSet draw(const core::ServerSet& from, std::size_t count, const Draws& draws,
                                     std::uint64_t nth) const;
  [[nodiscard]] std::int64_t value_of(const std::string& word) const;

  const sim::World& world_;
  const checkers::ClusterView& view_;
  const ScriptLinks& links_;
  const CommittedLog& committed_;
  const ScriptNames& names_;
};

}  // namespace raftsim::scenarios
