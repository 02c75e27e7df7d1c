// What an administrator asks of servers, and what it wants of the cluster.
#pragma once

#include <cstdint>
#include <optional>

#include "core/configuration.hpp"
#include "core/raft/change_refusal.hpp"
#include "core/types.hpp"
#include "sim/distribution.hpp"
#include "sim/time.hpp"

namespace raftsim::scenarios {

// --- the wire; kinds of packets after the clients' ---

inline constexpr std::uint8_t admin_request_kind = 34;
inline constexpr std::uint8_t admin_reply_kind = 35;
inline constexpr std::uint32_t admin_request_bytes = 80;
inline constexpr std::uint32_t admin_reply_bytes = 80;

struct AdminRequest {
  enum class Kind : std::uint8_t { ask, change, transfer };  // ask: only for the reply
  Kind kind = Kind::ask;
  std::uint64_t attempt = 0;     // never used again; the reply repeats it
  core::Configuration target{};  // change
  core::ServerId successor{};    // transfer
};

struct AdminReply {
  std::uint64_t attempt = 0;
  bool leads = false;                                       // the one who answers; otherwise ask `leader`
  bool accepted = false;                                    // the change or the transfer has begun
  core::ChangeRefusal refusal = core::ChangeRefusal::none;  // of a change
  core::ServerId leader{};                                  // no_server when unknown
  core::Configuration configuration{};                      // in force at the one who answers
  bool committed = false;                                   // and committed, as far as it knows
};

// --- what is wanted ---

// An administrator who changes the voters again and again: one more at a time up to `most_voters`, then one less at a
// time down to `least_voters`, and so on; now and then any other set of voters at once, or another leader.
struct Administration {
  // Between a change that is done, or given up, and the next.
  sim::Distribution every = sim::Distribution::uniform(std::chrono::milliseconds(200), std::chrono::milliseconds(1000));
  std::uint32_t least_voters = 1;
  std::uint32_t most_voters = 7;
  std::uint32_t jumps_percent = 20;      // changes to any other set of voters
  std::uint32_t transfers_percent = 20;  // transfers of leadership instead of a change
  // Changes of one voter for a server that has never run, as long as there is one. Who is replaced is switched off for
  // good, and its disk with it: a machine that comes back with a wiped disk comes back under a number of its own, for
  // the promises of the old number are lost with the disk.
  std::uint32_t replacements_percent = 0;
  sim::Duration request_timeout = std::chrono::milliseconds(500);
  sim::Duration retry_pause = std::chrono::milliseconds(50);
  sim::Duration patience = std::chrono::seconds(5);  // with one change; then another is tried
  std::optional<bool> takes_part = {};               // in a run at all, whatever Scenario::swarm says
  friend bool operator==(const Administration&, const Administration&) = default;
};

// What to change to next on the way from `current` to a cluster of just these voters: new ones learn first. Nothing
// when there is nothing left to do.
[[nodiscard]] std::optional<core::Configuration> next_change(const core::Configuration& current,
                                                             const core::ServerSet& voters);

}  // namespace raftsim::scenarios
