// Something noted for each command of each client, until it is forgotten.
#pragma once

#include <cstdint>
#include <vector>

#include "core/shared_vector.hpp"

namespace raftsim::checkers {

// Clients have the numbers 1, 2, 3, ..., and so have the commands of each. O(1); of a copy of a run, only what it adds
// costs memory.
template <class T>
class ByCommand {
 public:
  // What is noted; T{} when nothing was, or it is forgotten.
  [[nodiscard]] T get(std::uint32_t client, std::uint64_t sequence) const {
    if (client >= clients_.size()) return T{};
    const auto& [first, items] = clients_[client];
    return sequence < first || sequence - first >= items.size() ? T{} : items[sequence - first];
  }
  [[nodiscard]] bool is_forgotten(std::uint32_t client, std::uint64_t sequence) const {
    return client < clients_.size() && sequence < clients_[client].first;
  }
  // To be changed; T{} so far when nothing was noted. Good until the next call. Precondition: not forgotten.
  [[nodiscard]] T& at(std::uint32_t client, std::uint64_t sequence) {
    if (client >= clients_.size()) clients_.resize(client + 1);
    auto& [first, items] = clients_[client];
    items.grow_to(sequence - first + 1);
    return items.edit(sequence - first);
  }
  // Forgets the first of each client's as long as `is_over` says so, and tells `last_word` what was noted; but not the
  // last, which the client may still wait for.
  template <class IsOver, class LastWord>
  void forget(const IsOver& is_over, const LastWord& last_word) {
    for (std::uint32_t client = 0; client < clients_.size(); ++client) {
      auto& [first, items] = clients_[client];
      std::size_t count = 0;
      for (; count + 1 < items.size() && is_over(items[count]); ++count) last_word(client, first + count, items[count]);
      items.drop_front(count);
      first += count;
    }
  }

 private:
  struct OfClient {
    std::uint64_t first = 0;  // that is not forgotten
    core::SharedVector<T> items = {};
  };
  std::vector<OfClient> clients_;  // by number
};

}  // namespace raftsim::checkers
