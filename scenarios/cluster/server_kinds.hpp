// The kinds of servers under test that a program knows, by the name that a scenario gives in "server": {"kind": ...}.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cluster/server.hpp"
#include "scenarios/scenario.hpp"

namespace raftsim::scenarios {

// One kind: immutable, and the same for all runs and threads.
class ServerKind {
 public:
  ServerKind() = default;
  ServerKind(const ServerKind&) = delete;
  ServerKind& operator=(const ServerKind&) = delete;
  virtual ~ServerKind() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  // How runs of this scenario make and read their servers. Reads ServerChoice::options. Throws ScenarioError for options
  // that it does not know, and for a scenario that asks for what its servers cannot do.
  [[nodiscard]] virtual std::shared_ptr<const ServerFactory> factory(
      const std::shared_ptr<const Scenario>& scenario) const = 0;
};

using ServerKinds = std::vector<std::shared_ptr<const ServerKind>>;

// Our own Raft alone.
[[nodiscard]] ServerKinds own_kinds();

// For a kind that refuses a scenario: "calm: server.bug: expected one of none, late-ack, found \"lat-ack\"".
[[noreturn]] void refuse_scenario(const Scenario& scenario, const std::string& path, const std::string& expected,
                                  const std::string& found);

// Looks up the scenario's kind of server among `kinds`, and lets it check the scenario. Throws ScenarioError.
void choose_server(Scenario& scenario, const ServerKinds& kinds);

// The factory of the scenario's kind. Without a former choose_server, only our own Raft is known: ScenarioError for
// another.
[[nodiscard]] std::shared_ptr<const ServerFactory> factory_of(const std::shared_ptr<const Scenario>& scenario);

}  // namespace raftsim::scenarios
