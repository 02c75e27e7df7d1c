// The network: per-link delay, loss, duplication, reordering, bandwidth, partitions, and faults aimed at a kind of
// packet.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/distribution.hpp"
#include "sim/packet.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

struct LinkSettings {
  Distribution delay = Distribution::fixed(std::uint64_t{0});  // one way
  Ratio loss;
  Ratio duplicate;
  Distribution duplicate_delay = Distribution::fixed(std::uint64_t{0});  // of the copy, after the original's delivery
  Ratio reorder;  // this packet is delayed by reorder_delay more, and others overtake it
  Distribution reorder_delay = Distribution::fixed(std::uint64_t{0});
  std::uint64_t bytes_per_second = 0;  // 0 = unlimited; a link sends one packet after the other
  // With limited bandwidth: a packet that would have to wait longer than this before it is sent is lost (drop-tail). A
  // link that queued without bound would deliver heartbeats minutes late, which no device does.
  Duration queue = std::chrono::milliseconds(250);
  bool in_order = false;  // packets that are not delayed on purpose never overtake each other
  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

// A fault aimed at packets of one kind, from one host, to one host (each may be "any"). Every packet sent that matches
// is counted, whatever else becomes of it, so that one rule does not shift what another hits. What is decided of a
// packet is keyed by the rule's name and the packet (link, kind, its number among those), so that neither the order of
// rules nor other traffic shifts it.
struct Rule {
  std::string name;  // of the rules in force at one time each has its own
  std::optional<std::uint8_t> kind;
  std::optional<HostId> from;
  std::optional<HostId> to;
  Ratio chance{1, 1};  // of applying to a packet that matches
  enum class Action : std::uint8_t {
    hold,  // delay by `delay` more
    drop,
    duplicate,  // one more copy after `delay`
    release,    // keep the `nth` packet that matches (from 1) until the `after`-th, or a later one, has arrived
  } action = Action::hold;
  Distribution delay = Distribution::fixed(std::uint64_t{0});
  std::uint64_t nth = 0;
  std::uint64_t after = 0;  // release: greater than nth

  [[nodiscard]] bool matches(const Packet& packet) const {
    return (!kind || *kind == packet.kind) && (!from || *from == packet.from) && (!to || *to == packet.to);
  }
  friend bool operator==(const Rule&, const Rule&) = default;
};
using RuleId = std::uint32_t;  // in the order of adding, from 0

struct NetworkSettings {
  LinkSettings links;  // every link
  struct Override {
    std::optional<HostId> from;
    std::optional<HostId> to;
    LinkSettings settings;
    friend bool operator==(const Override&, const Override&) = default;
  };
  std::vector<Override> overrides;  // the last that matches wins
  friend bool operator==(const NetworkSettings&, const NetworkSettings&) = default;
};

// What became of one packet that was sent, for checkers and traces.
struct Sent {
  Packet packet;
  bool lost = false;          // dropped by loss, a rule or a partition
  const char* why = nullptr;  // "loss", "partition", "full queue", the name of the rule that dropped, held or copied
                              // it, or null; valid as long as the world
  Time delivered_at{};        // when not lost; `never` for a packet that a release rule keeps
};

// Packets by what became of them; duplicates count as packets sent.
struct NetworkStatistics {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t lost_by_chance = 0;
  std::uint64_t lost_to_partition = 0;
  std::uint64_t lost_to_full_queue = 0;  // LinkSettings::queue
  std::uint64_t lost_by_rule = 0;
  std::uint64_t lost_at_down_host = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t delayed_by_reorder = 0;  // picked to be overtaken
  std::uint64_t reordered = 0;           // arrived after a packet that was sent later on the same link
  std::uint64_t held = 0;                // by a rule
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_delivered = 0;
  friend bool operator==(const NetworkStatistics&, const NetworkStatistics&) = default;
};

// Decides the fate of each packet as it is sent: a blocked link, then a full queue, then loss, then the rules in the
// order of adding, then delay. What is decided stands: a packet under way when a partition begins still arrives, as it
// does when a cable is cut behind it; one that waits in a link's queue when the settings change leaves as decided, and
// what is sent later leaves behind it. Each draw is keyed by the link, the packet's kind, and its number among the
// packets of that kind on that link: a fault that is off changes nothing else, and a heartbeat less does not shift the
// acks. A duplicate goes by the key of what it duplicates.
class Network {
 public:
  explicit Network(NetworkSettings settings);

  // --- faults; each holds for packets sent from now on ---
  RuleId add_rule(Rule rule);  // removed by World::remove_rule
  // One way. Counted, so that partitions can overlap: a link is open again when each block has been taken back.
  void block(HostId from, HostId to);
  void unblock(HostId from, HostId to);  // throws std::logic_error unless is_blocked(from, to)
  [[nodiscard]] bool is_blocked(HostId from, HostId to) const;
  void unblock_all();
  // Replaces the settings of all links.
  void change(NetworkSettings settings);

