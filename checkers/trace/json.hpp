// A trace as a file of JSON: one object, each event on a line of its own (see TRACE.md).
#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "checkers/trace/trace.hpp"

namespace raftsim::checkers {

// A trace cannot be written or read. what() is one line that names the file and the cause.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The file appears whole or not at all: it is written beside `path`, made durable, and renamed.
// `statistics` is a JSON object as text. Throws TraceError when the directory cannot be written to or the disk is full.
void write_trace(const std::string& path, const TraceHeader& header, const std::optional<Verdict>& verdict,
                 std::string_view statistics, std::span<const TracedEvent> events);

// Throws TraceError for a file that is missing, cut off, of another format version, or that has keys missing, values of
// the wrong type or events out of order. A file that reads well but was changed since it was written has Trace::edited.
[[nodiscard]] Trace read_trace(const std::string& path);

}  // namespace raftsim::checkers
