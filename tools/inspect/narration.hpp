// Events, packets and observations as people read them: what happened, and the reason for each decision.
#pragma once

#include <string>

#include "checkers/trace/trace.hpp"
#include "tools/inspect/cluster_state.hpp"

namespace raftsim::tools {

// "0.812345": seconds of virtual time, to the microsecond.
[[nodiscard]] std::string time_text(sim::Time at);

// "AppendEntries #8 t3 prev 11/t2 +2 (12..13) commit 10".
[[nodiscard]] std::string packet_text(const checkers::TracedPacket& packet);

// What became of it, when that is worth a word: "lost (partition)", "delayed (hold-acks)", "copy of #7".
[[nodiscard]] std::string fate_text(const checkers::TracedSend& send);

// "12..13 (C1#17, no-op)"; empty for a heartbeat.
[[nodiscard]] std::string entries_text(const checkers::TracedAppendEntries& request);

// "S3 <- S1 AppendEntries #8 t3 prev 11/t2 +2 commit 10: appends 12..13 -> AppendEntriesReply S1 #9". `before` is the
// cluster before the event, so that what changed can be told.
[[nodiscard]] std::string event_text(const checkers::TracedEvent& event, const ClusterState& before,
                                     const checkers::Naming& naming);

// What the server said in this event: "appends 12..13; commits up to 12 (the leader's commit index covers it)".
[[nodiscard]] std::string said_text(const checkers::TracedEvent& event, const ClusterState& before);

}  // namespace raftsim::tools
