#include "tools/commands/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/parts.hpp"
#include "tools/bench/timed_sweep.hpp"
#include "tools/bench/two_workers.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

constexpr int times_longer = 10;
constexpr const char* one_job = "1 job";
constexpr const char* all_jobs = "all jobs";
constexpr const char* without_checkers = "unchecked";
constexpr const char* long_runs = "long runs";

struct Measurements {
  std::vector<TimedSweep> sweeps;
  TwoWorkers workers;
  Breakdown event;
};

Measurements measure_all(const scenarios::Scenario& scenario, const BenchOptions& options) {
  scenarios::Scenario longer = scenario;
  longer.chaos_ends *= times_longer;
  Measurements all;
  all.sweeps.push_back(timed_sweep(one_job, scenario, options.runs, 1));
  // Peak memory never falls: what comes later shows the most so far.
  if (options.jobs > 1) {
    all.sweeps.push_back(timed_sweep(all_jobs, scenario, options.runs * options.jobs, options.jobs));
  }
  all.sweeps.push_back(timed_without_checkers(without_checkers, scenario, options.runs));
  all.sweeps.push_back(timed_sweep(long_runs, longer, std::max<std::uint64_t>(1, options.runs / times_longer), 1));
  all.workers = two_workers(scenario, options.runs);
  all.event = breakdown(scenario, options.runs);
  return all;
}

double cost_ratio(const Measurements& all) {
  return all.sweeps.back().nanoseconds_per_event() / all.sweeps.front().nanoseconds_per_event();
}

// --- baselines: costs in turns of the reference loop, by name ---

using Costs = std::vector<std::pair<std::string, double>>;

Costs relative_costs(const Measurements& all) {
  Costs costs;
  for (const TimedSweep& each : all.sweeps) costs.emplace_back(each.name, each.relative_cost());
  for (const PartCost& part : all.event.parts) {
    costs.emplace_back("part: " + part.name, part.nanoseconds / all.event.reference);
  }
  return costs;
}

void save(const std::string& path, const scenarios::Scenario& scenario, const ScenarioChoice& choice,
          const Measurements& all) {
  nlohmann::ordered_json json = {{"scenario", scenario.name},
                                 {"settings", choice.settings},
                                 {"mutations", planted(scenario)},
                                 {"relative_cost", nlohmann::ordered_json::object()}};
  for (const auto& [name, cost] : relative_costs(all)) json["relative_cost"][name] = cost;
  json["allocations_per_event"] = all.event.allocations;
  write_whole(path, json.dump(2) + "\n");
}

struct Baseline {
  std::map<std::string, double> costs;
  double allocations = 0;
};

std::optional<Baseline> read_baseline(const std::string& path, const scenarios::Scenario& scenario,
                                      const ScenarioChoice& choice) {
  if (path.empty()) return std::nullopt;
  std::ifstream file(path);
  if (!file) throw BadInput(fmt::format("--baseline: {}: cannot be read: {}", path, std::strerror(errno)));
  const auto json = nlohmann::json::parse(file, nullptr, false);
  try {
    if (json.at("scenario") != scenario.name) {
      throw BadInput(fmt::format("--baseline: {} was measured with another scenario than {}", path, scenario.name));
    }
    if (json.at("settings") != choice.settings || json.at("mutations") != planted(scenario)) {
      throw BadInput(fmt::format("--baseline: {} was measured with other settings (--set {}) or mutations ({})", path,
                                 json["settings"].dump(), json["mutations"].dump()));
    }
    return Baseline{json.at("relative_cost"), json.at("allocations_per_event")};
  } catch (const nlohmann::json::exception&) {
    throw BadInput(fmt::format("--baseline: {} was not written by --save", path));
  }
}

std::string compared(const Measurements& all, const Baseline& baseline) {
  std::string text = "\ncost relative to the baseline, both in turns of the reference loop\n";
  for (const auto& [name, cost] : relative_costs(all)) {
    const auto before = baseline.costs.find(name);
    // A part that is nearly nothing has no ratio worth reading.
    if (before == baseline.costs.end() || before->second < 0.01) continue;
    text += fmt::format("  {:<18} {:.2f}\n", name, cost / before->second);
  }
  return text + fmt::format("  allocations an event: {:.3f}, {:.3f} in the baseline\n", all.event.allocations,
                            baseline.allocations);
}

// --- reports ---

std::string table_of(const std::vector<TimedSweep>& sweeps) {
  std::string text =
      fmt::format("{:<10} {:>5} {:>7} {:>13} {:>12} {:>9} {:>15} {:>9} {:>8} {:>11} {:>10}\n", "", "jobs", "runs",
                  "events", "real time", "runs/s", "events/s/job", "ns/event", "relative", "events/run", "MB/job");
  for (const TimedSweep& each : sweeps) {
    text += fmt::format("{:<10} {:>5} {:>7} {:>13} {:>12} {:>9} {:>15} {:>9.0f} {:>8.1f} {:>11} {:>10.1f}\n", each.name,
                        each.jobs, grouped(each.runs), grouped(each.events), span_of(each.real_time),
                        grouped(per_second(each.runs, each.real_time)), grouped(each.events_per_second_and_job()),
                        each.nanoseconds_per_event(), each.relative_cost(), grouped(each.events / each.runs),
                        each.megabytes_per_job());
  }
  return text;
}

