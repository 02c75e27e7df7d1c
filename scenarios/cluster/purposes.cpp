#include "scenarios/cluster/purposes.hpp"

#include <array>

namespace raftsim::scenarios {

namespace {

using sim::Purpose;
using Part = KeyPart;

constexpr std::array shapes{
    DecisionShape{Purpose::packet_delay, "packet-delay", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::packet_loss, "packet-loss", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::packet_duplicate, "packet-duplicate", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::packet_reorder, "packet-reorder", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::duplicate_delay, "duplicate-delay", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::reorder_delay, "reorder-delay", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::timer_jitter, "timer-jitter", Part::host, Part::number, Part::none},
    DecisionShape{Purpose::handling_time, "handling-time", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::link_extra, "link-extra", Part::link, Part::none, Part::none},
    DecisionShape{Purpose::retransmission_loss, "retransmission-loss", Part::link, Part::number, Part::kind},
    DecisionShape{Purpose::rule_chance, "rule-chance", Part::name, Part::number, Part::packet},
    DecisionShape{Purpose::rule_delay, "rule-delay", Part::name, Part::number, Part::packet},
    DecisionShape{Purpose::disk_latency, "disk-latency", Part::host, Part::number, Part::operation},
    DecisionShape{Purpose::fsync_latency, "fsync-latency", Part::host, Part::number, Part::operation},
    DecisionShape{Purpose::sector_outcome, "sector-outcome", Part::host, Part::crash, Part::sector},
    DecisionShape{Purpose::sector_tear, "sector-tear", Part::host, Part::crash, Part::sector},
    DecisionShape{Purpose::sector_garbage, "sector-garbage", Part::host, Part::crash, Part::sector},
    DecisionShape{Purpose::metadata_survival, "metadata-survival", Part::host, Part::crash, Part::none},
    DecisionShape{Purpose::length_survival, "length-survival", Part::host, Part::crash, Part::file},
    DecisionShape{Purpose::damage_place, "damage-place", Part::host, Part::crash, Part::none},
    DecisionShape{Purpose::damage_bit, "damage-bit", Part::host, Part::crash, Part::none},
    DecisionShape{Purpose::misdirected_sector, "misdirected-sector", Part::host, Part::crash, Part::none},
    DecisionShape{election_timeout_purpose, "election-timeout", Part::host, Part::number, Part::none},
    DecisionShape{think_time_purpose, "think-time", Part::host, Part::number, Part::none},
    DecisionShape{payload_bytes_purpose, "payload-bytes", Part::host, Part::number, Part::none},
    DecisionShape{first_server_purpose, "first-server", Part::host, Part::none, Part::none},
    DecisionShape{operation_purpose, "operation", Part::host, Part::number, Part::none},
    DecisionShape{key_purpose, "key", Part::host, Part::number, Part::none},
    DecisionShape{read_mode_purpose, "read-mode", Part::host, Part::number, Part::none},
    DecisionShape{reader_purpose, "reader", Part::host, Part::number, Part::none},
    DecisionShape{client_purpose, "client", Part::host, Part::none, Part::none},
    DecisionShape{command_purpose, "command", Part::host, Part::number, Part::none},
    DecisionShape{swarm_purpose, "fault", Part::name, Part::none, Part::none},
    DecisionShape{strike_purpose, "strike", Part::name, Part::number, Part::none},
    DecisionShape{strike_time_purpose, "strike-time", Part::name, Part::number, Part::none},
    DecisionShape{strike_length_purpose, "strike-length", Part::name, Part::number, Part::none},
    DecisionShape{victim_purpose, "victim", Part::name, Part::number, Part::host},
    DecisionShape{side_purpose, "side", Part::name, Part::number, Part::host},
    DecisionShape{swizzle_cut_purpose, "swizzle-cut", Part::name, Part::number, Part::host},
    DecisionShape{swizzle_join_purpose, "swizzle-join", Part::name, Part::number, Part::host},
    DecisionShape{direction_purpose, "direction", Part::name, Part::number, Part::none},
    DecisionShape{heal_all_purpose, "heal-all", Part::none, Part::none, Part::none},
    DecisionShape{heal_purpose, "heal", Part::none, Part::none, Part::host},
    DecisionShape{clock_jump_purpose, "clock-jump", Part::name, Part::number, Part::none},
    DecisionShape{slice_purpose, "slice", Part::name, Part::number, Part::none},
    DecisionShape{clock_drift_purpose, "clock-drift", Part::host, Part::none, Part::none},
    DecisionShape{admin_pause_purpose, "admin-pause", Part::none, Part::number, Part::none},
    DecisionShape{admin_goal_purpose, "admin-goal", Part::none, Part::number, Part::none},
    DecisionShape{admin_change_purpose, "admin-change", Part::none, Part::number, Part::none},
    DecisionShape{admin_size_purpose, "admin-size", Part::none, Part::number, Part::none},
    DecisionShape{admin_pick_purpose, "admin-pick", Part::none, Part::number, Part::host},
    DecisionShape{admin_first_server_purpose, "admin-first-server", Part::none, Part::none, Part::none},
    DecisionShape{script_step_purpose, "script-step", Part::name, Part::number, Part::none},
    DecisionShape{script_pick_purpose, "script-pick", Part::name, Part::number, Part::number},
    DecisionShape{script_sleep_purpose, "script-sleep", Part::name, Part::number, Part::none},
    DecisionShape{script_count_purpose, "script-count", Part::name, Part::number, Part::none},
    DecisionShape{script_payload_purpose, "script-payload", Part::name, Part::number, Part::number},
    DecisionShape{script_iteration_purpose, "script-iteration", Part::name, Part::number, Part::none},
};

}  // namespace

std::span<const DecisionShape> decision_shapes() { return shapes; }

}  // namespace raftsim::scenarios
