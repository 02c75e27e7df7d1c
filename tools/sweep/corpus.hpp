// A directory of traces that a sweep goes through before it looks for new ones: what was found once is run again, each
// trace with its own scenario, until it is fixed and from then on to see that it stays so.
//
// A run without a violation is evidence only if it is the recorded one up to the causes of the violation (see
// comparison.hpp). When something else changed before them, such as a delay, it is another run: then the scenario of the
// trace is swept anew for violations of that kind.
//
// Beside the traces there is fixed.json: which of them were fixed, and with which program that was seen first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cluster/server_kinds.hpp"
#include "tools/runs/recording.hpp"

namespace raftsim::tools {

// What has become of a trace.
enum class CorpusState : std::uint8_t {
  still_fails,  // its seed violates something
  fixed,        // the run is as recorded up to the causes of the violation, which does not come; it did last time
  stays_fixed,
  regression,     // was fixed, and fails
  found_again,    // not comparable; the sweep found a violation of that kind
  found_another,  // not comparable; the sweep found violations, none of that kind
  not_found,      // not comparable; the sweep found nothing
  unreadable,     // or its scenario is none any more: nothing was run
};

[[nodiscard]] std::string_view name_of(CorpusState state);
[[nodiscard]] constexpr bool fails(CorpusState state) {
  return state == CorpusState::still_fails || state == CorpusState::regression || state == CorpusState::found_again ||
         state == CorpusState::found_another;
}

struct CorpusResult {
  std::string trace;  // the file
  CorpusState state = CorpusState::unreadable;
  std::string what;  // "no-stale-rewind: it went back from 3 to 2", "no violation", or why it is unreadable
  // Of a run that is not comparable: the first event that is not as recorded, and how many seeds were swept.
  std::optional<sim::EventId> not_comparable_since = {};
  std::uint64_t swept = 0;
};

// The sweep for a trace that is not comparable: seeds 1 to `seeds`.
struct CorpusSweep {
  std::uint64_t seeds = 200;  // at least 1
  unsigned jobs = 1;
  scenarios::ServerKinds servers = scenarios::own_kinds();  // that a trace may name
};

class Corpus {
 public:
  // Makes the directory when it is missing. Throws BadInput.
  explicit Corpus(std::string directory, CorpusSweep sweep = {});

  // Runs all of it, in the order of the names, and notes what is fixed. Throws HarnessFailed when a run throws.
  [[nodiscard]] std::vector<CorpusResult> run();
  // Why run() could not note what is fixed, in one line; empty when it could. Its results hold all the same.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  // Keeps a violating run under this name (with a number when it is taken), unless the corpus has one of the same
  // scenario that fails in the same way. Throws checkers::TraceError. Precondition: run() was called.
  void add(const std::string& name, const Recording& recording);

 private:
  [[nodiscard]] CorpusResult run(const std::string& name);
  void judge(const std::string& name, const checkers::Trace& trace, const scenarios::Scenario& scenario,
             const Recording& now, CorpusResult& result);
  void sweep_anew(const scenarios::Scenario& scenario, const checkers::Verdict& wanted, CorpusResult& result) const;
  [[nodiscard]] std::map<std::string, std::string> read_fixed() const;
  void write_fixed() const;
  [[nodiscard]] std::string free_name(const std::string& name) const;

  std::string directory_;
  CorpusSweep sweep_;
  std::map<std::string, std::string> fixed_;  // name of the file to the program that found it so first
  std::string trouble_;
  std::vector<std::string> failing_;  // what still fails, and how: see likeness() in corpus.cpp
};

}  // namespace raftsim::tools
