// Servers on a small world, and a customer who asks them by hand.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/cluster/servers/raftsim/raft_server.hpp"
#include "scenarios/hosts.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/wire.hpp"
#include "sim/world.hpp"

namespace raftsim::tests {

using namespace std::chrono_literals;

// Remembers what it is told.
struct Customer final : sim::Process {
  struct Reply {
    sim::Time at{};
    sim::HostId from;
    std::uint64_t sequence = 0;
    bool done = false;
    core::ServerId leader;
    scenarios::ClientReply whole = {};
  };
  std::vector<Reply> replies;
  void boot(sim::Host&) override {}
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override {
    const auto& reply = packet.payload.as<scenarios::ClientReply>();
    replies.push_back({host.now(), packet.from, reply.name.sequence, reply.status == scenarios::ReplyStatus::done,
                       reply.leader, reply});
  }
  void wake(sim::Host&) override {}
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Customer>(*this); }
};

// Packets take 1 ms, and so does each operation of a disk.
inline scenarios::Scenario small_cluster(std::uint32_t servers, core::PersistenceMode mode) {
  scenarios::Scenario scenario;
  scenario.servers = servers;
  scenario.persistence.mode = mode;
  scenario.network.links.delay = sim::Distribution::fixed(sim::Duration(1ms));
  scenario.disk.latency = sim::Distribution::fixed(sim::Duration(1ms));
  scenario.disk.fsync_latency = scenario.disk.latency;
  return scenario;
}

class Cluster {
 public:
  struct Said {
    sim::Time at{};
    core::Observation what;
  };

  explicit Cluster(const scenarios::Scenario& scenario, std::uint64_t seed = 1)
      : world(seed, scenario.network),
        scenario_(std::make_shared<const scenarios::Scenario>(scenario)),
        customer_{static_cast<std::uint16_t>(scenario.servers)} {
    const bool has_disk = scenario.persistence.mode != core::PersistenceMode::none;
    for (std::uint16_t number = 0; number < scenario.servers; ++number) {
      world.add_host(std::make_unique<scenarios::RaftServer>(scenarios::server_of({number}), scenario_),
                     has_disk ? &scenario_->disk : nullptr);
    }
    world.add_host(std::make_unique<Customer>(), nullptr);
  }

  void run_until(sim::Time when) {
    world.act_at(when, 0);
    while (!world.idle() && world.next().at <= when) {
      world.step(step);
      listen();
    }
  }
  void run_for(sim::Duration duration) { run_until(world.now() + duration); }
  // Until somebody leads and has committed an entry of its term; returns who.
  sim::HostId elect() {
    const auto patience = world.now() + 10s;
    while (world.now() < patience) {
      run_for(10ms);
      const auto leader = leading();
      if (leader != sim::no_host && raft(leader).commit_index() == raft(leader).log().last().index) return leader;
    }
    throw std::runtime_error("nobody was elected");
  }
  // The customer, C1, puts its number into key 1, without a session.
  void ask(sim::HostId host, std::uint64_t sequence) {
    ask(host,
        {.name = {1, sequence},
         .operation = {.kind = core::OperationKind::put, .key = {1}, .value = core::Bytes(std::to_string(sequence))}});
  }
  // Each request is an attempt of its own.
  void ask(sim::HostId host, scenarios::ClientRequest request) {
    request.attempt = ++attempts_;
    world.call(customer_, step, [&](sim::Process&, sim::Host& machine) {
      machine.send(host, scenarios::client_request_kind, 100, sim::Payload::of(request));
    });
  }
  void cut_off(sim::HostId host) {
    for (std::uint16_t other = 0; other < scenario_->servers; ++other) {
      if (sim::HostId{other} == host) continue;
      world.network().block(host, {other});
      world.network().block({other}, host);
    }
  }

  [[nodiscard]] scenarios::RaftServer& server(sim::HostId host) {
    return static_cast<scenarios::RaftServer&>(world.process(host));
  }
  [[nodiscard]] const core::Raft& raft(sim::HostId host) { return *server(host).raft(); }
  [[nodiscard]] const std::vector<Customer::Reply>& replies() {
    return static_cast<Customer&>(world.process(customer_)).replies;
  }
  // Who leads in the highest term, or no_host.
  [[nodiscard]] sim::HostId leading() {
    sim::HostId best = sim::no_host;
    for (std::uint16_t number = 0; number < scenario_->servers; ++number) {
      if (server({number}).raft() == nullptr || raft({number}).role() != core::Role::leader) continue;
      if (best == sim::no_host || raft({number}).term() > raft(best).term()) best = {number};
    }
    return best;
  }
  [[nodiscard]] std::vector<Said> said_by(sim::HostId host, core::ObservationKind kind) const {
    std::vector<Said> result;
    for (const auto& each : said) {
      if (each.what.server == scenarios::server_of(host) && each.what.kind() == kind) result.push_back(each);
    }
    return result;
  }
  // The commands in a server's log, in order.
  [[nodiscard]] std::vector<std::string> commands(sim::HostId host) {
    std::vector<std::string> result;
    for (core::Index index{1}; index <= raft(host).log().last().index; index = index.next()) {
      const auto& entry = raft(host).log().at(index);
      if (entry.kind != core::EntryKind::command) continue;
      result.push_back(core::describe(core::decode_command(entry.payload.view()).value()));
    }
    return result;
  }

  sim::World world;
  sim::Step step;
  std::vector<Said> said;
  std::vector<sim::Sent> sent;  // by servers
  std::string halted;           // why a server halted, the last time that one did

 private:
  void listen() {
    if (!step.halted.empty()) halted = step.halted;
    const auto host = step.event.host;
    if (host == sim::no_host || host == customer_ || world.state(host) == sim::HostState::down) return;
    for (const auto& observation : server(host).observations()) said.push_back({world.now(), observation});
    server(host).observations().clear();
    sent.insert(sent.end(), step.sent.begin(), step.sent.end());
  }
  std::shared_ptr<const scenarios::Scenario> scenario_;
  sim::HostId customer_;
  std::uint64_t attempts_ = 0;
};

}  // namespace raftsim::tests
