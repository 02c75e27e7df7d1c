#include "checkers/wording.hpp"

#include <fmt/format.h>

#include "checkers/ledger.hpp"

namespace raftsim::checkers {

std::string name(core::ServerId server) { return fmt::format("S{}", server.value); }

std::string name_or_nobody(core::ServerId server) { return server == core::no_server ? "nobody" : name(server); }

std::string in_words(const core::ServerSet& servers) {
  std::string text;
  for (const auto server : servers) text += (text.empty() ? "" : ", ") + name(server);
  return text.empty() ? "nobody" : text;
}

std::string in_words(const core::Configuration& configuration) {
  std::string more;
  if (configuration.joint()) more = "from " + in_words(configuration.outgoing);
  if (!configuration.learners.empty()) {
    more += (more.empty() ? "" : "; ") + in_words(configuration.learners) + " learning";
  }
  return in_words(configuration.voters) + (more.empty() ? "" : " (" + more + ")");
}

std::string seconds(sim::Duration duration) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return fmt::format("{}.{:03} s", milliseconds / 1000, milliseconds % 1000);
}

std::string seconds(sim::Time time) { return seconds(time.time_since_epoch()); }

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string standing_of(core::ServerId server, const Ledger& ledger) {
  if (ledger.due().quorum.contains(server)) return "";
  const auto others = ledger.reached_by(server) - core::ServerSet{server};
  if (ledger.reached_by(server).empty()) return ledger.of(server).up ? " (not repaired)" : "";
  return others.empty() ? " (cut off)" : " (reaches " + in_words(others) + ")";
}

std::string state_of_all(const Ledger& ledger) {
  std::string text;
  for (const auto number : ledger.servers()) {
    const auto& server = ledger.of(number);
    text += fmt::format("{}S{} {} of term {}{}, last index {}, commit {}, applied {}", text.empty() ? "" : "; ",
                        number.value, server.up ? core::name_of(server.role) : "down, last",
                        server.hard_state.term.value, standing_of(number, ledger), ledger.log(number).last().value,
                        server.commit_index.value, server.last_applied.value);
  }
  return text;
}

}  // namespace raftsim::checkers
