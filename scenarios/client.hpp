// A client: one command at a time, redirected to the leader, tried again elsewhere when no answer comes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "scenarios/scenario.hpp"
#include "scenarios/wire.hpp"
#include "sim/host.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

// What a command says of itself: nobody else ever sends the same.
struct CommandName {
  std::uint32_t client = 0;
  std::uint64_t sequence = 0;
};
// Nothing when the payload is no client's command (a no-op is empty).
[[nodiscard]] std::optional<CommandName> read_command(std::string_view payload);

// Clients are the hosts after the servers. They never crash.
class Client final : public sim::Process {
 public:
  // `number` is this client's, from 1: C1, C2, ...
  Client(std::uint32_t number, std::shared_ptr<const Scenario> scenario);

  void boot(sim::Host& host) override;
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override;
  void wake(sim::Host& host) override;
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Client>(*this); }

  // The chaos is over: see the pending command through, then one more, then stop.
  void finish() { finishing_ = true; }
  [[nodiscard]] bool finished() const { return finished_; }

  // What happened during the last call, for the checkers; the reader clears it.
  struct News {
    std::uint64_t submitted = 0;     // sequence number of a command sent for the first time; 0 = none
    std::uint64_t acknowledged = 0;  // sequence number of the command acknowledged; 0 = none
    bool probe = false;              // the submitted command is the one after the chaos
    bool retried = false;            // the pending command was sent once more
  };
  [[nodiscard]] News take_news() { return std::exchange(news_, News{}); }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }  // of the last command begun

 private:
  void think(sim::Host& host);
  void submit_next(sim::Host& host);
  void send_request(sim::Host& host);
  void try_again(sim::Host& host, sim::HostId server);

  std::uint32_t number_;
  std::shared_ptr<const Scenario> scenario_;
  std::uint64_t sequence_ = 0;  // of the last command begun
  core::Bytes command_;
  sim::HostId server_;  // whom to ask
  sim::Time act_at_{};  // when to submit, or to try again
  bool pending_ = false;
  bool finishing_ = false;
  bool last_submitted_ = false;  // the command after the chaos is under way
  bool finished_ = false;
  News news_;
};

}  // namespace raftsim::scenarios
