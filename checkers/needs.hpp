// What a checker goes by, so that it is left out where a server does not offer it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/capabilities.hpp"

namespace raftsim::checkers {

// Also what it asks the ledger for, not only what it is handed.
struct Needs {
  ObservationKinds observations = {};
  bool messages = false;
  bool disk = false;  // or a memory that survives everything (PersistenceMode::none)
  bool operations = false;
  bool commands = false;
  bool machine_digests = false;
  friend bool operator==(const Needs&, const Needs&) = default;
};

// A part of what a checker judges, which needs more than the rest of it does.
struct Part {
  std::string_view name;  // "backup_rounds"
  Needs needs;
};

[[nodiscard]] bool is_met(const Needs& needs, const Capabilities& capabilities);
// "the server does not report moved-progress; its disk cannot be read"; empty when nothing is missing.
[[nodiscard]] std::string what_is_missing(const Needs& needs, const Capabilities& capabilities);
// "booted, became; messages; disk"
[[nodiscard]] std::string in_words(const Needs& needs);

}  // namespace raftsim::checkers
