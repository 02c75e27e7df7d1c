// What comes after the runs of a sweep, or of several that were added up: the traces of what is kept, the reports, and
// the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "tools/exit_code.hpp"
#include "tools/sweep/corpus.hpp"
#include "tools/sweep/report.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

struct ReportOptions {
  std::string out = "out";  // where the traces go
  Format format = Format::text;
  std::string json;  // files to write; empty for none
  std::string junit;
  std::string markdown;  // is appended to
  bool github = false;   // annotations
  std::string corpus;    // its directory; empty for none
  std::uint64_t corpus_seeds = CorpusSweep{}.seeds;
};

// Makes sure that all of it can be written, before hours of work depend on it. Throws BadInput.
void prepare(const ReportOptions& options);

// What went wrong beside the runs, and does not cost their summary. Each is one line.
struct Troubles {
  std::vector<std::string> harness;
  std::vector<std::string> files;
  std::vector<std::string> warnings;  // the exit code does not mind
};

// A report in which nothing has been run.
[[nodiscard]] SweepReport report_on(const scenarios::Scenario& scenario, const std::string& given,
                                    const std::vector<std::string>& settings, const Console& console);

// The corpus, run through; nothing when none is asked for. `jobs`: threads for the traces that have to be swept anew.
[[nodiscard]] std::optional<Corpus> run_corpus(const ReportOptions& options, unsigned jobs, const Console& console,
                                               SweepReport& report);

// Records what is kept, writes the reports, and says what went wrong.
ExitCode conclude(const scenarios::Scenario& scenario, SweepReport& report, const ReportOptions& options,
                  std::optional<Corpus>& corpus, Troubles troubles, Console& console);

}  // namespace raftsim::tools
