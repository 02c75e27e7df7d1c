// Reads that need no entry in the log (dissertation, section 6.4).
#include "core/raft/raft.hpp"

namespace raftsim::core {

void Raft::handle(Instant /*now*/, const Message& message, const ReadIndex& /*body*/, Effects& effects) {
  ignore(message, Reason::not_in_role, effects);
}

void Raft::handle(Instant /*now*/, const Message& message, const ReadIndexReply& /*body*/, Effects& effects) {
  ignore(message, Reason::not_in_role, effects);
}

}  // namespace raftsim::core
