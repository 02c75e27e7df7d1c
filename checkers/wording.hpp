// How verdicts word the things they speak of.
#pragma once

#include <cstdint>
#include <string>

#include "core/configuration.hpp"
#include "core/types.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

class Ledger;

// "S3"
[[nodiscard]] std::string name(core::ServerId server);
// "S3" or "nobody"
[[nodiscard]] std::string name_or_nobody(core::ServerId server);
// "S1, S2, S3", or "nobody".
[[nodiscard]] std::string in_words(const core::ServerSet& servers);
// " (cut off)": why nothing, or not everything, is due of a server since the end of the chaos; empty for most.
[[nodiscard]] std::string standing_of(core::ServerId server, const Ledger& ledger);
// "S3, S4, S5 (from S1, S2, S3; S6 learning)".
[[nodiscard]] std::string in_words(const core::Configuration& configuration);
// "1.204 s"
[[nodiscard]] std::string seconds(sim::Time time);
[[nodiscard]] std::string seconds(sim::Duration duration);
// "1 entry", "3 entries"
[[nodiscard]] std::string counted(std::uint64_t count, const char* one, const char* many);
// "S1 leader of term 7, last index 12, commit 11, applied 11; S2 down, ..."
[[nodiscard]] std::string state_of_all(const Ledger& ledger);

}  // namespace raftsim::checkers
