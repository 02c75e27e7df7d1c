// The whole program raftsim as a function, for whoever adds kinds of servers to it:
//
//   int main(int argc, char** argv) {
//     auto kinds = raftsim::scenarios::own_kinds();
//     kinds.push_back(std::make_shared<const MyRaft>());
//     return raftsim::tools::run_program(argc, argv, kinds);
//   }
#pragma once

#include "scenarios/cluster/server_kinds.hpp"

namespace raftsim::tools {

// Runs the subcommand that was asked for. What stops it becomes one line on standard error. Returns the exit code
// (exit_code.hpp). Scenarios may name any of the kinds in `servers`.
int run_program(int argc, char** argv, const scenarios::ServerKinds& servers);

}  // namespace raftsim::tools
