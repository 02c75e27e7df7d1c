// The results of a sweep as a file that grows while it runs: what is left of it when it is killed, and what `merge`
// adds up.
//
// JSON Lines. The first line is the header; each other line is a chunk: what came of the runs since the line before, a
// second's worth. A line is appended by one write, and made durable before the next. So a file is readable at any
// moment, and a kill costs the last second. What it may leave at the end is a line without an end; a loss of power, lines
// that are no JSON. That is the torn tail: it does not count, and whoever goes on with the file cuts it off. With a line
// behind it that is whole, it is damage, and the file is refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/sweep/plan.hpp"
#include "tools/sweep/summary.hpp"

namespace raftsim::tools {

// All that results depend on; what can be added up has the same but for the shard.
struct ResultsHeader {
  std::string program;   // the version that made them
  std::string scenario;  // in full, as JSON text; with its mutations
  std::string given;     // what it was called on the command line
  std::vector<std::string> mutations;
  std::vector<std::string> settings;  // as given: for people, and for the names of traces
  SweepPlan plan;                     // jobs and time are not kept
  bool until_stopped = false;         // the sweep has a time and not a number of seeds; plan.seeds is all there are
};

struct Results {
  std::string path;
  ResultsHeader header;
  Summary summary;
  std::chrono::nanoseconds real_time{};
  std::uint64_t whole_bytes = 0;  // of the lines that are whole
  std::uint64_t torn_bytes = 0;   // behind them
  // Nothing is left to run.
  [[nodiscard]] bool complete() const;
};

// A results file cannot be read, written to, or gone on with. what() is one line that names the file.
class ResultsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Nothing when the header has no end. Throws ResultsError.
[[nodiscard]] std::optional<Results> read_results(const std::string& path);

// Throws ResultsError with what differs when the results of one cannot go together with those of the other.
void check_same_sweep(const std::string& path, const ResultsHeader& one, const std::string& other_path,
                      const ResultsHeader& other, bool allow_other_version);

// "shard-2-of-4.jsonl"
[[nodiscard]] std::string results_name(const Shard& shard);

// Appends to a file. It is locked: two processes that both went on with it would count everything twice.
class ResultsFile {
 public:
  // A new file. Throws ResultsError when there is one already.
  [[nodiscard]] static ResultsFile create(const std::string& path);
  // One that may be there. Lock it first, then read it. Throws ResultsError when another process has it.
  [[nodiscard]] static ResultsFile lock(const std::string& path);

  ResultsFile(ResultsFile&& other) noexcept;
  ResultsFile& operator=(const ResultsFile&) = delete;
  ~ResultsFile();

  [[nodiscard]] const std::string& path() const { return path_; }
  // Takes away what a kill has left behind the lines that are whole.
  void cut_off_after(std::uint64_t whole_bytes);
  // Writes the header of a file without lines. Throws ResultsError; the file is then gone.
  void begin(const ResultsHeader& header);
  // `before`: how many runs the file has so far. Throws ResultsError; the file is then as it was.
  void append(std::uint64_t before, const Summary& chunk, std::chrono::nanoseconds real_time);

 private:
  ResultsFile(std::string path, int flags);
  void append_line(std::string line);

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace raftsim::tools
