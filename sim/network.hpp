// The network: per-link delay, loss, duplication, reordering, bandwidth, partitions, and faults aimed at a kind of
// packet.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/distribution.hpp"
#include "sim/packet.hpp"
#include "sim/random.hpp"

namespace raftsim::sim {

// How a link carries packets.
enum class Transport : std::uint8_t {
  datagram,  // each packet for itself: it may be lost, repeated and overtaken (UDP; a pool of connections)
  stream,    // one connection between the two hosts, as TCP has it: see StreamSettings
};

// A stream keeps its packets in order, repeats none, and loses none as long as the connection lasts. A packet that loss
// or a partition takes is sent again after a timeout, which doubles each time (RFC 6298, sections 5.4 to 5.7), and
// whatever is behind it waits. When it has not got through for `timeout`, the connection is reset, and so it is when one
// of the two hosts crashes: what has not arrived by then, either way, is lost, and the next packet opens another
// connection, which takes no time here. What waits at the sender is bounded; a packet that does not fit is dropped, as
// by a sender that does not block (etcd's rafthttp, for one). That an acknowledgement is lost is not modelled: a stream
// is held up by what happens on its own way only.
struct StreamSettings {
  Duration retransmit_after = std::chrono::milliseconds(200);  // Linux' TCP_RTO_MIN
  Duration longest_wait = std::chrono::seconds(120);           // of the doubled timeouts: Linux' TCP_RTO_MAX
  Duration timeout = std::chrono::seconds(5);
  std::uint64_t buffer = 4U << 20U;  // bytes that wait: the largest that Linux' tcp_wmem allows by default
  friend bool operator==(const StreamSettings&, const StreamSettings&) = default;
};

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
  Distribution extra;     // what each link takes more than that, drawn once for the whole run; without parts: nothing
  Transport transport = Transport::datagram;  // of a stream `duplicate`, `reorder`, `queue` and `in_order` do not count
  StreamSettings stream;
  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

// Precondition: bytes_per_second > 0.
[[nodiscard]] Duration time_on_wire(std::uint32_t bytes, std::uint64_t bytes_per_second);

// A fault aimed at packets of one kind, from one host, to one host (each may be "any"). It acts on messages, above the
// transport: what it holds on a stream is overtaken by what is behind. Every packet sent that matches
// is counted, whatever else becomes of it, so that one rule does not shift what another hits. What is decided of a
// packet is keyed by the rule's name and the packet (link, kind, its number among those), so that neither the order of
// rules nor other traffic shifts it.
struct Rule {
  std::string name;  // of the rules in force at one time each has its own
  std::optional<std::uint8_t> kind;
  std::optional<HostId> from;
  std::optional<HostId> to;
  std::uint64_t kinds = 0;  // a bit for each kind below 64: one of these; 0: no matter which
  Ratio chance{1, 1};       // of applying to a packet that matches
  enum class Action : std::uint8_t {
    hold,  // delay by `delay` more
    drop,
    duplicate,  // one more copy after `delay`
    release,    // keep the `nth` packet that matches (from 1) until the `after`-th, or a later one, has arrived
    keep,       // keep until so many later ones that match have arrived, or the stage has grown by so much
  } action = Action::hold;
  Distribution delay = Distribution::fixed(std::uint64_t{0});
  std::uint64_t nth = 0;
  std::uint64_t after = 0;   // release: greater than nth
  std::uint64_t later = 0;   // keep; 0: however many
  std::uint64_t stages = 0;  // keep: above the stage at which it was sent (Host::send); 0: whatever the stage

