// What a scenario decides by chance, besides what the simulator itself does, and how decisions are called. Numbers are
// part of every seed's meaning: append, never renumber.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/random.hpp"

namespace raftsim::scenarios {

constexpr auto scenario_purpose(std::uint16_t number) {
  return static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_of_scenario) + number);
}

// Each says who decides (Key::who), and what `nth` counts. What is about several servers has the server as Key::item.

// A server: the nth timeout that it draws. How many it has drawn depends on all that it has heard before: the numbers
// are of timers that start one after the other, and cannot be otherwise.
inline constexpr auto election_timeout_purpose = scenario_purpose(0);
// A client: about its nth operation.
inline constexpr auto think_time_purpose = scenario_purpose(1);
inline constexpr auto payload_bytes_purpose = scenario_purpose(2);
inline constexpr auto first_server_purpose = scenario_purpose(3);  // whom it asks first
inline constexpr auto operation_purpose = scenario_purpose(9);     // what it does
inline constexpr auto key_purpose = scenario_purpose(10);          // with which key
inline constexpr auto read_mode_purpose = scenario_purpose(11);    // how it reads
inline constexpr auto reader_purpose = scenario_purpose(12);       // whom it asks, when any server may answer
inline constexpr auto client_purpose = scenario_purpose(21);       // whether it takes part in a run
inline constexpr auto command_purpose = scenario_purpose(22);      // whether it asks its nth operation
// A fault, by name: about its nth strike.
inline constexpr auto swarm_purpose = scenario_purpose(19);       // whether it takes part in a run
inline constexpr auto strike_purpose = scenario_purpose(20);      // whether it strikes
inline constexpr auto strike_time_purpose = scenario_purpose(4);  // since the beginning of the run
inline constexpr auto strike_length_purpose = scenario_purpose(5);
inline constexpr auto victim_purpose = scenario_purpose(6);     // whom: the lowest draws are taken
inline constexpr auto direction_purpose = scenario_purpose(7);  // a one-way partition is deaf, or else mute
inline constexpr auto side_purpose = scenario_purpose(40);      // half of a bridge, place in a ring: by ascending draws
// When, within the nth strike of a swizzle, a server is cut off, and reconnected: in thousandths of the strike.
inline constexpr auto swizzle_cut_purpose = scenario_purpose(41);
inline constexpr auto swizzle_join_purpose = scenario_purpose(42);
inline constexpr auto clock_jump_purpose = scenario_purpose(43);  // by how much, above the least that there is
// Of a starved processor: how long its nth strike's slices are. The slice's number is in the upper bits of `nth`.
inline constexpr auto slice_purpose = scenario_purpose(44);
// The end of the chaos.
inline constexpr auto heal_all_purpose = scenario_purpose(8);  // whether it repairs all
inline constexpr auto heal_purpose = scenario_purpose(26);     // or whom: the lowest draws are taken
// A server.
inline constexpr auto clock_drift_purpose = scenario_purpose(16);
// The administrator: about its nth change.
inline constexpr auto admin_pause_purpose = scenario_purpose(17);         // how long it rests before
inline constexpr auto admin_goal_purpose = scenario_purpose(18);          // what kind of change, in percent
inline constexpr auto admin_change_purpose = scenario_purpose(23);        // whether it makes it
inline constexpr auto admin_size_purpose = scenario_purpose(24);          // how many voters it wants
inline constexpr auto admin_pick_purpose = scenario_purpose(25);          // which servers: the lowest draws are taken
inline constexpr auto admin_first_server_purpose = scenario_purpose(27);  // whom it asks first

// A script: about one of its steps (Step::key), in an iteration (`nth`: see ScriptRun).
inline constexpr auto script_step_purpose = scenario_purpose(100);       // whether it is carried out
inline constexpr auto script_pick_purpose = scenario_purpose(101);       // whom: the lowest draws are taken
inline constexpr auto script_sleep_purpose = scenario_purpose(102);      // how long it sleeps
inline constexpr auto script_count_purpose = scenario_purpose(103);      // how many commands
inline constexpr auto script_payload_purpose = scenario_purpose(104);    // of how many bytes; item: of which command
inline constexpr auto script_iteration_purpose = scenario_purpose(105);  // whether a repeat goes through it

// An administration takes part in a run as a fault does (Scenario::swarm). No fault has this name: theirs are single
// words.
inline constexpr std::string_view administration_name = "the administration";

// What a part of a key stands for, so that it can be said in words.
enum class KeyPart : std::uint8_t {
  none,       // always 0
  number,     //
  host,       // "S1", "C2"
  link,       // "S1 > S2": sim::link_key
  name,       // of a fault, of a rule: sim::key_of
  crash,      // "leader-crash 3": the name in the upper half, the strike in the lower
  kind,       // of a packet: "AppendEntries"
  packet,     // "S1 > S2 AppendEntries": the link, and the kind in the lowest byte
  operation,  // of a disk: "fsync"
  file,       // by number
  sector,     // "file 1 sector 20": sim::sector_item
};
struct DecisionShape {
  sim::Purpose purpose{};
  std::string_view name;  // "packet-loss"
  KeyPart who = KeyPart::none;
  KeyPart nth = KeyPart::number;
  KeyPart item = KeyPart::none;
};
// Of all decisions that the simulator and a scenario make.
[[nodiscard]] std::span<const DecisionShape> decision_shapes();

}  // namespace raftsim::scenarios
