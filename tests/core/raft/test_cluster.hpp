// Several servers and a network that delivers what the test allows, in the order in which it was sent.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "test_server.hpp"

namespace raftsim::core::test {

class Cluster {
 public:
  explicit Cluster(int servers, const Options& options = {})
      : Cluster(std::vector<Restored>(static_cast<std::size_t>(servers)), options) {}
  Cluster(std::vector<Restored> restored, const Options& options) {
    const int servers = static_cast<int>(restored.size());
    for (int i = 1; i <= servers; ++i) {
      servers_.emplace_back(i, servers, options, std::move(restored[static_cast<std::size_t>(i - 1)]));
    }
  }
  // S1 to S<servers>: `founders` begin, and the others wait without a configuration until they are added.
  Cluster(int servers, const Configuration& founders, const Options& options) {
    for (int i = 1; i <= servers; ++i) {
      const bool founds = founders.members().contains(server_id(i));
      servers_.emplace_back(i, founds ? founders : Configuration(), options);
    }
  }

  Server& operator[](int number) { return servers_[static_cast<std::size_t>(number - 1)]; }
  [[nodiscard]] int size() const { return static_cast<int>(servers_.size()); }

  // A server that is cut off neither sends nor receives.
  void cut_off(int number) { cut_off_.insert(number); }
  void reconnect(int number) { cut_off_.erase(number); }

  void post(std::vector<Message> messages) {
    for (Message& message : messages) in_flight_.push_back(std::move(message));
  }
  // Delivers until nothing is in flight; returns how many messages arrived.
  int settle() {
    int delivered = 0;
    while (!in_flight_.empty()) {
      const Message message = std::move(in_flight_.front());
      in_flight_.pop_front();
      if (cut_off_.contains(message.from.value) || cut_off_.contains(message.to.value)) continue;
      if (on_deliver) on_deliver(message);
      Server& receiver = (*this)[message.to.value];
      receiver.now = std::max(receiver.now, now);
      post(receiver.receive(message));
      ++delivered;
    }
    return delivered;
  }
  // Advances time until this server's next wake, and delivers the resulting messages.
  void wake(int number) {
    Server& server = (*this)[number];
    server.now = std::max(server.now, now);
    post(server.wake());
    now = server.now;
    settle();
  }
  // This server's timer expires first, until it is leader.
  void elect(int number) {
    for (int attempt = 0; attempt < 10 && (*this)[number].raft().role() != Role::leader; ++attempt) wake(number);
  }
  void propose(int leader, std::initializer_list<std::string_view> commands) {
    (*this)[leader].now = std::max((*this)[leader].now, now);
    post((*this)[leader].propose(commands));
    settle();
  }

  void change(int leader, const Configuration& target) {
    (*this)[leader].now = std::max((*this)[leader].now, now);
    post((*this)[leader].change(target));
    settle();
  }
  // This server loses its memory and its writes in flight.
  void crash(int number) {
    Server& server = (*this)[number];
    server.now = std::max(server.now, now);
    server.crash();
  }

  Instant now = start;
  std::function<void(const Message&)> on_deliver;

 private:
  std::vector<Server> servers_;
  std::set<int> cut_off_;
  std::deque<Message> in_flight_;
};

}  // namespace raftsim::core::test
