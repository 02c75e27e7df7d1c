// One Raft server, driven by a test: the test is its clock, its network and its disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "core/raft/raft.hpp"

namespace raftsim::core::test {

using namespace std::chrono_literals;

inline constexpr Instant start{};

inline ServerId server_id(int number) { return {static_cast<std::uint16_t>(number)}; }
inline Entry entry(std::uint64_t term, std::string_view payload = "x") {
  return {.term = {term}, .kind = EntryKind::command, .payload = Bytes(payload)};
}
// A log of entries of these terms.
inline Log log_of(std::initializer_list<std::uint64_t> terms) {
  std::vector<Entry> entries;
  for (const std::uint64_t term : terms) entries.push_back(entry(term));
  return Log(std::move(entries));
}
inline std::vector<std::uint64_t> terms_of(const Log& log) {
  std::vector<std::uint64_t> terms;
  for (std::uint64_t i = 1; i <= log.last().index.value; ++i) terms.push_back(log.at({i}).term.value);
  return terms;
}
inline Options options_with(std::initializer_list<Mutation> mutations, Options options = {}) {
  for (const Mutation mutation : mutations) options.mutations.plant(mutation);
  return options;
}
inline AppendEntries append(LogPosition previous, std::vector<Entry> entries, std::uint64_t commit = 0) {
  return {.previous = previous, .leader_commit = {commit}, .entries = EntryBatch(std::move(entries))};
}
// A follower has the `count` entries after `previous`.
inline AppendEntriesReply success(std::uint64_t previous, std::uint32_t count) {
  return {.previous = {previous}, .count = count, .success = true};
}
// Plain Raft as in the paper: no pre-vote, no CheckQuorum, no stickiness.
inline Options plain() {
  Options options;
  options.pre_vote = false;
  options.check_quorum = false;
  options.leader_stickiness = false;
  return options;
}

template <class Body>
std::vector<Body> bodies(const std::vector<Message>& messages) {
  std::vector<Body> found;
  for (const Message& message : messages) {
    if (const auto* body = std::get_if<Body>(&message.body)) found.push_back(*body);
  }
  return found;
}
template <class Body>
const Body& body_of(const Message& message) {
  return std::get<Body>(message.body);
}
template <class Body>
const Body& only_body(const std::vector<Message>& messages) {
  REQUIRE(messages.size() == 1);
  return body_of<Body>(messages[0]);
}

class Server {
 public:
  // S<number> of `servers`, with a disk that completes at once unless `slow_disk` is set.
  Server(int number, int servers, const Options& options = {}, Restored restored = {})
      : Server(number, Configuration::of_voters(ServerSet::first(static_cast<std::size_t>(servers))), options,
               std::move(restored)) {}
  // In a cluster founded with this configuration.
  Server(int number, const Configuration& initial, const Options& options = {}, Restored restored = {})
      : initial_(initial), options_(options), durable_(restored), raft_(boot(number, std::move(restored))) {}

  bool slow_disk = false;
  Instant now = start;

  // --- inputs; each returns the messages that leave because of it ---
  std::vector<Message> receive(const Message& message) {
    return step([&](Effects& effects) { raft_.receive(now, message, effects); });
  }
  template <class Body>
  std::vector<Message> receive(int from, std::uint64_t term, Body body) {
    return receive({.from = server_id(from), .to = raft_.self(), .term = {term}, .body = std::move(body)});
  }
  // Advances time until the server's next wake.
  std::vector<Message> wake() {
    now = std::max(now, raft_.wake_at());
    return step([&](Effects& effects) { raft_.wake(now, effects); });
  }
  std::vector<Message> wait(Duration duration) {
    std::vector<Message> messages;
    const Instant end = now + duration;
    while (raft_.wake_at() <= end) {
      for (Message& message : wake()) messages.push_back(std::move(message));
    }
    now = end;
    return messages;
  }
  std::vector<Message> propose(std::initializer_list<std::string_view> commands) {
    std::vector<Bytes> payloads;
    for (const auto command : commands) payloads.emplace_back(command);
    refusal = raft_.why_not_propose(payloads);
    return step([&](Effects& effects) { proposed = raft_.propose(now, payloads, effects); });
  }
  // The application takes a snapshot of its state after the entry at `last`.
  std::vector<Message> take_snapshot(std::uint64_t last, std::string_view state) {
    return step([&](Effects& effects) { raft_.take_snapshot(Index{last}, Bytes(state), effects); });
  }
  std::vector<Message> read(std::uint64_t number) {
    return step([&](Effects& effects) { raft_.read(now, number, effects); });
  }
  std::vector<Message> transfer_to(int successor) {
    return step(
        [&](Effects& effects) { transferring = raft_.transfer_leadership(now, server_id(successor), effects); });
  }
  // The answers to reads since the last call.
  std::vector<ReadOutcome> outcomes() { return std::exchange(outcomes_, {}); }
  std::vector<Message> change(const Configuration& target) {
    change_refusal = raft_.why_not_change(now, target);
    return step([&](Effects& effects) { proposed = raft_.change_configuration(now, target, effects); });
  }
  // Makes the oldest write that is not durable durable.
  std::vector<Message> disk_done() {
    const Pending done = std::move(disk_.front());
    disk_.pop_front();
    make_durable(done);
    return step([&](Effects& effects) { raft_.stored(now, done.write.ticket, effects); });
  }
  // Crashes and restarts: writes in flight are lost.
  void crash() {
    disk_.clear();
    raft_ = boot(raft_.self().value, durable_);
  }

