// Events as rows: time, number, a cell for each server, and what happened in words.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"

namespace raftsim::tools {

struct Row {
  struct Cell {
    std::string text;      // the server's state after the event
    bool acting = false;   // the event happened there
    bool changed = false;  // by the event
  };
  const checkers::TracedEvent* event = nullptr;
  std::vector<Cell> cells;
  std::string text;
  std::string said;  // the part of `text` that the server said
};

// The events at these positions, which ascend. Goes through the trace once.
[[nodiscard]] std::vector<Row> rows(const checkers::Trace& trace, std::span<const std::size_t> positions);

}  // namespace raftsim::tools
