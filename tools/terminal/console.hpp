// Where a subcommand writes: results on `out`, progress and warnings on `err`.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "scenarios/cluster/server_kinds.hpp"

namespace raftsim::tools {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;            // whether `err` is one: a progress bar, or a plain line now and then
  bool color = false;               // whether `out` is a terminal whose owner does not mind colours (NO_COLOR)
  std::string command = "raftsim";  // how this program is called, for commands that are ready to paste
  scenarios::ServerKinds servers = scenarios::own_kinds();  // that a scenario may name
};

enum class Format : std::uint8_t { text, json };

}  // namespace raftsim::tools
