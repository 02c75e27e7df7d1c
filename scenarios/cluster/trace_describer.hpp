// How a trace names what only a scenario knows: the clients' packets, their commands, the servers' files.
#pragma once

#include <memory>

#include "checkers/trace/recorder.hpp"
#include "scenarios/cluster/server.hpp"

namespace raftsim::scenarios {

[[nodiscard]] checkers::Describer describer(std::shared_ptr<const ServerFactory> servers);

}  // namespace raftsim::scenarios
