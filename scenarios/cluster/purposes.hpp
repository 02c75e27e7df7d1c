// What a scenario decides by chance, besides what the simulator itself does. Numbers are part of every seed's meaning:
// append, never renumber.
#pragma once

#include <cstdint>

#include "sim/random.hpp"

namespace raftsim::scenarios {

inline constexpr auto scenario_purpose(std::uint16_t number) {
  return static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_of_scenario) + number);
}

inline constexpr auto election_timeout_purpose = scenario_purpose(0);
inline constexpr auto think_time_purpose = scenario_purpose(1);
inline constexpr auto payload_bytes_purpose = scenario_purpose(2);
inline constexpr auto first_server_purpose = scenario_purpose(3);  // whom a client asks first
inline constexpr auto strike_interval_purpose = scenario_purpose(4);
inline constexpr auto strike_length_purpose = scenario_purpose(5);
inline constexpr auto victim_purpose = scenario_purpose(6);
inline constexpr auto direction_purpose = scenario_purpose(7);     // which way a one-way partition is open
inline constexpr auto heal_purpose = scenario_purpose(8);          // how many and whom the end of the chaos repairs
inline constexpr auto operation_purpose = scenario_purpose(9);     // what a client does next
inline constexpr auto key_purpose = scenario_purpose(10);          // with which key
inline constexpr auto read_mode_purpose = scenario_purpose(11);    // how it reads
inline constexpr auto reader_purpose = scenario_purpose(12);       // whom it asks, when any server may answer
inline constexpr auto clock_drift_purpose = scenario_purpose(16);  // of a server's clock
inline constexpr auto admin_pause_purpose = scenario_purpose(17);  // how long an administrator rests
inline constexpr auto admin_goal_purpose = scenario_purpose(18);   // what it wants next
inline constexpr auto swarm_purpose = scenario_purpose(19);        // what takes part in a run

}  // namespace raftsim::scenarios
