// A scenario: everything about a run but its seed. Read from JSON (scenario_json.hpp), immutable afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkers/bounds.hpp"
#include "core/machine/sessions.hpp"
#include "core/options.hpp"
#include "core/persistence/persistence.hpp"
#include "scenarios/administration.hpp"
#include "scenarios/given_state.hpp"
#include "scenarios/script.hpp"
#include "sim/clock.hpp"
#include "sim/disk.hpp"
#include "sim/network.hpp"

namespace raftsim::scenarios {

// The member initialisers in this file, and in the types it includes, are the defaults of a scenario file: a key that a
// file leaves out has the value it has in `Scenario{}`. Only what depends on another key is in json/vocabulary.cpp.

// A link of a fast network.
[[nodiscard]] inline sim::LinkSettings fast_link() {
  using namespace std::chrono_literals;
  sim::LinkSettings link;
  link.delay = sim::Distribution::uniform(1ms, 5ms);
  link.duplicate_delay = sim::Distribution::uniform(0ms, 10ms);
  link.reorder_delay = sim::Distribution::uniform(1ms, 20ms);
  return link;
}

[[nodiscard]] inline sim::NetworkSettings fast_network() {
  sim::NetworkSettings network;
  network.links = fast_link();
  return network;
}

// A disk with a fast fsync.
[[nodiscard]] inline sim::DiskSettings fast_disk() {
  using namespace std::chrono_literals;
  sim::DiskSettings disk;
  disk.latency = sim::Distribution::uniform(10us, 50us);
  disk.fsync_latency = sim::Distribution::uniform(500us, 2ms);
  return disk;
}

// Clients of the key-value store: they send commands one at a time, follow redirects, and try another server when no
// answer comes.
struct Workload {
  std::uint32_t clients = 1;
  // Between an answer and the next command.
  sim::Distribution think_time =
      sim::Distribution::uniform(std::chrono::milliseconds(20), std::chrono::milliseconds(60));
  // Of a value that is put; at least 16.
  sim::Distribution payload_bytes = sim::Distribution::uniform(std::uint64_t{16}, std::uint64_t{64});
  sim::Duration request_timeout = std::chrono::milliseconds(500);  // then the next server is asked
  sim::Duration retry_pause = std::chrono::milliseconds(20);       // after a server that knows no leader
  std::uint32_t keys = 8;
  // So many keys are the hot ones, which get that share of the operations; 0: all are alike.
  std::uint32_t hot_keys = 0;
  sim::Ratio hot_share{9, 10};
  // Commands are sent at times of their own, one draw of `think_time` after the other, whether the one before is
  // answered or not. One that is not answered by then is given up: it may still take effect.
  bool open_loop = false;
  // What a client does when an answer does not come, or says no. A server that knows the leader is believed by all.
  enum class Retries : std::uint8_t {
    turns,  // asks all servers by turns, wherever hints led meanwhile
    hints,  // goes on from where the last hint led
    never,  // gives the command up, which may still take effect
  } retries = Retries::turns;
  // How often each, relative to the others.
  struct Operations {
    std::uint32_t get = 2;
    std::uint32_t put = 8;
    // After four of its own to a key a client puts, so that values do not grow for ever.
    std::uint32_t append = 0;
    std::uint32_t compare_and_set = 0;
    std::uint32_t erase = 0;
    friend bool operator==(const Operations&, const Operations&) = default;
  } operations;
  // How gets are answered: how often each way, relative to the others.
  struct Reads {
    std::uint32_t log = 1;
    std::uint32_t leader = 0;
    std::uint32_t follower = 0;
    std::uint32_t lease = 0;
    friend bool operator==(const Reads&, const Reads&) = default;
  } reads;
  // Commands take effect once, however often they are sent. Without: each time they stand in the log.
  bool sessions = true;
  core::SessionLimits session_limits;
  friend bool operator==(const Workload&, const Workload&) = default;
};

// How far servers' clocks gain on true time, or lose: each its own, the same for the whole run, drawn from this range.
// The clocks of two servers then drift apart by as much as (10^6 + max) / (10^6 + min).
struct Clocks {
  sim::ClockDrift min_drift = 0;  // in parts per million
  sim::ClockDrift max_drift = 0;
  sim::Distribution timer_jitter = {};  // by how much each timer of a server is late; without parts: by nothing
  [[nodiscard]] bool drift() const { return min_drift != 0 || max_drift != 0; }
  friend bool operator==(const Clocks&, const Clocks&) = default;
};

// What a server's processor takes for its work; without parts: nothing.
struct Processors {
  sim::Distribution per_message = {};  // before a message is dealt with; one after the other
  friend bool operator==(const Processors&, const Processors&) = default;
};

// Whom a fault strikes.
enum class Target : std::uint8_t {
  any,
  leader,
  follower,
  majority,
  all,
  named,  // Fault::victims: those of them that can be struck, all at once
};

// When a crash strikes, relative to the victim's disk.
enum class CrashPoint : std::uint8_t {
  anytime,
  after_write,  // a write is done, its fsync is not
  after_fsync,  // an fsync is done, the server has not heard of it, so no reply has left
};

// Which links a partition cuts: see cluster/partition.hpp.
enum class PartitionShape : std::uint8_t {
  isolate,        // the target on one side, everybody else on the other
  halves,         // a random majority against the rest
  one_way,        // the target hears nobody, or nobody hears the target (chosen at random)
  bridge,         // two halves that share one server, the target
  majority_ring,  // each server hears a majority, and no two the same one
  sides,          // Fault::sides
  links,          // Fault::links
  swizzle,        // some servers by chance, cut off one after the other and reconnected in another order
};

// One kind of trouble, again and again until the chaos ends. For all kinds alike: the first strike comes one draw of
// `every` after the start, or after `from`, each other one draw after the strike before it began; each lasts one draw
// of `lasts`. With `at` the first strikes come at these times, in any order, and `every`, if there is one, goes on from
// the last in the list.
//
// Where `lasts` is longer than `every`, a strike leaves out what an earlier strike of the same fault still affects: a
// server; of messages, the rule; of a partition that concerns all servers (halves, bridge, majority_ring, sides,
// links, swizzle), the cluster. When nothing else is left, the strike is skipped and not counted. It neither adds to the earlier
// strike nor prolongs it. A crash that waits for a moment of the disk lasts from that moment on.
struct Fault {
  enum class Kind : std::uint8_t {
    crash,
    pause,
    partition,
    slow_disk,
    messages,
    clock,
    // See sim/disk_trouble.hpp and sim/disk.hpp.
    disk_error,
    full_disk,
    hung_disk,
    lying_disk,
    bit_rot,            // damage is done at once, and lasts
    misdirected_write,  // likewise
    wiped_disk,         // a crash, after which the server comes up with an empty disk
  };
  struct Link {
    sim::HostId from;
    sim::HostId to;
    friend bool operator==(const Link&, const Link&) = default;
  };
  std::string name;  // as statistics count it; unique in a scenario
  Kind kind = Kind::crash;
  Target target = Target::any;                       // all but messages, and some partitions
  std::vector<sim::HostId> victims = {};             // of Target::named, ascending
  CrashPoint point = CrashPoint::anytime;            // crash
  PartitionShape shape = PartitionShape::isolate;    // partition
  std::vector<std::vector<sim::HostId>> sides = {};  // who is on one of them reaches no other; who is on none, all
  std::vector<Link> links = {};                      // that are cut, both ways unless they are `one_way`
  bool one_way = false;
  bool clogs = false;           // partition: what is sent meanwhile is not lost, but arrives when it ends
  std::uint32_t slowdown = 10;  // slow_disk: everything takes that many times as long
  sim::FailingOperations operations = sim::FailingOperations::all;  // disk_error: which fail
  std::uint64_t errors = 0;  // disk_error: so many of them; 0: all while the strike lasts
  // pause: a starved processor, which gets to run for a while now and then; without parts: it does not run at all.
  sim::Distribution runs = {};
  sim::Distribution waits = {};
  sim::Duration least_jump{};  // clock: it is put forward, or back, by something between these, and set right at the
  sim::Duration most_jump{};   // end of the strike
  sim::Rule rule;              // messages
  bool always = false;  // messages: in force from the start until the chaos ends; `every` and `lasts` are not used
  bool stays = false;   // messages: in force after the chaos too

