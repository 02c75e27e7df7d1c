// What a checker needs from a server. It is disabled if the server does not offer it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkers/capabilities.hpp"

namespace raftsim::checkers {

// Includes what it reads from the ledger, not only what it is passed.
struct Needs {
  ObservationKinds observations = {};
  bool messages = false;
  bool disk = false;  // or a memory that survives everything (PersistenceMode::none)
  bool operations = false;
  bool commands = false;
  bool machine_digests = false;
  friend bool operator==(const Needs&, const Needs&) = default;
};

// A part of a checker that needs more than the rest.
struct Part {
  std::string_view name;  // "backup_rounds"
  Needs needs;
};

[[nodiscard]] bool is_met(const Needs& needs, const Capabilities& capabilities);
// "the server does not report moved-progress; its disk cannot be read"; empty if nothing is missing.
[[nodiscard]] std::string what_is_missing(const Needs& needs, const Capabilities& capabilities);
// "booted, became; messages; disk"
[[nodiscard]] std::string in_words(const Needs& needs);

}  // namespace raftsim::checkers
