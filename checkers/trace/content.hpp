// The content of a traced packet, read from JSON by its kind.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "checkers/trace/trace.hpp"
#include "core/message.hpp"

namespace raftsim::checkers {

// `kind` is std::nullopt for a packet that is not a Raft message. Throws json_fields::Wrong.
[[nodiscard]] PacketContent content_of(const nlohmann::ordered_json& packet, std::optional<core::MessageKind> kind);

}  // namespace raftsim::checkers
