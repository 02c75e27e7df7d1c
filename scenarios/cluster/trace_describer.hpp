// How a trace names what only a scenario knows: the clients' packets, their commands, the servers' files.
#pragma once

#include "checkers/trace/recorder.hpp"

namespace raftsim::scenarios {

[[nodiscard]] checkers::Describer describer();

}  // namespace raftsim::scenarios
