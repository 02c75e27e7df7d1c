// Our Raft as a kind of server under test: "server": {"kind": "raftsim"}, which is the default.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "checkers/core_durable_reader.hpp"
#include "core/persistence/file_operation.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/cluster/servers/raftsim/first_state.hpp"

namespace raftsim::scenarios {

class Stopwatch;

// Its packets carry a core::Message each; its disk is a write-ahead log or a state file (core/persistence).
class RaftServers final : public ServerFactory {
 public:
  // `core_time` takes the time of what is core's in each call, for measuring; null, or not owned.
  explicit RaftServers(std::shared_ptr<const Scenario> scenario, Stopwatch* core_time = nullptr)
      : scenario_(std::move(scenario)), first_states_(first_states(*scenario_)), core_time_(core_time) {}

  [[nodiscard]] std::unique_ptr<Server> make(core::ServerId self) const override;
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& /*room*/) const override {
    return packet.payload.get_if<core::Message>();
  }
  [[nodiscard]] std::shared_ptr<const checkers::DurableReader> durable_reader() const override { return reader_; }
  [[nodiscard]] bool has_disk() const override;
  [[nodiscard]] bool begins_with_states() const override { return true; }
  [[nodiscard]] std::map<sim::FileNumber, std::string> first_files(core::ServerId self) const override;
  [[nodiscard]] checkers::Beginning beginning(core::ServerId self) const override;
  [[nodiscard]] bool changes_membership() const override { return true; }
  [[nodiscard]] bool changes_options() const override { return true; }
  [[nodiscard]] bool tells_log_size() const override { return true; }
  [[nodiscard]] std::string file_name(sim::FileNumber file) const override { return core::file_name(file); }

 private:
  std::shared_ptr<const Scenario> scenario_;
  std::vector<FirstState> first_states_;  // by server; empty: all are new
  std::shared_ptr<const checkers::DurableReader> reader_ = std::make_shared<const checkers::CoreDurableReader>();
  Stopwatch* core_time_;
};

class RaftKind final : public ServerKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "raftsim"; }
  [[nodiscard]] std::shared_ptr<const ServerFactory> factory(
      const std::shared_ptr<const Scenario>& scenario) const override;
};

}  // namespace raftsim::scenarios
