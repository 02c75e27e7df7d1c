// The whole program for another Raft: sweep, run, replay, inspect and bench with "server": {"kind": "little-raft"}.
#include <memory>

#include "little_raft/little_raft.hpp"
#include "tools/run_program.hpp"

int main(int argc, char** argv) {
  auto kinds = raftsim::scenarios::own_kinds();
  kinds.push_back(std::make_shared<const little_raft::LittleRaft>());
  return raftsim::tools::run_program(argc, argv, kinds);
}
