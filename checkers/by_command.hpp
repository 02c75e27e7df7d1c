// A value for each command of each client, until it is discarded.
#pragma once

#include <cstdint>
#include <vector>

#include "core/shared_vector.hpp"

namespace raftsim::checkers {

// Clients are numbered 1, 2, 3, ..., and so are the commands of each. O(1). A copy of a run uses memory only for what
// it adds.
template <class T>
class ByCommand {
 public:
  // The value; T{} if none was set, or it was discarded.
  [[nodiscard]] T get(std::uint32_t client, std::uint64_t sequence) const {
    if (client >= clients_.size()) return T{};
    const auto& [first, items] = clients_[client];
    return sequence < first || sequence - first >= items.size() ? T{} : items[sequence - first];
  }
  [[nodiscard]] bool is_forgotten(std::uint32_t client, std::uint64_t sequence) const {
    return client < clients_.size() && sequence < clients_[client].first;
  }
  // A mutable reference to the value, initially T{}. Valid until the next call. Precondition: not discarded.
  [[nodiscard]] T& at(std::uint32_t client, std::uint64_t sequence) {
    if (client >= clients_.size()) clients_.resize(client + 1);
    auto& [first, items] = clients_[client];
    items.grow_to(sequence - first + 1);
    return items.edit(sequence - first);
  }
  // Discards the oldest values of each client for as long as `is_over` holds, and passes each to `last_word`. Keeps the
  // last one, whose command the client may still be waiting for.
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
    std::uint64_t first = 0;  // the first that is not discarded
    core::SharedVector<T> items = {};
  };
  std::vector<OfClient> clients_;  // by number
};

}  // namespace raftsim::checkers
