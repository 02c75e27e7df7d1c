// Something noted for each command of each client, for as long as the run lasts.
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
  // What is noted; T{} when nothing was.
  [[nodiscard]] T get(std::uint32_t client, std::uint64_t sequence) const {
    if (client >= clients_.size() || sequence >= clients_[client].size()) return T{};
    return clients_[client][sequence];
  }
  // To be changed; T{} so far when nothing was noted. Good until the next call.
  [[nodiscard]] T& at(std::uint32_t client, std::uint64_t sequence) {
    if (client >= clients_.size()) clients_.resize(client + 1);
    clients_[client].grow_to(sequence + 1);
    return clients_[client].edit(sequence);
  }

 private:
  std::vector<core::SharedVector<T>> clients_;  // by number
};

}  // namespace raftsim::checkers
