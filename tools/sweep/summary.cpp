#include "tools/sweep/summary.hpp"

#include <algorithm>

namespace raftsim::tools {

namespace {

void add(std::vector<scenarios::Count>& sums, const std::vector<scenarios::Count>& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // Runs of one scenario list the same faults in the same order.
    auto sum = i < sums.size() && sums[i].name == counts[i].name
                   ? sums.begin() + static_cast<std::ptrdiff_t>(i)
                   : std::ranges::find(sums, counts[i].name, &scenarios::Count::name);
    if (sum == sums.end()) sum = sums.insert(sum, {counts[i].name, 0});
    sum->count += counts[i].count;
  }
}

void add(scenarios::Statistics& sum, const scenarios::Statistics& run) {
  sum.events += run.events;
  sum.virtual_time += run.virtual_time;
  sum.committed_entries += run.committed_entries;
  sum.acknowledged_commands += run.acknowledged_commands;
  sum.messages += run.messages;
  sum.message_bytes += run.message_bytes;
  add(sum.faults, run.faults);
  sum.situations += run.situations;
}

}  // namespace

void Summary::add(const RunResult& result) {
  if (!result.failure.empty()) {
    failures.push_back({result.seed, result.failure});
    return;
  }
  ++runs;
  if (result.repeated) ++repeated;
  fingerprint = core::mix(fingerprint, result.outcome.fingerprint);
  tools::add(total, result.outcome.statistics);
  if (result.outcome.verdict) violations.push_back({result.seed, result.outcome.fingerprint, *result.outcome.verdict});
}

std::vector<CheckerViolations> by_checker(const std::vector<Violation>& violations) {
  std::vector<CheckerViolations> lists;
  for (const Violation& violation : violations) {
    auto list = std::ranges::find(lists, violation.verdict.checker, &CheckerViolations::checker);
    if (list == lists.end()) list = lists.insert(list, {violation.verdict.checker, {}});
    list->seeds.push_back(violation.seed);
  }
  std::ranges::stable_sort(lists, std::ranges::greater(),
                           [](const CheckerViolations& list) { return list.seeds.size(); });
  return lists;
}

std::vector<scenarios::Count> counts_of(const checkers::Situations& situations) {
  std::vector<scenarios::Count> counts;
  for (std::size_t i = 0; i < checkers::situation_count; ++i) {
    const auto situation = static_cast<checkers::Situation>(i);
    counts.push_back({std::string(name_of(situation)), situations.count(situation)});
  }
  return counts;
}

}  // namespace raftsim::tools
