// Snapshots for followers that lack what the log no longer holds (paper, section 7).
#include "core/raft/raft.hpp"

namespace raftsim::core {

void Raft::handle(Instant /*now*/, const Message& message, const InstallSnapshot& /*body*/, Effects& effects) {
  ignore(message, Reason::not_in_role, effects);
}

void Raft::handle(Instant /*now*/, const Message& message, const InstallSnapshotReply& /*body*/, Effects& effects) {
  ignore(message, Reason::not_in_role, effects);
}

}  // namespace raftsim::core
