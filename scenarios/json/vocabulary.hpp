// Every key of a scenario file, with its limits. The defaults are those of `Scenario{}`.
#pragma once

#include "scenarios/json/fields.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios::json {

// Of a value that is put: room for client and sequence number in letters.
inline constexpr std::uint32_t least_value_bytes = 16;

inline constexpr std::uint32_t most_servers = 99;
inline constexpr std::uint32_t most_keys = 100'000;  // of the store

// The keys of a whole scenario.
void describe(Fields& fields, Scenario& scenario);

// Parts of it, for scripts that change them.
void describe_network(Fields& fields, sim::NetworkSettings& network, sim::LinkSettings& clients, std::uint32_t servers);
void describe_disk(Fields& fields, sim::DiskSettings& disk);
void describe_options(Fields& fields, core::Options& raft);

}  // namespace raftsim::scenarios::json
