// A run continued from one of its events with other seeds, many times: how often does it fail from there?
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"
#include "sim/random.hpp"
#include "sim/step.hpp"
#include "tools/terminal/console.hpp"

namespace raftsim::tools {

// How the continuations after one event came out.
struct Continuations {
  sim::EventId after = 0;  // all that they have in common with the run happened up to this event; 0: nothing
  sim::Time at{};
  std::uint64_t runs = 0;
  std::uint64_t failing = 0;                        // with a verdict
  std::map<std::string, std::uint64_t> checkers{};  // how many failed by each
  friend bool operator==(const Continuations&, const Continuations&) = default;
};

// The run that is continued.
struct Origin {
  scenarios::Scenario scenario;
  std::uint64_t seed = 0;
  std::vector<sim::Override> overrides;  // they answer in the continuations, too
};

class Continuer {
 public:
  // `runs` continuations after each event, on `jobs` threads. Precondition: both are above 0. `planned` is how many
  // events it will be asked about, for the progress bar.
  Continuer(Origin origin, std::uint64_t runs, unsigned jobs, std::uint64_t planned, Console& console)
      : origin_(std::move(origin)), runs_(runs), jobs_(jobs), planned_(planned), console_(console) {}

  // One after the other; `events` ascend. Continuation n has the seed of the run plus n, from 1: what was decided up to
  // the event is as in the run, and what is decided later as that seed has it. The same for any number of threads. An
  // event beyond the end counts as the last one. std::nullopt when somebody interrupts (Interrupt). Throws HarnessFailed
  // when a run throws.
  [[nodiscard]] std::optional<std::vector<Continuations>> after(const std::vector<sim::EventId>& events);

 private:
  Origin origin_;
  std::uint64_t runs_;
  unsigned jobs_;
  std::uint64_t planned_;
  Console& console_;
  std::uint64_t done_ = 0;
};

}  // namespace raftsim::tools
