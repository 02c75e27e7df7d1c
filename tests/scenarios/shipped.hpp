// The scenario files of the source tree, and a scenario that uses every key there is.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace shipped {

struct File {
  std::string name;  // "calm.json"
  std::string text;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::filesystem::path folder = std::filesystem::path(RAFTSIM_SOURCE_DIR) / "scenarios";

inline std::vector<File> scenario_files() {
  std::vector<File> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto& path = entry.path();
    const bool is_schema = path.stem().extension() == ".schema";
    if (path.extension() == ".json" && !is_schema) files.push_back({path.filename(), text_of(path)});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return files;
}

inline constexpr const char* every_key = R"({
  "name": "every-key", "summary": "one", "story": ["two", "three"],
  "cluster": {"servers": 7, "founders": 3},
  "begin": {
    "S1": {"term": 2, "vote": "S2", "log": [1, {"term": 1, "command": "put k1 = x"}, 2], "snapshot": 1, "commit": 2},
    "S2": {"term": 2, "vote": "S2", "log": "1x2"}, "S3": {}
  },
  "clocks": {"drift_ppm": [-50, 20], "timer_jitter": ["0ms", "1ms"]}, "processors": {"per_message": "10us"},
  "raft": {
    "heartbeat": "10ms", "election_timeout": ["60ms", "80ms"], "vote_retry": "20ms", "redraw_election_timeout": true, "pre_vote": false, "check_quorum": false,
    "leader_stickiness": false, "backtracking": "decrement", "stale_ack_guard": false, "send_on": "every-reply",
    "after_rejection": "heartbeat", "replicate_after_fsync": true,
    "max_inflight_messages": 3,
    "max_inflight_bytes": "1MiB", "max_entries_per_message": 5, "max_bytes_per_message": 1000, "resend_after": "70ms",
    "max_uncommitted_bytes": "8KiB", "transfer_timeout": "90ms", "learners_first": false, "lease_reads": false,
    "max_clock_drift_permille": 60, "max_waiting_reads": 8,
    "snapshots": {"every_entries": 100, "every_bytes": "64KiB", "chunk_bytes": "1KiB", "trailing_entries": 6},
    "mutations": ["figure8"], "persistence": {"mode": "append", "segment_bytes": "4KiB", "vote_apart": true, "blocking": true}
  },
  "network": {
    "links": {
      "delay": {"mix": [{"weight": 9, "of": ["1ms", "5ms"]}, {"weight": 1, "of": "200ms"}]}, "loss": "1/100",
      "duplicate": "1/50", "duplicate_delay": "3us", "reorder": 1, "reorder_delay": ["0ms", "7ns"],
      "bandwidth": "100MiB/s", "in_order": true, "extra": ["0ms", "3ms"], "transport": "stream",
      "stream": {"retransmit_after": "100ms", "longest_wait": "1s", "timeout": "4s", "buffer": "8KiB"}
    },
    "overrides": [{"from": "S1", "to": "any", "loss": "1/2"}, {"to": "S7", "in_order": false}],
    "clients": {"delay": "2ms", "bandwidth": "unlimited"}
  },
  "disk": {
    "latency": "1us", "fsync": ["1ms", "2ms"], "bandwidth": "1000B/s", "sector_bytes": 4096,
    "crash": {"old": 5, "new": 2, "torn": 3, "garbage": 4},
    "costs": {"create": "1ms", "write": ["1us", "2us"], "truncate": "3us", "fsync": "4ms", "rename": "5ms", "unlink": "6ms",
              "fsync-directory": "7ms"},
    "trouble": {"fails": "fsyncs", "full": true, "hangs": true, "lies": true},
    "overrides": [{"of": "S2", "fsync": "9ms"}]
  },
  "workload": {
    "clients": 9, "think_time": "1s", "payload_bytes": [16, "1KiB"], "request_timeout": "1min", "retry_pause": "2s",
    "keys": 3, "hot_keys": 2, "hot_share": "3/4", "open_loop": true, "retries": "hints", "operations": {"get": 1, "put": 2, "append": 3, "compare_and_set": 4, "erase": 5},
    "reads": {"log": 6, "leader": 7, "follower": 8, "lease": 9}, "sessions": false, "session_timeout": "5s",
    "max_sessions": 12
  },
  "administration": {
    "every": ["1s", "2s"], "least_voters": 2, "most_voters": 5, "jumps_percent": 30, "transfers_percent": 40,
    "replacements_percent": 20,
    "request_timeout": "80ms", "retry_pause": "11ms", "patience": "3s", "takes_part": false
  },
  "swarm": "2/3",
  "faults": [
    {"name": "a", "kind": "crash", "target": "follower", "point": "after-fsync", "every": "1s", "lasts": "0ms"},
    {"name": "b", "kind": "pause", "target": "majority", "every": "1s", "lasts": "1s"},
    {"name": "c", "kind": "partition", "shape": "halves", "every": "1s", "lasts": "1s"},
    {"name": "d", "kind": "partition", "shape": "one-way", "target": "leader", "every": "1s", "lasts": "1s"},
    {"name": "e", "kind": "slow-disk", "target": "all", "slowdown": 20, "every": "1s", "lasts": "1s"},
    {"name": "f", "kind": "messages", "match": {"kind": "ClientReply", "to": "S2"}, "action": "drop", "every": "1s",
     "lasts": "1s"},
    {"name": "g", "kind": "messages", "match": {"kind": "AppendEntriesReply", "from": "S3"}, "chance": "2/3",
     "action": "hold", "delay": ["50ms", "800ms"], "always": true, "stays": true},
    {"name": "h", "kind": "messages", "action": "duplicate", "delay": "5ms", "always": true},
    {"name": "i", "kind": "messages", "match": {"kind": "AppendEntriesReply", "from": "S3"}, "action": "release",
     "nth": 6, "after": 100, "always": true},
    {"name": "j", "kind": "partition", "shape": "bridge", "target": "S2", "at": ["100ms", ["200ms", "300ms"]],
     "every": "400ms", "until": "1s", "times": 3, "chance": "1/2", "lasts": "1s"},
    {"name": "k", "kind": "partition", "sides": [["S1", "S2"], ["S3"]], "at": "1s"},
    {"name": "l", "kind": "partition", "links": [["S1", "S2"], ["S7", "S3"]], "one_way": true, "from": "500ms",
     "every": "1s", "lasts": "1s"},
    {"name": "m", "kind": "pause", "target": ["S4", "S3"], "every": "1s", "lasts": "1s"},
    {"name": "n", "kind": "messages", "action": "drop", "always": true, "from": "1s", "until": "1200ms",
     "strike_chance": "1/3"},
    {"name": "o", "kind": "partition", "shape": "majority-ring", "every": "1s", "lasts": "1s"},
    {"name": "p", "kind": "partition", "shape": "swizzle", "clogs": true, "at": "1s", "lasts": "1s"},
    {"name": "q", "kind": "messages", "match": {"kind": "any-reply"}, "action": "keep", "later": 3, "terms": 2,
     "always": true},
    {"name": "r", "kind": "pause", "runs": "5ms", "waits": ["90ms", "100ms"], "every": "1s", "lasts": "1s"},
    {"name": "s", "kind": "clock", "target": "S1", "jump": ["-2s", "500ms"], "at": "1s", "takes_part": true},
    {"name": "t", "kind": "disk-error", "operations": "writes", "errors": 2, "at": "1s", "lasts": "1s"},
    {"name": "u", "kind": "full-disk", "target": "leader", "at": "1s"},
    {"name": "v", "kind": "hung-disk", "every": "1s", "lasts": "1s"},
    {"name": "w", "kind": "lying-disk", "at": "1s"},
    {"name": "x", "kind": "bit-rot", "target": "S3", "every": "1s"},
    {"name": "y", "kind": "misdirected-write", "at": "1s", "times": 1},
    {"name": "z", "kind": "wiped-disk", "at": "1s", "lasts": "1s"}
  ],
  "rules": [
    {"name": "r", "match": {"kind": "AppendEntriesReply", "from": "S3"}, "chance": "2/3", "action": "release", "nth": 6,
     "after": 100, "on": false},
    {"name": "s", "action": "hold", "delay": "3s"},
    {"name": "t", "action": "keep", "later": 3, "terms": 2}
  ],
  "script": [
    {"let": {"L": "leader", "A": ["L", "any"], "B": "rest", "C": {"if": "term > 2", "then": "L", "else": "any but L"}},
     "within": "3s"},
    {"name": "n", "if": "not (A * 2 >= 4) or connected < 3", "chance": "1/2", "cut": "any 2 of B"},
    {"connect": "all"}, {"partition": ["A", "rest"]}, {"partition": []},
    {"crash": "one with the longest log", "at": {"before": "write", "nth": 2}}, {"crash": "S7", "at": {"after": "fsync"}},
    {"restart": "down"}, {"pause": "follower"}, {"resume": "paused"}, {"wipe": "down"},
    {"network": {"links": {"loss": "1/10"}}}, {"network": {"links": {"delay": "1s"}}, "from": "L", "to": "B"},
    {"disk": {"fsync": "20ms"}, "of": "S1"}, {"raft": {"heartbeat": "20ms"}, "of": "S2"}, {"rules": {"r": true, "s": false}}, {"faults": {"a": false}},
    {"propose": {"count": [5, 14], "at": "each connected", "wait": "accepted", "servers": 2, "payload_bytes": "5KiB",
                 "within": "1s"}},
    {"agree": {"servers": 3, "count": 50, "concurrent": 4, "retry": false, "payload_bytes": 20, "within": "7s"}},
    {"members": {"voters": ["S1", "S2"], "wait": false, "within": "1s"}}, {"members": {"add": "S3"}},
    {"members": {"remove": "S3"}}, {"transfer": {"from": "L", "to": "S2", "wait": false, "within": "1s"}},
    {"sleep": ["1ms", "2ms"]}, {"mark": "m"}, {"until": "commands >= 7", "within": "2s"},
    {"expect": {"leaders": 1, "terms": 1, "committed": "proposed", "servers": 2, "index": [2, 3],
                "messages_since": {"mark": "m", "at_least": 1}, "requests_since": {"mark": "m", "at_least": 1, "at_most": 9},
                "bytes_since": {"mark": "start", "at_most": 99}, "terms_since": {"mark": "m", "at_most": 0},
                "log_bytes": {"at_most": 2000}, "that": "leaders == 1", "within": "5s"}},
    {"expect": {"not_committed": "proposed", "index": 4}},
    {"repeat": 30, "as": "i", "steps": [
      {"if": "i % 3 == 1", "steps": [{"cut": "leader"}], "else": [{"sleep": "1s"}]}
    ]}
  ],
  "chaos_ends": "1500ms", "heal": "all",
  "progress": {"leader_within": "1s", "agreement_within": "2s", "convergence_within": "3s"},
  "limits": {"messages_per_entry": 30, "bytes_per_entry": "4KiB", "backup_rounds": 12, "log_bytes": "2000B"},
  "without": ["no-stale-rewind", "match-truth"],
  "must_reach": [],
  "switches": [{"name": "blocking", "why": "is it?", "path": "raft.persistence.blocking", "values": [true, "false"]}]
})";

}  // namespace shipped
