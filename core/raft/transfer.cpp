// Leadership transfer (dissertation, section 3.10).
#include "core/raft/raft.hpp"

namespace raftsim::core {

void Raft::handle(Instant /*now*/, const Message& message, const TimeoutNow& /*body*/, Effects& effects) {
  ignore(message, Reason::not_in_role, effects);
}

}  // namespace raftsim::core
