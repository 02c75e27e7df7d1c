// The story of one packet: what caused it, who sent it and when, what overtook it, and what it did.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "checkers/trace/trace.hpp"
#include "tools/inspect/packet_index.hpp"

namespace raftsim::tools {

// In lines. Throws BadInput when the trace has no such packet.
[[nodiscard]] std::vector<std::string> lineage(const checkers::Trace& trace, const PacketIndex& packets,
                                               sim::PacketId id);

// How the violation came about: the story of the packet that brought it, if one did, and the events that touched the
// same entry of the log before. Empty when there was none, or the verdict is about operations of clients that the event
// has nothing to do with.
[[nodiscard]] std::vector<std::string> explain_violation(const checkers::Trace& trace, const PacketIndex& packets);

// The positions of the events that explain_violation() tells of, ascending: the violation's own, the chain of its causes,
// the sending of the request that its packet answers, and what touched the same entry of the log. Empty when nothing was
// violated; the last event alone when the run was judged as a whole.
[[nodiscard]] std::vector<std::size_t> causes_of_violation(const checkers::Trace& trace, const PacketIndex& packets);

}  // namespace raftsim::tools
