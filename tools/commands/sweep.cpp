#include "tools/commands/sweep.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "scenarios/scenario_json.hpp"
#include "tools/runs/output_directory.hpp"
#include "tools/runs/seed_runner.hpp"
#include "tools/sweep/results_file.hpp"
#include "tools/sweep/seed_workers.hpp"
#include "tools/terminal/interrupt.hpp"
#include "tools/terminal/progress_bar.hpp"
#include "tools/terminal/wording.hpp"
#include "tools/version.hpp"

namespace raftsim::tools {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto between_chunks = 1s;

// Where results are put down as they come, if anywhere, and what is there already.
struct Ledger {
  std::optional<ResultsFile> file;
  Summary done;
  std::chrono::nanoseconds real_time{};  // that went into it
  bool other_program = false;            // some of it is another raftsim's
  bool begun = false;                    // nothing was there
  std::uint64_t torn_bytes = 0;          // that were cut off, as they were no whole line
};

// Waits for the workers, showing how far they are, adds up and puts down what they do, and stops them when the time is
// over or somebody asks for it.
class Watch {
 public:
  Watch(SeedWorkers& workers, const SweepPlan& plan, Ledger& ledger, Clock::time_point begin, Console& console)
      : workers_(workers), plan_(plan), ledger_(ledger), bar_(console), begin_(begin) {}

  void until_the_end() {
    while (!workers_.wait_for(100ms)) {
      show();
      if (Clock::now() - chunk_begin_ >= between_chunks) put_down();
      if (plan_.time > 0ns && elapsed() >= plan_.time) workers_.stop();
      if (Interrupt::requested() && !interrupted_) {
        interrupted_ = true;
        workers_.stop();
        bar_.say("interrupted: finishing the runs in progress (again to stop at once)");
      }
    }
    put_down();
  }

  [[nodiscard]] bool interrupted() const { return interrupted_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return Clock::now() - begin_; }

  void show() {
    const auto [runs, violations] = workers_.progress();
    bar_.show({runs - before_, plan_.runs() - before_, violations, elapsed(), plan_.time});
  }

  void put_down() {
    const Summary chunk = workers_.take();
    const auto now = Clock::now();
    try {
      const bool news = chunk.runs > 0 || !chunk.failures.empty();
      if (ledger_.file && news) ledger_.file->append(ledger_.done.runs, chunk, now - chunk_begin_);
    } catch (const ResultsError& problem) {
      trouble_ = problem.what();
      ledger_.file.reset();
      workers_.stop();
    }
    ledger_.done += chunk;
    ledger_.real_time += now - chunk_begin_;
    chunk_begin_ = now;
  }

