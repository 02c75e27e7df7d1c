// A script: what happens to a cluster, step by step, beside the faults that strike at random. Data only; it is carried
// out by cluster/script/, and read and written by json/script.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/options.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"
#include "sim/distribution.hpp"
#include "sim/network.hpp"
#include "sim/time.hpp"

namespace raftsim::scenarios {

// How long a step waits when it does not say.
inline constexpr sim::Duration script_patience = std::chrono::seconds(10);

// --- conditions ---

// "i % 3 == 1", "connected < 3 and term > 2": whole numbers, compared. As it is written, and as a program for a stack of
// numbers (cluster/script/condition.hpp).
struct Condition {
  enum class Operation : std::uint8_t {
    number,  // push `value`
    word,    // push what `word` stands for
    add,
    subtract,
    multiply,
    divide,
    remainder,
    equal,
    unequal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    conjunction,  // both are not 0
    disjunction,  // one of them is not 0
    negation,     // of the one on top
  };
  struct Instruction {
    Operation operation = Operation::number;
    std::int64_t value = 0;
    std::string word = {};
    friend bool operator==(const Instruction&, const Instruction&) = default;
  };
  std::string text;
  std::vector<Instruction> program;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// --- whom a step is about ---

// Servers that one word stands for.
struct Group {
  enum class Kind : std::uint8_t {
    all,
    connected,     // up, and not cut off by the script
    disconnected,  // cut off by the script, up or not
    up,            // running, paused ones too
    down,
    paused,
    followers,  // up, and not the leader
    leader,     // who leads the newest term of those that are up; nobody when nobody leads
    rest,       // in a `let` and a `partition`: all that are in none of the names or sides before
    server,     // S1, S2, ...
    name,       // bound by `let`
  };
  Kind kind = Kind::all;
  core::ServerId server = {};
  std::string name = {};
  friend bool operator==(const Group&, const Group&) = default;
};

// "any of NEW but L2": some servers of a group, without those of others.
struct Pick {
  enum class How : std::uint8_t {
    all,
    any,          // `count` of them, drawn
    leader,       // who leads the newest term among them
    follower,     // one of those that are up and do not lead, drawn
    longest_log,  // the one with the highest index; of several the first
  };
  std::string text;
  How how = How::all;
  std::uint32_t count = 1;
  Group of = {};
  std::vector<Group> but = {};
  // Whether nobody is an answer: of a group, but not of "the leader".
  [[nodiscard]] bool may_be_nobody() const { return how == How::all; }
  friend bool operator==(const Pick&, const Pick&) = default;
};

// One pick, or the union of several, in which what is drawn is none of those before; or, with a condition, one of two
// such unions.
struct Selection {
  std::vector<Pick> picks;
  std::optional<Condition> when = {};
  std::vector<Pick> otherwise = {};
  friend bool operator==(const Selection&, const Selection&) = default;
};

// --- actions ---

// Binds names to servers. Waits until there are such.
struct Let {
  std::vector<std::pair<std::string, Selection>> names;
  sim::Duration within = script_patience;
  friend bool operator==(const Let&, const Let&) = default;
};

// Does one of these to servers, at once.
struct Treat {
  enum class Kind : std::uint8_t {
    cut,      // from every other server, both ways
    connect,  // takes back cuts, and sides of a partition
    restart,  // those that are down
    pause,
    resume,
    wipe,  // the disk of those that are down: they come up as if for the first time
  };
  Kind kind = Kind::cut;
  Selection whom;
  friend bool operator==(const Treat&, const Treat&) = default;
};

// Servers of different sides do not reach each other; a server on no side reaches all. Takes the place of the partition
// before. No sides: none.
struct Split {
  std::vector<Selection> sides;
  friend bool operator==(const Split&, const Split&) = default;
};

// Cuts the power: at once, or at an operation of the disk that is yet to come.
struct Crash {
  Selection whom;
  std::optional<sim::CrashMoment> at = {};
  friend bool operator==(const Crash&, const Crash&) = default;
};

// Other settings from now on: the scenario's own, but for what the patch says.
struct ChangeNetwork {
  std::string patch;  // JSON, as it is written
  sim::NetworkSettings network;
  sim::LinkSettings clients;
  // Only links of these, in the place of all: the patch is about `links` then.
  std::optional<Selection> from = {};
  std::optional<Selection> to = {};
  friend bool operator==(const ChangeNetwork&, const ChangeNetwork&) = default;
};
struct ChangeDisk {
  std::string patch;
  sim::DiskSettings disk;
  std::vector<std::pair<std::optional<sim::HostId>, sim::DiskSettings>> overrides =
      {};                            // of servers whose own differ from the others'
  std::optional<Selection> of = {};  // none: every server's
  friend bool operator==(const ChangeDisk&, const ChangeDisk&) = default;
};

struct ChangeOptions {
  std::string patch;
  core::Options options;
  std::optional<Selection> of = {};  // none: every server's
  friend bool operator==(const ChangeOptions&, const ChangeOptions&) = default;
};

// Rules of the scenario (Scenario::rules), or its faults, by name.
struct SwitchNamed {
  enum class Kind : std::uint8_t { rules, faults };
  Kind kind = Kind::rules;
  std::vector<std::pair<std::string, bool>> on;
  friend bool operator==(const SwitchNamed&, const SwitchNamed&) = default;
};

// Gives commands to servers, as the labs' Start() does: to one server, which takes it or not.
struct Propose {
  enum class Wait : std::uint8_t { none, accepted, committed };
  sim::Distribution count = sim::Distribution::fixed(std::uint64_t{1});  // to each, when nothing is waited for
  Selection at;                                                          // "leader" when it is not said
  Wait wait = Wait::committed;
  std::uint32_t servers = 1;  // committed: so many have applied it
  sim::Distribution payload_bytes = sim::Distribution::fixed(std::uint64_t{16});
  sim::Duration within = script_patience;  // for each command
  friend bool operator==(const Propose&, const Propose&) = default;
};

// As the labs' one(): some connected server takes a command, and within two seconds so many servers have applied it; or
// else it is given to a server once more.
struct Agree {
  std::uint32_t servers = 1;
  std::uint32_t count = 1;       // commands
  std::uint32_t concurrent = 1;  // of them at a time
  bool retry = true;
  sim::Distribution payload_bytes = sim::Distribution::fixed(std::uint64_t{16});
  sim::Duration within = script_patience;  // for each command
  friend bool operator==(const Agree&, const Agree&) = default;
};

// Asks the leader to change who votes, until it is done: all of the voters said, or more, or fewer.
struct ChangeMembers {
  enum class Kind : std::uint8_t { voters, add, remove };
  Kind kind = Kind::voters;
  Selection whom;
  bool wait = true;  // false: only until the leader has begun
  sim::Duration within = script_patience;
  friend bool operator==(const ChangeMembers&, const ChangeMembers&) = default;
};

// Asks a leader to hand over.
struct Transfer {
  Selection from;
  Selection to;
  bool wait = true;  // until the other leads
  sim::Duration within = script_patience;
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

struct Sleep {
  sim::Distribution lasts;
  friend bool operator==(const Sleep&, const Sleep&) = default;
};

// Names a moment, since when messages are counted. "start" is the beginning of the run.
struct Mark {
  std::string name;
  friend bool operator==(const Mark&, const Mark&) = default;
};

struct Until {
  Condition condition;
  sim::Duration within = script_patience;
  friend bool operator==(const Until&, const Until&) = default;
};

struct Bounds {
  std::optional<std::uint64_t> at_least = {};
  std::optional<std::uint64_t> at_most = {};
  [[nodiscard]] bool contain(std::uint64_t number) const {
    return (!at_least || number >= *at_least) && (!at_most || number <= *at_most);
  }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};
struct SinceMark {
  std::string mark;
  Bounds bounds;
  friend bool operator==(const SinceMark&, const SinceMark&) = default;
};

// All of these hold, at once or within a time.
struct Expect {
  std::optional<std::uint32_t> leaders = {};  // of the newest term, among those that are connected
  std::optional<std::uint32_t> terms = {};    // how many different ones, among those that are connected
  bool committed = false;                     // all that was last proposed, on `servers` servers
  bool not_committed = false;                 // nothing of what was last proposed, anywhere
  std::uint32_t servers = 1;
  std::optional<Bounds> index = {};  // of what was last proposed, among commands: what leaders append is not counted
  std::optional<SinceMark> messages_since = {};
  std::optional<SinceMark> requests_since = {};
  std::optional<SinceMark> bytes_since = {};
  std::optional<SinceMark> terms_since = {};
  std::optional<Bounds> log_bytes = {};  // of each server that is up
  std::optional<Condition> that = {};
  sim::Duration within{};
  friend bool operator==(const Expect&, const Expect&) = default;
};

// The steps of its step, again and again.
struct Repeat {
  std::uint64_t count = 1;
  std::string as = {};  // how conditions call the number of the iteration, from 0; may be empty
  friend bool operator==(const Repeat&, const Repeat&) = default;
};

// The steps of its step, or else the others.
struct Block {
  friend bool operator==(const Block&, const Block&) = default;
};

using Action = std::variant<Let, Treat, Split, Crash, ChangeNetwork, ChangeDisk, ChangeOptions, SwitchNamed, Propose,
                            Agree, ChangeMembers, Transfer, Sleep, Mark, Until, Expect, Repeat, Block>;

struct Step {
  std::string name;                    // may be empty
  std::optional<Condition> when = {};  // "if"
  sim::Ratio chance{1, 1};             // of being carried out at all
  Action action = Block{};
  std::vector<Step> steps = {};      // Repeat, Block
  std::vector<Step> otherwise = {};  // Block: "else"

  // What follows from the file. What is drawn is keyed by `key`: that of the name, or else of what the step says (its
  // inner steps apart) and how many before it say the same. So a step that goes, comes or is changed leaves the draws of
  // all others as they were, which its position in the list would not.
  std::uint32_t key = 0;
  std::string said;  // what `key` is of
  std::string text;  // the step in short, without inner steps: {"cut": "L"}
  std::string path;  // "script.3.steps.0", as errors have it
  std::string word;  // the action's: "cut"
  friend bool operator==(const Step&, const Step&) = default;
};

// A rule about messages that a script switches on and off.
struct ScriptRule {
  sim::Rule rule;
  bool on = true;  // at the start
  friend bool operator==(const ScriptRule&, const ScriptRule&) = default;
};

}  // namespace raftsim::scenarios