  // The shortest way: votes of a quorum. Returns the messages of the new leader.
  std::vector<Message> win_election() {
    std::vector<Message> messages;
    while (raft_.role() != Role::candidate && raft_.role() != Role::leader) {
      wake();
      if (raft_.role() != Role::pre_candidate) continue;
      for (const ServerId voter : raft_.configuration().members()) {
        if (voter == raft_.self() || raft_.role() != Role::pre_candidate) continue;
        receive(voter.value, raft_.term().value + 1, RequestVoteReply{.granted = true, .pre_vote = true});
      }
    }
    while (!disk_.empty()) disk_done();
    for (const ServerId voter : raft_.configuration().members()) {
      if (voter == raft_.self() || raft_.role() != Role::candidate) continue;
      messages = receive(voter.value, raft_.term().value, RequestVoteReply{.granted = true});
    }
    return messages;
  }

  [[nodiscard]] const Raft& raft() const { return raft_; }
  [[nodiscard]] const Progress& progress(int follower) const { return *raft_.progress_of(server_id(follower)); }
  [[nodiscard]] std::size_t writes_in_flight() const { return disk_.size(); }
  [[nodiscard]] const Restored& durable() const { return durable_; }
  // The server's observations during the last input (and the writes completed at once).
  [[nodiscard]] const std::vector<Observation>& observations() const { return observations_; }
  [[nodiscard]] bool observed(ObservationKind kind, Reason reason = Reason::none) const {
    for (const Observation& seen : observations_) {
      if (seen.kind() == kind && (reason == Reason::none || seen.reason == reason)) return true;
    }
    return false;
  }

  std::optional<Index> proposed;
  // The snapshot from which the last input made the application restore its state; null if none.
  SharedSnapshot installed;
  Refusal refusal = Refusal::none;                     // of the last propose
  bool transferring = false;                           // what the last transfer_to returned
  ChangeRefusal change_refusal = ChangeRefusal::none;  // of the last change
  // Timeouts are 200, 210, ... ms, so that each draw differs from the last.
  Duration next_timeout = 200ms;

 private:
  struct Pending {
    Write write;
    std::vector<Entry> entries;
    Index log_last;  // when it was written
  };

  Raft boot(int number, Restored restored) {
    Raft raft(server_id(number), initial_, options_, std::move(restored), now, next_timeout);
    raft.set_next_election_timeout(next_timeout += 10ms);
    return raft;
  }

  template <class Input>
  std::vector<Message> step(Input input) {
    Effects effects;
    input(effects);
    std::vector<Message> messages = std::move(effects.messages);
    observations_ = std::move(effects.observations);
    installed = effects.installed;
    outcomes_.insert(outcomes_.end(), effects.reads.begin(), effects.reads.end());
    if (effects.drew_election_timeout) raft_.set_next_election_timeout(next_timeout += 10ms);
    if (effects.write) {
      const auto entries = raft_.log().range(effects.write->first, effects.write->last);
      disk_.push_back({*effects.write, {entries.begin(), entries.end()}, raft_.log().last().index});
    }
    if (slow_disk) return messages;
    while (!disk_.empty()) {
      const SharedSnapshot earlier_installed = installed;
      std::vector<Observation> earlier = std::move(observations_);
      for (Message& message : disk_done()) messages.push_back(std::move(message));
      earlier.insert(earlier.end(), observations_.begin(), observations_.end());
      observations_ = std::move(earlier);
      installed = earlier_installed;
    }
    return messages;
  }

  void make_durable(const Pending& done) {
    if (done.write.hard_state) durable_.hard_state = *done.write.hard_state;
    if (done.write.snapshot) {
      durable_.snapshot = done.write.snapshot;
      const LogPosition last = done.write.snapshot->last;
      if (durable_.log.has(last) && done.log_last >= last.index) {
        durable_.log.compact_up_to(last.index);
        durable_.log.truncate_from(done.log_last.next());
      } else {
        durable_.log.restart_at(last);
      }
    }
    if (!done.write.has_entries()) return;
    durable_.log.truncate_from(done.write.first);
    for (const Entry& stored : done.entries) durable_.log.append(stored);
  }

  Configuration initial_;
  Options options_;
  Restored durable_;
  Raft raft_;
  std::deque<Pending> disk_;
  std::vector<Observation> observations_;
  std::vector<ReadOutcome> outcomes_;
};

}  // namespace raftsim::core::test
