// The one who changes the configuration and moves the leadership, all through a run.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "scenarios/administration.hpp"
#include "sim/host.hpp"
#include "sim/process.hpp"

namespace raftsim::scenarios {

// The host after the clients. It never crashes, knows nothing but what servers answer, and follows redirects.
//
// What it decides is keyed by the number of the change: how long it rests before, whether it makes the change at all
// (chance says yes; an override can skip it), of what kind it is, and a draw for each server, of which the lowest among
// those that are eligible is taken. Who is eligible depends on what is in force then; the draws do not. There is one
// administrator, and its number among the hosts, which depends on how many clients there are, is no part of the keys.
class Administrator final : public sim::Process {
 public:
  // Of a cluster of which S1 to S<servers> may ever be members.
  Administrator(std::uint32_t servers, const Administration& administration)
      : servers_(servers), wants_(administration) {}

  void boot(sim::Host& host) override;
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override;
  void wake(sim::Host& host) override;
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Administrator>(*this); }

  // The chaos is over: nothing new is asked for. What has begun is for the leader to end.
  void finish() { finished_ = true; }
  [[nodiscard]] bool finished() const { return finished_; }

  // What happened during the last call; the reader clears it.
  struct News {
    bool began_change = false;  // a leader took it
    bool began_transfer = false;
    bool reached_goal = false;
    bool gave_up = false;
    core::ServerId replaced = core::no_server;  // another votes in its place, and that is committed
  };
  [[nodiscard]] News take_news() { return std::exchange(news_, News{}); }
  [[nodiscard]] std::uint64_t changes() const { return changes_; }      // goals reached so far
  [[nodiscard]] std::uint64_t transfers() const { return transfers_; }  // begun so far

 private:
  enum class Phase : std::uint8_t { idle, looking, changing };

  void rest(sim::Host& host);
  void ask(sim::Host& host, AdminRequest request);
  void ask_again_later(sim::Host& host);
  void take_next();
  void choose_goal(sim::Host& host, const AdminReply& reply);
  void pursue(sim::Host& host, const AdminReply& reply);
  [[nodiscard]] core::ServerSet available() const;
  [[nodiscard]] core::ServerSet never_used() const;
  [[nodiscard]] core::ServerSet replaced(sim::Host& host, const core::ServerSet& voters);
  [[nodiscard]] core::ServerSet stepped(sim::Host& host, const core::ServerSet& voters);
  [[nodiscard]] core::ServerSet any_voters(sim::Host& host);
  [[nodiscard]] core::ServerId pick(sim::Host& host, const core::ServerSet& from) const;

  std::uint32_t servers_;
  Administration wants_;
  Phase phase_ = Phase::idle;
  bool growing_ = true;
  bool finished_ = false;
  bool waiting_ = false;                     // for the reply to `attempt_`
  core::ServerSet goal_;                     // the voters wanted
  core::ServerId victim_ = core::no_server;  // whom the goal replaces
  core::ServerSet used_;                     // all that have ever been wanted, or members
  core::ServerSet retired_;                  // replaced, and gone for good
  sim::Time gives_up_at_{};
  sim::Time act_at_{};
  sim::HostId server_;  // whom to ask
  sim::HostId turn_;    // who was asked last but for redirects
  std::uint64_t attempt_ = 0;
  std::uint64_t plans_ = 0;  // the number of the change that it rests before, or is about
  std::uint64_t changes_ = 0;
  std::uint64_t transfers_ = 0;
  News news_;
};

}  // namespace raftsim::scenarios
