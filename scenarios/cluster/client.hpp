// A client of the key-value store: one command at a time, redirected to the leader, tried again elsewhere when no
// answer comes, within a session that makes a command take effect once however often it was sent (dissertation,
// section 6.3).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "core/machine/command.hpp"
#include "scenarios/cluster/operation_source.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/wire.hpp"
#include "sim/host.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

// Clients are the hosts after the servers. They never crash. Whether a client takes part, and whether it sends its nth
// operation or skips it, are decisions to which the answer is yes unless it is overridden. After a skipped operation
// the client thinks as it does after any other. The operation after the chaos is never skipped: the progress checker
// waits for it.
class Client final : public sim::Process {
 public:
  // `number` is this client's, from 1: C1, C2, ... It asks for no more than the servers support.
  Client(std::uint32_t number, std::shared_ptr<const Scenario> scenario, ClientSupport support = {});

  void boot(sim::Host& host) override;
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override;
  void wake(sim::Host& host) override;
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Client>(*this); }

  // The chaos is over: see the pending command through, then one more, then stop.
  void finish() { finishing_ = true; }
  [[nodiscard]] bool finished() const { return finished_; }

  // How a command ended for the client.
  enum class Ending : std::uint8_t {
    answered,
    // Its session has expired, or the client waits no longer: it took effect once or not at all, or will yet.
    abandoned,
    failed,  // it never takes effect; so a server said
  };
  struct Ended {
    std::uint64_t sequence = 0;
    Ending ending = Ending::answered;
    core::ServerId by;    // who said so
    core::Answer answer;  // answered
    core::Index index;    // answered: see ClientReply::index
  };
  // What happened during the last call, for the checkers, in this order; the reader clears it.
  struct News {
    std::optional<Ended> ended;              // of the command before
    std::optional<ClientRequest> submitted;  // a command sent for the first time
    bool probe = false;                      // the submitted command was begun after the chaos
    bool retried = false;                    // the pending command was sent once more
    bool absent = false;                     // it takes no part in this run: it has finished
  };
  [[nodiscard]] News take_news() { return std::exchange(news_, News{}); }
  [[nodiscard]] bool has_news() const { return news_.ended || news_.submitted || news_.retried || news_.absent; }
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }  // of the last command begun
  [[nodiscard]] core::Index session() const { return session_; }      // 0: none is open

 private:
  void think(sim::Host& host);
  void submit_next(sim::Host& host);
  void submit_operation(sim::Host& host);
  void send_request(sim::Host& host);
  void try_again(sim::Host& host, sim::HostId server);
  // Whom to ask when the one who was asked is of no help: all by turns, wherever redirects led meanwhile. Otherwise a
  // server that was removed and still names its last leader, now removed as well, would draw a client back for ever.
  [[nodiscard]] sim::HostId next_in_turn();
  [[nodiscard]] sim::HostId next_after(sim::HostId server) const;
  [[nodiscard]] bool spares_leader(sim::HostId server) const;
  [[nodiscard]] bool gives_up(const sim::Host& host) const;
  void give_up();
  void end(Ending ending, const sim::Packet& packet);
  void answered(sim::Host& host, const sim::Packet& packet);
  void lost_session(sim::Host& host, const sim::Packet& packet);
  void refused(sim::Host& host, const sim::Packet& packet);

  std::uint32_t number_;
  std::shared_ptr<const Scenario> scenario_;
  ClientSupport support_;
  OperationSource source_;
  std::uint64_t sequence_ = 0;    // of the last command begun
  std::uint64_t operations_ = 0;  // begun or skipped so far: the commands but for those that open sessions
  core::Index session_;
  ClientRequest request_;  // the pending one
  sim::HostId server_;     // the leader, as far as the client knows
  sim::HostId asked_;      // who was asked last
  sim::HostId turn_;       // who was asked last but for redirects
  sim::Time act_at_{};     // when to submit, or to try again
  sim::Time due_{};        // of an open loop: when the next command is sent
  bool pending_ = false;
  bool finishing_ = false;
  bool last_submitted_ = false;  // the operation after the chaos is under way
  bool finished_ = false;
  News news_;
};

}  // namespace raftsim::scenarios