  [[nodiscard]] bool matches(const Packet& packet) const {
    return (!kind || *kind == packet.kind) && (kinds == 0 || (packet.kind < 64 && (kinds >> packet.kind & 1U) != 0)) &&
           (!from || *from == packet.from) && (!to || *to == packet.to);
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
  std::uint64_t clogged = 0;
  std::uint64_t retransmitted = 0;  // on a stream, each attempt
  std::uint64_t resets = 0;         // of connections
  std::uint64_t lost_to_reset = 0;
  std::uint64_t lost_to_full_buffer = 0;  // StreamSettings::buffer
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
  // What is sent meanwhile is not lost, but held: it sets out when the last clog is taken back (World::unclog). Counted
  // like blocks.
  void clog(HostId from, HostId to);
  [[nodiscard]] bool is_clogged(HostId from, HostId to) const { return link(from, to).clogs > 0; }
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
  // `stage`: see Rule::stages.
  std::span<const Arrival> send(Time now, const Choices& choices, std::vector<Sent>& sent, std::uint64_t stage = 0);
  // The packet in `slot` has arrived; it stays in its slot. Returns what this releases; valid until the next call.
  std::span<const Arrival> arrive(Time now, std::uint32_t slot) {
    note_order(slots_[slot]);
    return active_rules_.empty() ? std::span<const Arrival>() : release(now, slots_[slot]);
  }
  [[nodiscard]] const Packet& packet(std::uint32_t slot) const { return slots_[slot]; }
  // Its connection was reset while it was under way: take_reset() is all that is left to do.
  [[nodiscard]] bool is_void(std::uint32_t slot) const {
    return slots_[slot].connection != 0 && slots_[slot].connection != streams_.at(way_of(slots_[slot])).connection;
  }
  // Both give the packet away; it stays in its slot until the next is sent.
  Packet&& take(std::uint32_t slot);        // to the receiver
  Packet&& take_lost(std::uint32_t slot);   // there was no receiver
  Packet&& take_reset(std::uint32_t slot);  // see is_void
  // The link is clogged by one less. Returns what sets out; valid until the next call. Throws std::logic_error unless
  // is_clogged(from, to).
  std::span<const Arrival> unclog(Time now, HostId from, HostId to);
  // Streams whose first waiting packet is to be sent again at that time; the reader clears it.
  struct Timer {
    Time at{};
    HostId from;
    HostId to;
  };
  [[nodiscard]] std::vector<Timer>& timers() { return timers_; }
  // The time of such a timer has come. Returns what gets through now, and nothing for a timer that is out of date;
  // valid until the next call.
  std::span<const Arrival> retransmit(Time now, const Choices& choices, HostId from, HostId to);
  // Resets all connections of this host.
  void reset_streams(HostId host);
  // The rule applies no more. Returns the packets that it kept; valid until the next call.
  std::span<const Arrival> remove_rule(Time now, RuleId id);

 private:
  struct Link {
    std::uint64_t packets = 0;  // sent so far
    std::uint64_t newest = 0;   // number after that of the newest packet that arrived
    Time busy_until{};          // sending, under limited bandwidth
    Time last_arrival{};        // of packets that are in order
    std::uint32_t blocks = 0;
    std::uint32_t clogs = 0;
    Duration extra{};  // LinkSettings::extra
    bool special =
        false;  // clogged, or a stream, or `extra` is yet to be drawn: for the one branch that all of it costs
    bool settled = true;         // `extra` is drawn
    std::uint32_t settings = 0;  // 0: settings_.links; n: settings_.overrides[n - 1]
  };
  struct RuleState {
    Rule rule;
    std::uint32_t key = 0;  // of its name
    std::uint64_t matched = 0;
    std::uint64_t struck = 0;
    PacketId release_from = 0;  // release: the `after`-th packet that matched, 0 when it is yet to be sent
    std::optional<std::uint32_t> kept;
    struct Kept {
      std::uint32_t slot = 0;
      PacketId id = 0;
      std::uint64_t later = 0;  // that have arrived
      std::uint64_t stage = 0;
    };
    std::vector<Kept> keeps;  // keep: in the order of sending
    bool active = true;
  };
  // What the rules did to one packet.
  struct RuleEffect {
    const char* dropped_by = nullptr;
    const char* delayed_by = nullptr;
    Duration delay{};
    std::optional<RuleId> kept_by;
  };
  // A packet that waits for another attempt, with the key of its decisions.
  struct Waiting {
    std::uint32_t slot = 0;
    Key key;
    Duration held{};  // by a rule, after it has got through
  };
  struct Stream {
    std::uint16_t connection = 1;
    std::deque<Waiting> waiting = {};
    std::uint64_t waiting_bytes = 0;
    Time stalled_since{};        // the first of them is waiting
    std::uint32_t attempts = 0;  // to send it
    Time retry_at = never;
  };
  // A packet on a clogged link, and how long it takes once that is free.
  struct Held {
    std::uint32_t slot = 0;
    Duration takes{};
  };

  [[nodiscard]] Link& link(HostId from, HostId to) { return links_[from.value * hosts_ + to.value]; }
  [[nodiscard]] const Link& link(HostId from, HostId to) const { return links_[from.value * hosts_ + to.value]; }
  [[nodiscard]] const LinkSettings& settings_of(const Link& link) const {
    return link.settings == 0 ? settings_.links : settings_.overrides[link.settings - 1].settings;
  }
  [[nodiscard]] static std::uint32_t way_of(const Packet& packet) {
    return link_key(packet.from.value, packet.to.value);
  }
  void choose_settings();
  void note_special(Link& link);
  void settle(Link& link, const LinkSettings& settings, const Choices& choices, const Packet& packet);
  void hold_arrivals(Time now, std::vector<Sent>& sent, std::size_t first);
  // --- stream.cpp ---
  std::span<const Arrival> send_on_stream(Time now, const Choices& choices, std::vector<Sent>& sent, Key key,
                                          std::uint64_t stage);
  [[nodiscard]] bool gets_through(const Choices& choices, const Link& way, const LinkSettings& settings, Key key,
                                  std::uint32_t attempt) const;
  Time set_out(Time now, const Choices& choices, Link& way, const LinkSettings& settings, const Waiting& what);
  void stall(Time now, Stream& stream, const LinkSettings& settings, HostId from, HostId to);
  void reset(HostId from, HostId to);
  Key key_of_next(const Packet& packet);
  RuleEffect apply_rules(const Packet& packet, const Key& packet_key, bool is_lost, const Choices& choices);
  void keep(RuleId id, const Packet& packet, std::uint32_t slot, std::uint64_t stage);
  void release_by_stage(Time now, std::uint64_t stage);
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
  std::map<std::uint32_t, Stream> streams_;             // by link_key, once it was used
  std::map<std::uint32_t, std::vector<Held>> clogged_;  // likewise
  std::vector<Timer> timers_;
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
