#include "tools/sweep/inert.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

using scenarios::Fault;
using scenarios::Scenario;

sim::Duration shortest(const sim::Distribution& distribution) {
  auto least = sim::Duration::max();
  for (const auto& part : distribution.parts) {
    if (part.weight > 0) least = std::min(least, sim::Duration(static_cast<sim::Duration::rep>(part.min)));
  }
  return least;
}

std::string why_inert(const Fault& fault, const Scenario& scenario) {
  if (fault.takes_part == false) return "its takes_part is false, so no run includes it";
  if (!fault.takes_part && scenario.swarm.never()) return "swarm is 0, so no run includes it";
  if (fault.chance.never()) return "the chance of its strikes is 0";
  const bool is_counted = !fault.always && fault.at.empty();  // from one strike to the next
  const auto first = is_counted ? fault.from + shortest(fault.every) : sim::Duration(0);
  if (first >= scenario.chaos_ends) {
    return fmt::format(
        "its first strike comes after at least {} (every{}), and the chaos ends after {}: shorten every, or set "
        "chaos_ends later",
        span_of(first), fault.from > sim::Duration(0) ? ", counted from \"from\"" : "", span_of(scenario.chaos_ends));
  }
  if (fault.needs_disk() && scenario.persistence.mode == core::PersistenceMode::none) {
    return "it needs a disk, and raft.persistence.mode is none";
  }
  if (fault.kind != Fault::Kind::messages)
    return fmt::format("it never found a server to strike: check target, {} and chaos_ends",
                       fault.at.empty() ? "every" : "at");
  if (fault.rule.chance.never()) return "its chance is 0";
  if (fault.rule.action == sim::Rule::Action::release) {
    return fmt::format("no run sent {} matching packets: check match, nth and after", fault.rule.after);
  }
  return "it matched no packet: check match (kind, from, to) and chance";
}

}  // namespace

std::vector<InertFault> inert_faults(const Scenario& scenario, const Summary& summary) {
  std::vector<InertFault> inert;
  if (summary.runs < runs_to_expect_a_strike) return inert;
  for (const Fault& fault : scenario.faults) {
    const auto counted = std::ranges::find(summary.total.faults, fault.name, &scenarios::Count::name);
    if (counted == summary.total.faults.end() || counted->count > 0) continue;
    inert.push_back({fault.name, why_inert(fault, scenario)});
  }
  return inert;
}

}  // namespace raftsim::tools
