// A random store and its clients, with the answers that arrive.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"
#include "core/hash.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

struct StoreHabits {
  std::size_t clients = 5;
  std::uint64_t values = 1'000'000;  // the number of different values
  std::uint64_t losses = 20;         // one answer in N is lost, and one command in N
  std::uint64_t lies = 0;            // one answer in N repeats an earlier one; 0: none
};

// Linearizable by construction, except for its lies: each operation takes effect at one moment between its invocation
// and its answer, at the next index. Some answers never arrive; some of those operations never take effect, and some
// take effect after their client has given up.
class RandomStore {
 public:
  explicit RandomStore(std::uint64_t seed, StoreHabits habits = {})
      : state_(seed), habits_(habits), clients_(habits.clients) {}

  // All of `told` get the same history.
  void run(std::size_t steps, std::initializer_list<ClientHistory*> told) {
    for (std::size_t step = 0; step < steps; ++step) {
      const auto number = static_cast<std::uint32_t>(below(clients_.size()));
      const auto at = sim::Time(std::chrono::milliseconds(step));
      auto& client = clients_[number];
      if (!client) {
        client = Client{next_asked(), {}, {}, ++sequence_, number};
        for (auto* history : told) history->invoked(number, sequence_, client->asked, at);
      } else if (client->index == core::Index{}) {
        if (below(habits_.losses) == 0) {
          for (auto* history : told) history->abandoned(number, client->sequence);
          late_.push_back(*client);
          client.reset();
        } else {
          takes_effect(*client, told);
        }
      } else {
        if (below(habits_.losses) == 0) {  // took effect, but the answer is lost
          for (auto* history : told) history->abandoned(number, client->sequence);
        } else {
          const auto answer = answer_of(*client);
          for (auto* history : told) history->returned(number, client->sequence, answer, client->index, at);
        }
        client.reset();
      }
      if (late_.size() > 3 && below(10) == 0) {
        if (below(2) == 0) takes_effect(late_.front(), told);
        late_.erase(late_.begin());
      }
    }
  }
  ClientHistory run(std::size_t steps) {
    ClientHistory history(steps);  // large enough to keep all
    run(steps, {&history});
    return history;
  }
  std::uint64_t below(std::uint64_t limit) { return (state_ = core::mix(state_, 1)) % limit; }

 private:
  struct Client {
    core::Operation asked;
    core::Answer answer;
    core::Index index;
    std::uint64_t sequence = 0;
    std::uint32_t number = 0;
  };
  void takes_effect(Client& client, std::initializer_list<ClientHistory*> told) {
    client.index = {++index_};
    client.answer = model_.apply(client.asked);
    for (auto* history : told) history->took_effect(client.number, client.sequence, client.index);
  }
  core::Answer answer_of(const Client& client) {
    const core::Answer before = told_last_;
    if (client.asked.kind == core::OperationKind::get) told_last_ = client.answer;
    return habits_.lies != 0 && client.asked.kind == core::OperationKind::get && below(habits_.lies) == 0
               ? before
               : client.answer;
  }
  core::Operation next_asked() {
    const std::string value = "v" + std::to_string(++values_ % habits_.values) + ".";
    switch (below(6)) {
      case 0:
        return put(value);
      case 1:
        return append(value);
      case 2:
        return compare_and_set(model_.value().value_or("v1."), value);
      case 3:
        return erase();
      default:
        return get();
    }
  }

  std::uint64_t state_;
  StoreHabits habits_;
  std::vector<std::optional<Client>> clients_;  // the operations they wait for
  KeyModel model_;
  core::Answer told_last_;
  std::vector<Client> late_;  // abandoned by their clients
  std::uint64_t sequence_ = 0;
  std::uint64_t index_ = 0;
  std::uint64_t values_ = 0;
};

}  // namespace raftsim::checkers::story
