// A directory of traces that a sweep goes through before it looks for new ones: what was found once is run again, each
// trace with its own scenario, until it is fixed and from then on to see that it stays so.
//
// Beside the traces there is fixed.json: which of them ran without a violation last time, and with which program.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/runs/recording.hpp"

namespace raftsim::tools {

// What has become of a trace.
enum class CorpusState : std::uint8_t {
  still_fails,  // as it did
  fixed,        // failed last time
  stays_fixed,
  regression,  // was fixed
  unreadable,  // or its scenario is none any more: nothing was run
};

[[nodiscard]] std::string_view name_of(CorpusState state);
[[nodiscard]] constexpr bool fails(CorpusState state) {
  return state == CorpusState::still_fails || state == CorpusState::regression;
}

struct CorpusResult {
  std::string trace;  // the file
  CorpusState state = CorpusState::unreadable;
  std::string what;  // "no-stale-rewind: it went back from 3 to 2", "no violation", or why it is unreadable
};

class Corpus {
 public:
  // Makes the directory when it is missing. Throws BadInput.
  explicit Corpus(std::string directory);

  // Runs all of it, in the order of the names, and notes what is fixed. Throws HarnessFailed when a run throws.
  [[nodiscard]] std::vector<CorpusResult> run();
  // Keeps a violating run under this name (with a number when it is taken), unless the corpus has one of the same
  // scenario that fails in the same way. Throws checkers::TraceError. Precondition: run() was called.
  void add(const std::string& name, const Recording& recording);

 private:
  [[nodiscard]] CorpusResult run(const std::string& name);
  [[nodiscard]] std::map<std::string, std::string> read_fixed() const;
  void write_fixed() const;
  [[nodiscard]] std::string free_name(const std::string& name) const;

  std::string directory_;
  std::map<std::string, std::string> fixed_;  // name of the file to the program that found it so first
  std::vector<std::string> failing_;          // what still fails, and how: see likeness() in corpus.cpp
};

}  // namespace raftsim::tools
