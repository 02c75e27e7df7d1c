#include "tools/bench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "scenarios/run.hpp"
#include "tools/reference_loop.hpp"
#include "tools/sweep/seed_runner.hpp"
#include "tools/sweep/seed_workers.hpp"
#include "tools/version.hpp"
#include "tools/wording.hpp"

namespace raftsim::tools {

namespace {

constexpr int times_longer = 10;
constexpr const char* one_job = "1 job";
constexpr const char* all_jobs = "all jobs";
constexpr const char* without_checkers = "unchecked";
constexpr const char* long_runs = "long runs";

// One sweep, timed.
struct Measurement {
  std::string name;
  unsigned jobs = 1;
  std::uint64_t runs = 0;
  std::uint64_t events = 0;
  std::uint64_t violations = 0;
  std::chrono::nanoseconds virtual_time{};
  std::chrono::nanoseconds real_time{};
  double processor_seconds = 0;  // of all jobs together
  std::uint64_t peak_bytes = 0;  // of the whole process so far
  double reference = 0;          // nanoseconds of reference_loop.hpp, just before

  [[nodiscard]] std::uint64_t events_per_second_and_job() const { return per_second(events, real_time) / jobs; }
  [[nodiscard]] double nanoseconds_per_event() const {
    return processor_seconds * 1e9 / static_cast<double>(std::max<std::uint64_t>(events, 1));
  }
  // The same in turns of the reference loop: comparable between machines.
  [[nodiscard]] double relative_cost() const { return nanoseconds_per_event() / reference; }
  [[nodiscard]] double megabytes_per_job() const { return static_cast<double>(peak_bytes) / 1e6 / jobs; }
};

std::uint64_t peak_memory() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Measurement measure(std::string name, const scenarios::Scenario& scenario, std::uint64_t runs, unsigned jobs) {
  const double reference = reference_nanoseconds();
  const double processor_begin = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const SweepPlan plan{.seeds = runs, .jobs = jobs, .max_violations = runs};
  check(plan);
  // No run is made twice: the time is that of the runs.
  SeedWorkers workers(plan, [&] {
    return [run = SeedRunner(scenario)](std::uint64_t seed, bool /*twice*/) { return run(seed, false); };
  });
  const Summary& summary = workers.summary();
  if (!summary.failures.empty()) {
    throw HarnessFailed(fmt::format("seed {}: {}", summary.failures[0].seed, summary.failures[0].message));
  }
  return {.name = std::move(name),
          .jobs = jobs,
          .runs = summary.runs,
          .events = summary.total.events,
          .violations = summary.violations.size(),
          .virtual_time = summary.total.virtual_time,
          .real_time = std::chrono::steady_clock::now() - begin,
          .processor_seconds = processor_seconds() - processor_begin,
          .peak_bytes = peak_memory(),
          .reference = reference};
}

// What the checkers cost is the difference to "1 job".
Measurement measure_without_checkers(const scenarios::Scenario& scenario, std::uint64_t runs) {
  Measurement result{.name = without_checkers, .runs = runs, .reference = reference_nanoseconds()};
  const auto shared = std::make_shared<const scenarios::Scenario>(scenario);
  const double processor_begin = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const auto statistics = scenarios::Run(shared, seed, {.check = false}).finish().statistics;
    result.events += statistics.events;
    result.virtual_time += statistics.virtual_time;
  }
  result.real_time = std::chrono::steady_clock::now() - begin;
  result.processor_seconds = processor_seconds() - processor_begin;
  result.peak_bytes = peak_memory();
  return result;
}

std::vector<Measurement> measure_all(const scenarios::Scenario& scenario, const BenchOptions& options) {
  scenarios::Scenario longer = scenario;
  longer.chaos_ends *= times_longer;
  std::vector<Measurement> all;
  all.push_back(measure(one_job, scenario, options.runs, 1));
  // Peak memory never falls: what comes later shows the most so far.
  if (options.jobs > 1) all.push_back(measure(all_jobs, scenario, options.runs * options.jobs, options.jobs));
  all.push_back(measure_without_checkers(scenario, options.runs));
  all.push_back(measure(long_runs, longer, std::max<std::uint64_t>(1, options.runs / times_longer), 1));
  return all;
}

double cost_ratio(const std::vector<Measurement>& all) {
  return all.back().nanoseconds_per_event() / all.front().nanoseconds_per_event();
}

// --- baselines: relative costs by the name of the measurement ---

void save(const std::string& path, const scenarios::Scenario& scenario, const std::vector<Measurement>& all) {
  nlohmann::ordered_json json = {{"scenario", scenario.name}, {"relative_cost", nlohmann::ordered_json::object()}};
  for (const Measurement& each : all) json["relative_cost"][each.name] = each.relative_cost();
  std::ofstream file(path);
  file << json.dump(2) << "\n" << std::flush;
  if (!file) throw BadInput(fmt::format("--save: cannot write {}", path));
}

using Baseline = std::map<std::string, double>;

Baseline read_baseline(const std::string& path, const scenarios::Scenario& scenario) {
  if (path.empty()) return {};
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  try {
    if (json.at("scenario") != scenario.name) {
      throw BadInput(fmt::format("--baseline: {} is of another scenario than {}", path, scenario.name));
    }
    return json.at("relative_cost").get<Baseline>();
  } catch (const nlohmann::json::exception&) {
    throw BadInput(fmt::format("--baseline: {} is no file that --save has written", path));
  }
}

std::string compared(const std::vector<Measurement>& all, const Baseline& baseline) {
  std::string text;
  for (const Measurement& each : all) {
    const auto before = baseline.find(each.name);
    if (before == baseline.end()) continue;
    text += fmt::format("{}: an event costs {:.2f} times what it cost in the baseline\n", each.name,
                        each.relative_cost() / before->second);
  }
  return text;
}

std::string as_text(const scenarios::Scenario& scenario, const std::vector<Measurement>& all) {
  std::string text =
      fmt::format("{} with {}\n\n{:<10} {:>5} {:>7} {:>13} {:>12} {:>9} {:>15} {:>9} {:>8} {:>11} {:>10}\n",
                  scenario.name, program_version(), "", "jobs", "runs", "events", "real time", "runs/s", "events/s/job",
                  "ns/event", "relative", "events/run", "MB/job");
  for (const Measurement& each : all) {
    text += fmt::format("{:<10} {:>5} {:>7} {:>13} {:>12} {:>9} {:>15} {:>9.0f} {:>8.1f} {:>11} {:>10.1f}\n", each.name,
                        each.jobs, grouped(each.runs), grouped(each.events), span_of(each.real_time),
                        grouped(per_second(each.runs, each.real_time)), grouped(each.events_per_second_and_job()),
                        each.nanoseconds_per_event(), each.relative_cost(), grouped(each.events / each.runs),
                        each.megabytes_per_job());
  }
  const Measurement& most = all[1].name == all_jobs ? all[1] : all[0];
  const auto for_ten_thousand = most.real_time * 10'000 / static_cast<std::int64_t>(most.runs);
  return text +
         fmt::format("\n10,000 runs take {} with {}\nan event of a long run costs {:.2f} times one of a short run\n",
                     span_of(for_ten_thousand), counted(most.jobs, "job"), cost_ratio(all));
}

std::string as_json(const scenarios::Scenario& scenario, const std::vector<Measurement>& all) {
  nlohmann::ordered_json json = {{"program", program_version()},
                                 {"scenario", scenario.name},
                                 {"cost_per_event_long_to_short", cost_ratio(all)},
                                 {"measurements", nlohmann::ordered_json::array()}};
  for (const Measurement& each : all) {
    json["measurements"].push_back({{"name", each.name},
                                    {"jobs", each.jobs},
                                    {"runs", each.runs},
                                    {"events", each.events},
                                    {"violations", each.violations},
                                    {"virtual_seconds", seconds(each.virtual_time)},
                                    {"wall_seconds", seconds(each.real_time)},
                                    {"events_per_second_and_job", each.events_per_second_and_job()},
                                    {"nanoseconds_per_event", each.nanoseconds_per_event()},
                                    {"relative_cost", each.relative_cost()},
                                    {"peak_megabytes_per_job", each.megabytes_per_job()}});
  }
  return json.dump(2) + "\n";
}

}  // namespace

ExitCode bench(const BenchOptions& options, Console& console) {
  if (options.runs == 0) throw BadInput("--runs: at least 1 is needed");
  check(SweepPlan{.seeds = options.runs, .jobs = options.jobs});
  const scenarios::Scenario scenario = load(options.choice);
  const Baseline baseline = read_baseline(options.baseline, scenario);
  const std::vector<Measurement> all = measure_all(scenario, options);
  if (!options.save.empty()) save(options.save, scenario, all);
  console.out << (options.format == Format::json ? as_json(scenario, all)
                                                 : as_text(scenario, all) + compared(all, baseline));
  const bool clean = std::ranges::all_of(all, [](const Measurement& each) { return each.violations == 0; });
  return clean ? ExitCode::clean : ExitCode::violation;
}

}  // namespace raftsim::tools