std::string as_text(const Breakdown& event) {
  std::string text = fmt::format("\nan event takes {:.0f} ns of processor time ({}), of which\n", event.nanoseconds,
                                 counted(event.runs, "run"));
  for (const PartCost& part : event.parts) {
    text += fmt::format("  {:<12} {:>6.1f} ns {:>4.0f}%  {}\n", part.name, part.nanoseconds,
                        100 * part.nanoseconds / event.nanoseconds, part.how);
  }
  return text + fmt::format("and allocates memory {:.3f} times\n", event.allocations);
}

// Of each worker beyond the first, and of the rest of the program.
std::string memory_of(const TimedSweep& one, const TimedSweep& many) {
  const std::uint64_t more = many.peak_bytes - one.peak_bytes;
  return fmt::format("the program uses {:.1f} MB with 1 worker, and {:.1f} MB for each further worker\n",
                     static_cast<double>(one.peak_bytes) / 1e6, static_cast<double>(more) / 1e6 / (many.jobs - 1));
}

std::string as_text(const scenarios::Scenario& scenario, const Measurements& all) {
  std::string text = fmt::format("{} with {}\n\n", scenario.name, program_version()) + table_of(all.sweeps);
  const bool several = all.sweeps[1].name == all_jobs;
  const TimedSweep& most = all.sweeps[several ? 1 : 0];
  const auto for_ten_thousand = most.real_time * 10'000 / static_cast<std::int64_t>(most.runs);
  text += fmt::format("\n10,000 runs take {} with {}\nan event of a long run costs {:.2f} times one of a short run\n",
                      span_of(for_ten_thousand), counted(most.jobs, "job"), cost_ratio(all));
  if (several) text += memory_of(all.sweeps[0], most);
  return text + as_text(all.workers, available_cores()) + as_text(all.event);
}

nlohmann::ordered_json to_json(const TimedSweep& sweep) {
  return {{"name", sweep.name},
          {"jobs", sweep.jobs},
          {"runs", sweep.runs},
          {"events", sweep.events},
          {"violations", sweep.violations},
          {"virtual_seconds", seconds(sweep.virtual_time)},
          {"wall_seconds", seconds(sweep.real_time)},
          {"events_per_second_and_job", sweep.events_per_second_and_job()},
          {"nanoseconds_per_event", sweep.nanoseconds_per_event()},
          {"relative_cost", sweep.relative_cost()},
          {"peak_megabytes_per_job", sweep.megabytes_per_job()}};
}

nlohmann::ordered_json to_json(const Breakdown& event) {
  nlohmann::ordered_json json = {{"runs", event.runs},
                                 {"events", event.events},
                                 {"nanoseconds", event.nanoseconds},
                                 {"allocations", event.allocations},
                                 {"parts", nlohmann::ordered_json::array()}};
  for (const PartCost& part : event.parts) {
    json["parts"].push_back({{"name", part.name}, {"nanoseconds", part.nanoseconds}, {"how", part.how}});
  }
  return json;
}

std::string as_json(const scenarios::Scenario& scenario, const Measurements& all) {
  nlohmann::ordered_json json = {{"program", program_version()},
                                 {"scenario", scenario.name},
                                 {"cost_per_event_long_to_short", cost_ratio(all)},
                                 {"measurements", nlohmann::ordered_json::array()},
                                 {"two_workers",
                                  {{"runs_per_second_to_one", all.workers.runs_a_second},
                                   {"processors_had", all.workers.processors},
                                   {"by_processor_time", all.workers.by_processor_time}}},
                                 {"event", to_json(all.event)}};
  for (const TimedSweep& each : all.sweeps) json["measurements"].push_back(to_json(each));
  return json.dump(2) + "\n";
}

}  // namespace

ExitCode bench(const BenchOptions& options, Console& console) {
  if (options.runs == 0) throw BadInput("--runs: at least 1 is needed");
  check(SweepPlan{.seeds = options.runs, .jobs = options.jobs});
  const scenarios::Scenario scenario = load(options.choice, console.servers);
  const std::optional<Baseline> baseline = read_baseline(options.baseline, scenario, options.choice);
  if (!options.save.empty()) prepare_file(options.save);
  const Measurements all = measure_all(scenario, options);
  if (options.format == Format::json) {
    console.out << as_json(scenario, all);
  } else {
    console.out << as_text(scenario, all) << (baseline ? compared(all, *baseline) : "");
  }
  console.out << std::flush;
  const bool clean = std::ranges::all_of(all.sweeps, [](const TimedSweep& each) { return each.violations == 0; });
  try {
    if (!options.save.empty()) save(options.save, scenario, options.choice, all);
  } catch (const BadInput& problem) {
    if (clean) throw;
    console.err << "raftsim: " << one_line(problem.what()) << "\n";
  }
  return clean ? ExitCode::clean : ExitCode::violation;
}

}  // namespace raftsim::tools
