// The example for authors of adapters: a small Raft of its own (elections and replication; no snapshots, no membership
// changes, one message to a follower at a time) as a server under test. It shares nothing with core/raft: it has its
// own messages (messages.hpp), its own file (journal.hpp) and its own rules. What an adapter owes is in
// core/observation.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/observation.hpp"
#include "core/server_set.hpp"
#include "little_raft/journal.hpp"
#include "little_raft/messages.hpp"
#include "scenarios/cluster/client_port.hpp"
#include "scenarios/cluster/server.hpp"
#include "sim/host.hpp"

namespace little_raft {

namespace core = raftsim::core;
namespace scenarios = raftsim::scenarios;
namespace sim = raftsim::sim;

// What a test can plant.
enum class Bug : std::uint8_t {
  none,
  forgets_its_vote,   // grants a vote to each candidate of a term (against paper, section 5.2)
  acks_before_fsync,  // answers before its own disk has confirmed (against paper, section 5: "persistent state")
  keeps_conflicts,    // does not remove an entry that contradicts the leader's (against paper, section 5.3)
};

struct Settings {
  std::uint16_t servers = 3;
  sim::Duration heartbeat{};
  sim::Distribution election_timeout;
  std::uint64_t sector_bytes = 512;
  Bug bug = Bug::none;
};

class LittleServer final : public scenarios::Server {
 public:
  LittleServer(ServerId self, std::shared_ptr<const Settings> settings) : self_(self), settings_(std::move(settings)) {}

  void boot(sim::Host& host) override;
  void crash() override;
  void receive(sim::Host& host, const sim::Packet& packet) override;
  void wake(sim::Host& host) override;
  void disk_done(sim::Host& host, const sim::DiskOperation& done) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<LittleServer>(*this); }

 private:
  // --- elections (paper, section 5.2) ---
  void adopt(sim::Host& host, Term term);
  void stand(sim::Host& host);
  void on_vote(sim::Host& host, ServerId from, const Message& request);
  void on_vote_reply(sim::Host& host, ServerId from, const Message& reply);
  void lead(sim::Host& host);
  void restart_election_timer(sim::Host& host);

  // --- replication (paper, section 5.3) ---
  void propose(sim::Host& host, scenarios::ClientCommand command);
  void append(sim::Host& host, Entry entry);
  void send_entries(sim::Host& host, ServerId to);
  void send_to_all(sim::Host& host);
  void on_append(sim::Host& host, ServerId from, const Message& request);
  void store(sim::Host& host, const Message& request);
  void on_append_reply(sim::Host& host, ServerId from, const Message& reply);
  void count_replicas(sim::Host& host);
  void commit_up_to(sim::Host& host, Index index);
  void apply(sim::Host& host, Index index);

  // --- what leaves, and when ---
  void handle(sim::Host& host, ServerId from, const Message& message);
  void send(sim::Host& host, ServerId to, const Message& message);
  // Leaves once everything that was written so far is durable; to itself, it is handled then.
  void promise(sim::Host& host, ServerId to, const Message& message);
  void write(sim::Host& host, std::string records);
  template <class What>
  void report(const What& what) {
    observations_.emplace_back(self_, what);
  }

  [[nodiscard]] Index last() const { return Index{log_.size()}; }
  [[nodiscard]] Term term_at(Index index) const { return index == Index{0} ? Term{} : at(index).term; }
  [[nodiscard]] const Entry& at(Index index) const { return log_[index.value - 1]; }
  [[nodiscard]] bool is_quorum(std::size_t servers) const { return servers * 2 > settings_->servers; }

  ServerId self_;
  std::shared_ptr<const Settings> settings_;

  // What the journal holds, or will.
  Term term_;
  ServerId vote_;
  std::vector<Entry> log_;
  std::uint64_t written_ = 0;  // bytes of the journal: handed to the disk, and ...
  std::uint64_t durable_ = 0;  // ... confirmed by it

  core::Role role_ = core::Role::follower;
  ServerId leader_;
  core::ServerSet votes_;
  std::vector<Index> next_;   // by server; a leader's
  std::vector<Index> match_;  // likewise
  Index commit_;
  scenarios::ReplicatedStore store_;
  sim::Time act_at_{};
  std::uint64_t timeouts_ = 0;

  struct Promise {
    std::uint64_t written = 0;  // once this much is durable
    ServerId to;
    Message message;
  };
  std::deque<Promise> promises_;
  struct Waiting {
    Index index;
    Term term;
    scenarios::ClientCommand command;
  };
  std::deque<Waiting> waiting_;
};

[[nodiscard]] core::Entry described(const Entry& entry);

}  // namespace little_raft