  SeedWorkers& workers_;
  const SweepPlan& plan_;
  Ledger& ledger_;
  ProgressBar bar_;
  const Clock::time_point begin_;
  Clock::time_point chunk_begin_ = begin_;
  const std::uint64_t before_ = ledger_.done.runs;
  bool interrupted_ = false;
  std::string trouble_;
};

// Goes on with the file in `path`. A start that is to be random is then where it was.
Ledger go_on(const std::string& path, ResultsHeader header, const SweepOptions& options, SweepPlan& plan) {
  Ledger ledger{ResultsFile::lock(path), Summary(plan.keep), {}};
  const std::optional<Results> there = read_results(path);
  if (!there) {
    ledger.torn_bytes = std::filesystem::file_size(path);
    ledger.file->cut_off_after(0);
    ledger.file->begin(header);
    ledger.begun = true;
    return ledger;
  }
  if (options.plan.first_seed == "random") {
    plan.first_seed = there->header.plan.first_seed;
    if (header.until_stopped) plan.seeds = there->header.plan.seeds;
    header.plan = plan;
  }
  check_same_sweep(path, there->header, "this sweep", header, options.allow_other_version);
  ledger.file->cut_off_after(there->whole_bytes);
  ledger.torn_bytes = there->torn_bytes;
  ledger.done = there->summary;
  ledger.real_time = there->real_time;
  ledger.other_program = there->header.program != header.program;
  return ledger;
}

Ledger open_ledger(const ResultsHeader& header, const SweepOptions& options, SweepPlan& plan) {
  const std::string of_shard = plan.shard.count > 1 ? options.report.out : "";
  const std::string directory = !options.resume.empty()    ? options.resume
                                : !options.results.empty() ? options.results
                                                           : of_shard;
  if (directory.empty()) return {std::nullopt, Summary(plan.keep), {}};
  prepare_directory(directory);
  const std::string path = directory + "/" + results_name(plan.shard);
  if (!options.resume.empty()) return go_on(path, header, options, plan);
  Ledger ledger{ResultsFile::create(path), Summary(plan.keep), {}};
  ledger.file->begin(header);
  return ledger;
}

// So that who has mistaken the directory does not wait for what was done already.
std::string where_it_stands(const Ledger& ledger, const ResultsHeader& header) {
  const std::string& path = ledger.file->path();
  const std::string torn = counted(ledger.torn_bytes, "byte");
  if (ledger.begun && ledger.torn_bytes > 0) {
    return fmt::format("{} has {} but no complete line: starting with the first seed", path, torn);
  }
  if (ledger.begun) return fmt::format("{} does not exist yet: starting with the first seed", path);
  const std::string runs = header.until_stopped
                               ? counted(ledger.done.runs, "run")
                               : fmt::format("{} of {}", grouped(ledger.done.runs), counted(header.plan.runs(), "run"));
  return fmt::format("resuming after {} in {}{}", runs, path,
                     ledger.torn_bytes > 0 ? fmt::format(" (removed an incomplete last line of {})", torn) : "");
}

std::vector<SeedRange> ran(const SweepPlan& plan, std::uint64_t runs) {
  if (runs == 0) return {};
  return {{plan.seed(0), plan.seed(runs - 1), plan.shard.count}};
}

void check_places(const SweepOptions& options, const SweepPlan& plan, const std::string& command) {
  if (!options.results.empty() && !options.resume.empty()) {
    throw BadInput("--results and --resume: --results starts a file, --resume continues one: give only one of them");
  }
  for (const auto& [name, place] : {std::pair("--results", options.results), {"--resume", options.resume}}) {
    if (std::filesystem::is_regular_file(place)) {
      throw BadInput(fmt::format("{}: is a file: {} takes its directory", place, name));
    }
  }
  if (plan.shard.count > 1 && !options.report.corpus.empty()) {
    throw BadInput(
        fmt::format("--shard and --corpus: give --corpus to {} merge instead, so that the corpus is run once",
                    quoted_for_shell(command)));
  }
}

}  // namespace

ExitCode sweep(const SweepOptions& options, Console& console) {
  if (const auto* suite = suite_named(options.choice.scenario)) return sweep_suite(options, *suite, console);
  SweepPlan plan = plan_of(options.plan);
  check_places(options, plan, console.command);
  const scenarios::Scenario scenario = load(options.choice, console.servers);
  prepare(options.report);
  SweepReport report = report_on(scenario, options.choice.scenario, options.choice.settings, console);
  report.until_stopped = plan.time > 0ns;
  const ResultsHeader header{std::string(program_version()),
                             scenarios::to_json(scenario),
                             report.scenario_given,
                             report.mutations,
                             report.settings,
                             plan,
                             report.until_stopped};
  Ledger ledger = open_ledger(header, options, plan);
  if (options.plan.first_seed == "random")
    console.err << fmt::format("raftsim: the first seed is {}\n", plan.first_seed);
  if (!options.resume.empty()) console.err << "raftsim: " << where_it_stands(ledger, header) << "\n";
  const Interrupt interrupt;
  std::optional<Corpus> corpus = run_corpus(options.report, plan.jobs, console, report);

  const auto begin = Clock::now();
  SeedWorkers workers(plan, [&] { return SeedRunner(scenario); }, ledger.done);
  Troubles troubles;
  {
    Watch watch(workers, plan, ledger, begin, console);
    watch.until_the_end();
    report.interrupted = workers.interrupted() && (watch.interrupted() || !report.until_stopped);
    if (!watch.trouble().empty()) troubles.files.push_back(watch.trouble());
  }
  report.plan = plan;
  report.other_program = ledger.other_program;
  report.summary = std::move(ledger.done);
  report.real_time = ledger.real_time;
  report.ran = ran(plan, report.summary.runs);
  const bool can_go_on = report.interrupted && ledger.file;
  const ExitCode code = conclude(scenario, report, options.report, corpus, std::move(troubles), console);
  if (can_go_on) {
    const auto directory = std::filesystem::path(ledger.file->path()).parent_path().string();
    console.err << fmt::format("raftsim: to resume, run the same with --resume {}\n", quoted_for_shell(directory));
  }
  return code == ExitCode::clean && report.interrupted ? ExitCode::interrupted : code;
}

}  // namespace raftsim::tools
