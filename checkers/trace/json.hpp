// A trace as a JSON file: one object, with each event on its own line (see TRACE.md).
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "checkers/trace/trace.hpp"

namespace raftsim::checkers {

// Thrown if a trace cannot be written or read. what() is one line that names the file and the cause.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The file appears completely or not at all: it is written next to `path`, made durable, and renamed. `statistics` is a
// JSON object as text. Throws TraceError if the directory is not writable or the disk is full.
void write_trace(const std::string& path, const TraceHeader& header, const std::optional<Verdict>& verdict,
                 std::string_view statistics, std::span<const TracedEvent> events);

// Throws TraceError if the file is missing, truncated or of another format version, or has missing keys, values of the
// wrong type or events out of order. Sets Trace::edited if the file is valid but was changed after it was written.
[[nodiscard]] Trace read_trace(const std::string& path);

}  // namespace raftsim::checkers