  // --- when ---
  std::vector<sim::Distribution> at = {};  // since the start
  sim::Distribution every;                 // from the start of one strike to the start of the next; without parts: no
                                           // strikes but those of `at`
  // How long a host stays down, paused, cut off, slow; a rule in force. Without parts: until the chaos ends.
  sim::Distribution lasts;
  // At most so many strikes; 0: as many as there are. A strike that finds nobody does not count. One that does not
  // happen by chance does, so that taking it away does not bring about another one.
  std::uint64_t times = 0;
  sim::Duration from{};                // of `every`, and of a rule that is always in force
  std::optional<sim::Duration> until;  // no strike of `every` from then on; an `always` ends then
  sim::Ratio chance{1, 1};             // of each strike
  std::optional<bool> takes_part;      // in a run at all, whatever Scenario::swarm says

  // Whether it makes a disk do worse than take its time.
  [[nodiscard]] bool harms_disk() const {
    switch (kind) {
      case Kind::disk_error:
      case Kind::full_disk:
      case Kind::hung_disk:
      case Kind::lying_disk:
      case Kind::bit_rot:
      case Kind::misdirected_write:
      case Kind::wiped_disk:
        return true;
      default:
        return false;
    }
  }
  // Whether it strikes nobody where servers have no disks.
  [[nodiscard]] bool needs_disk() const {
    return harms_disk() || kind == Kind::slow_disk || (kind == Kind::crash && point != CrashPoint::anytime);
  }
  friend bool operator==(const Fault&, const Fault&) = default;
};

// Who is repaired when the chaos ends. The rest stays as broken as it was.
enum class Heal : std::uint8_t {
  all,
  quorum,
  sometimes_all,
  none,
  all_but,  // everybody, but from the faults that stay (Scenario::staying)
};

// A question that people ask with this scenario: a path in its JSON and the values that it is worth setting to.
struct Switch {
  std::string name;
  std::string why;
  std::string path;                 // as for --set: "raft.persistence.mode"
  std::vector<std::string> values;  // as for --set; the first is the scenario's own
  friend bool operator==(const Switch&, const Switch&) = default;
};

// The settings of one server's disk, where they differ.
struct DiskOverride {
  std::optional<sim::HostId> of;  // any, if not set
  sim::DiskSettings settings;
  friend bool operator==(const DiskOverride&, const DiskOverride&) = default;
};

class ServerKind;

// Which Raft runs on the servers.
struct ServerChoice {
  std::string kind = "raftsim";
  std::string options = "{}";  // JSON: what else "server" holds in the scenario's file; for the kind to read
  // What `kind` stands for in this program; null until choose_server (cluster/server_kinds.hpp) has looked it up.
  std::shared_ptr<const ServerKind> found = nullptr;
  friend bool operator==(const ServerChoice& one, const ServerChoice& other) {
    return one.kind == other.kind && one.options == other.options;
  }
};

[[nodiscard]] inline const sim::DiskSettings& settings_of(sim::HostId server, const sim::DiskSettings& of_all,
                                                          const std::vector<DiskOverride>& overrides) {
  const sim::DiskSettings* result = &of_all;
  for (const auto& each : overrides) {
    if (!each.of || *each.of == server) result = &each.settings;
  }
  return *result;
}

struct Scenario {
  std::string name;
  std::string summary;
  std::string story;          // for people: what this is about, where it comes from
  std::uint32_t servers = 5;  // S1, S2, ...: all that there ever are
  ServerChoice server;
  std::uint32_t founding_servers = 0;  // the first so many found the cluster, the others may join later; 0: all
  // What S1, S2, ... hold when they boot for the first time; empty: all are new.
  std::vector<GivenState> begin;
  core::Options raft;
  // A server takes one when it has applied so many entries since its last, or so many bytes of entries, whichever comes
  // first; 0: that limit is off.
  std::uint64_t snapshot_every_entries = 0;
  std::uint64_t snapshot_every_bytes = 0;
  core::PersistenceOptions persistence;
  bool blocking_persistence = false;  // nothing else is done while a write is under way: persist() under the main lock
  sim::NetworkSettings network = fast_network();  // between servers
  sim::LinkSettings client_links = fast_link();   // between clients and servers
  sim::DiskSettings disk = fast_disk();
  std::vector<DiskOverride> disk_overrides = {};  // the last one of a server counts
  Clocks clocks;                                  // of the servers
  Processors processors;
  Workload workload;
  std::optional<Administration> administration;  // somebody who changes the configuration all through the chaos
  std::vector<Fault> faults;
  // What happens step by step, beside the faults; empty: nothing. The chaos ends when it has ended, and not before
  // `chaos_ends`, which is 0 unless the file says it. What a script has broken is then repaired as `heal` says, which is
  // `all` unless the file says it; and there are no clients unless the file says how many.
  std::vector<Step> script;
  std::vector<ScriptRule> rules;     // which steps switch on and off
  std::uint64_t most_log_bytes = 0;  // of any server's log, looked at after each step; 0: no limit
  // The chance of each fault, and of the administration, to be there at all in a run: some bugs show only when others
  // do not get in their way (Groce, Zhang, Eide, Chen and Regehr, "Swarm testing", ISSTA 2012).
  sim::Ratio swarm{1, 1};
  sim::Duration chaos_ends = std::chrono::seconds(10);
  Heal heal = Heal::sometimes_all;
  std::vector<std::string> staying;  // Heal::all_but: faults by name; what they do at the end of the chaos stays
  checkers::ProgressBounds progress;
  checkers::EfficiencyBounds efficiency;
  std::vector<std::string> without;     // checkers that are switched off: to see what a known bug leads to
  std::vector<std::string> must_reach;  // situations that a sweep of some size has to see
  std::vector<Switch> switches;

  [[nodiscard]] const sim::DiskSettings& disk_of(sim::HostId server) const {
    return settings_of(server, disk, disk_overrides);
  }
  [[nodiscard]] core::Configuration founders() const {
    return core::Configuration::of_voters(core::ServerSet::first(founding_servers == 0 ? servers : founding_servers));
  }
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

}  // namespace raftsim::scenarios
