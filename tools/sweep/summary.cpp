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

// The union: what one run did not judge was not judged by the sweep.
void add(std::vector<checkers::NotJudged>& sum, const std::vector<checkers::NotJudged>& more) {
  for (const checkers::NotJudged& one : more) {
    const auto place = std::ranges::lower_bound(sum, one);
    if (place == sum.end() || *place != one) sum.insert(place, one);
  }
}

void add(scenarios::Statistics& sum, const scenarios::Statistics& run) {
  sum.events += run.events;
  // A billion runs of ten seconds are more than nanoseconds count: it stays at the most that they do, 292 years.
  sum.virtual_time += std::min(run.virtual_time, sim::Duration::max() - sum.virtual_time);
  sum.committed_entries += run.committed_entries;
  sum.acknowledged_commands += run.acknowledged_commands;
  sum.messages += run.messages;
  sum.message_bytes += run.message_bytes;
  add(sum.faults, run.faults);
  sum.situations += run.situations;
  add(sum.not_judged, run.not_judged);
}

}  // namespace

void Summary::add(const RunResult& result) {
  if (!result.failure.empty()) {
    failures.push_back({result.seed, result.failure});
    return;
  }
  const scenarios::Outcome& outcome = result.outcome;
  ++runs;
  if (result.repeated) ++repeated;
  fingerprint += core::mix(result.seed, outcome.fingerprint);
  tools::add(total, outcome.statistics);
  if (outcome.verdict) {
    violations.add({result.seed, outcome.fingerprint, *outcome.verdict, outcome.statistics.events});
  }
}

Summary& Summary::operator+=(const Summary& other) {
  runs += other.runs;
  repeated += other.repeated;
  fingerprint += other.fingerprint;
  tools::add(total, other.total);
  violations += other.violations;
  failures.insert(failures.end(), other.failures.begin(), other.failures.end());
  std::ranges::sort(failures, {}, &HarnessFailure::seed);
  return *this;
}

std::vector<scenarios::Count> by_checker(const Violations& violations) {
  std::vector<scenarios::Count> counts;
  for (const ViolationGroup& group : violations.groups()) {
    if (counts.empty() || counts.back().name != group.checker) counts.push_back({group.checker, 0});
    counts.back().count += group.runs;
  }
  std::ranges::stable_sort(counts, std::ranges::greater(), &scenarios::Count::count);
  return counts;
}

}  // namespace raftsim::tools