  [[nodiscard]] const NetworkSettings& settings() const { return settings_; }
  [[nodiscard]] const NetworkStatistics& statistics() const { return statistics_; }
  [[nodiscard]] const Rule& rule(RuleId id) const { return rules_[id].rule; }
  [[nodiscard]] bool is_active(RuleId id) const { return rules_[id].active; }
  [[nodiscard]] std::span<const RuleId> active_rules() const { return active_rules_; }
  [[nodiscard]] const LinkSettings& settings_between(HostId from, HostId to) const {
    return settings_of(link(from, to));
  }
  // To how many packets it has done what it does; what was lost for another reason is not among them.
  [[nodiscard]] std::uint64_t struck(RuleId id) const { return rules_[id].struck; }

  // --- what the world does ---
  // A packet in the store and when it arrives.
  struct Arrival {
    Time at{};
    std::uint32_t slot = 0;
  };
  void add_host();
  // Decides what becomes of the packet at the end of `sent` and says it there, its duplicates behind it. Fills in the
  // packet's id and its number on the link. Returns what will arrive; valid until the next call.
  std::span<const Arrival> send(Time now, const Choices& choices, std::vector<Sent>& sent);
  // The packet in `slot` has arrived; it stays in its slot. Returns what this releases; valid until the next call.
  std::span<const Arrival> arrive(Time now, std::uint32_t slot) {
    note_order(slots_[slot]);
    return active_rules_.empty() ? std::span<const Arrival>() : release(now, slots_[slot]);
  }
  [[nodiscard]] const Packet& packet(std::uint32_t slot) const { return slots_[slot]; }
  // Both give the packet away; it stays in its slot until the next is sent.
  Packet&& take(std::uint32_t slot);       // to the receiver
  Packet&& take_lost(std::uint32_t slot);  // there was no receiver
  // The rule applies no more. Returns the packets that it kept; valid until the next call.
  std::span<const Arrival> remove_rule(Time now, RuleId id);

 private:
  struct Link {
    std::uint64_t packets = 0;  // sent so far
    std::uint64_t newest = 0;   // number after that of the newest packet that arrived
    Time busy_until{};          // sending, under limited bandwidth
    Time last_arrival{};        // of packets that are in order
    std::uint32_t blocks = 0;
    std::uint32_t settings = 0;  // 0: settings_.links; n: settings_.overrides[n - 1]
  };
  struct RuleState {
    Rule rule;
    std::uint32_t key = 0;  // of its name
    std::uint64_t matched = 0;
    std::uint64_t struck = 0;
    PacketId release_from = 0;  // release: the `after`-th packet that matched, 0 when it is yet to be sent
    std::optional<std::uint32_t> kept;
    bool active = true;
  };
  // What the rules did to one packet.
  struct RuleEffect {
    const char* dropped_by = nullptr;
    const char* delayed_by = nullptr;
    Duration delay{};
    std::optional<RuleId> kept_by;
  };

  [[nodiscard]] Link& link(HostId from, HostId to) { return links_[from.value * hosts_ + to.value]; }
  [[nodiscard]] const Link& link(HostId from, HostId to) const { return links_[from.value * hosts_ + to.value]; }
  [[nodiscard]] const LinkSettings& settings_of(const Link& link) const {
    return link.settings == 0 ? settings_.links : settings_.overrides[link.settings - 1].settings;
  }
  void choose_settings();
  Key key_of_next(const Packet& packet);
  RuleEffect apply_rules(const Packet& packet, const Key& packet_key, bool is_lost, const Choices& choices);
  static void lose(Sent& sent, const char* why, std::uint64_t& counter);
  void copy(const Packet& original, Time at, const char* why, std::vector<Sent>& sent);
  std::uint32_t store(const Packet& packet);
  void note_order(const Packet& packet);
  std::span<const Arrival> release(Time now, const Packet& arrived);

  NetworkSettings settings_;
  std::size_t hosts_ = 0;
  std::vector<Link> links_;  // from * hosts_ + to
  // How many packets of each kind went over each link: by kind in the order of their first packets (which nothing
  // depends on), then by link. Few of the 256 kinds are ever sent.
  std::vector<std::uint32_t> sent_of_kind_;
  std::array<std::uint8_t, 256> place_of_kind_{};  // in sent_of_kind_, plus one; 0 for none yet
  std::uint8_t kinds_ = 0;
  std::deque<RuleState> rules_;  // all there ever were, so that their names last
  std::vector<RuleId> active_rules_;
  std::vector<Packet> slots_;
  std::vector<std::uint32_t> free_;
  PacketId last_packet_ = 0;
  NetworkStatistics statistics_;
  std::vector<Arrival> arrivals_;  // of the call under way
  struct RuleCopy {
    const char* name;
    Duration delay;
  };
  std::vector<RuleCopy> rule_copies_;  // of the packet being sent
  std::vector<RuleId> struck_;         // by which rules it was struck
};

}  // namespace raftsim::sim
