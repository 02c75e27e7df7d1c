#include "checkers/needs.hpp"

namespace raftsim::checkers {

namespace {

std::string joined(ObservationKinds kinds) {
  std::string text;
  for (std::size_t i = 0; i < core::observation_kind_count; ++i) {
    const auto kind = static_cast<core::ObservationKind>(i);
    if (kinds.contains(kind)) text += (text.empty() ? "" : ", ") + std::string(core::name_of(kind));
  }
  return text;
}

void add(std::string& text, const std::string& more) { text += (text.empty() ? "" : "; ") + more; }

}  // namespace

bool is_met(const Needs& needs, const Capabilities& capabilities) {
  return (needs.observations - capabilities.observations).empty() && (!needs.messages || capabilities.messages) &&
         (!needs.disk || capabilities.disk) && (!needs.operations || capabilities.operations) &&
         (!needs.commands || capabilities.commands) && (!needs.machine_digests || capabilities.machine_digests);
}

std::string what_is_missing(const Needs& needs, const Capabilities& capabilities) {
  std::string text;
  const auto kinds = needs.observations - capabilities.observations;
  if (!kinds.empty()) add(text, "the server does not report " + joined(kinds));
  if (needs.messages && !capabilities.messages) add(text, "its packets cannot be read as messages of Raft");
  if (needs.disk && !capabilities.disk) add(text, "its disk cannot be read");
  if (needs.operations && !capabilities.operations) add(text, "it does not serve the clients of the simulator");
  if (needs.commands && !capabilities.commands) add(text, "it does not say which command it applied, and where");
  if (needs.machine_digests && !capabilities.machine_digests) add(text, "it does not say what state it is in");
  return text;
}

std::string in_words(const Needs& needs) {
  std::string text = joined(needs.observations);
  if (needs.messages) add(text, "messages");
  if (needs.disk) add(text, "disk");
  if (needs.operations) add(text, "operations");
  if (needs.commands) add(text, "commands");
  if (needs.machine_digests) add(text, "machine digests");
  return text;
}

}  // namespace raftsim::checkers
