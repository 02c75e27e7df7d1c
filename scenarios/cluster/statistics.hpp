// What a run did, besides being right or wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkers/not_judged.hpp"
#include "checkers/situations.hpp"
#include "sim/time.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// A name and how often it happened.
struct Count {
  std::string name;
  std::uint64_t count = 0;
};

struct Statistics {
  std::uint64_t events = 0;
  sim::Duration virtual_time{};
  std::uint64_t committed_entries = 0;  // the highest commit index that any server announced
  std::uint64_t acknowledged_commands = 0;
  std::uint64_t messages = 0;  // between servers, duplicates made by the network not included
  std::uint64_t message_bytes = 0;
  // Each fault of the scenario: how often it struck somebody, or, of a rule about messages, to how many packets it did
  // what it does. 0: it might as well not be there. Then what the network and the disks did on their own.
  std::vector<Count> faults;
  checkers::Situations situations;
  std::vector<checkers::NotJudged> not_judged;  // ascending, each once; what the server under test is silent about
};

// What the network and the disks did on their own, by its names for people. `with_disk_trouble`: errors, lies and damage
// are listed too.
[[nodiscard]] std::vector<Count> faults_of(const sim::World& world, bool with_disk_trouble);

}  // namespace raftsim::scenarios
