// Decides whether the operations on one key have an order that explains them: Wing and Gong's search with Lowe's cache
// of tried configurations ("Testing for linearizability", 2017).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "checkers/linearizability/history.hpp"
#include "checkers/linearizability/model.hpp"
#include "core/hash.hpp"

namespace raftsim::checkers {

enum class Linearizable : std::uint8_t { yes, no, unknown };

// Takes operations from the front of the history, one at a time: an operation can be taken if no remaining operation
// returned before its invocation and the model gives the servers' answer. Backtracks when stuck. An operation without a
// return may be taken or left out. A set of taken operations with the resulting state is tried only once; both are
// stored as 64-bit digests.
class Search {
 public:
  // `operations` are all on one key, in the order of invocations, and must outlive the search; `start` is the state of
  // the key before them.
  explicit Search(std::span<const ClientOperation> operations, KeyModel start = {});

  // Continues for `steps` more steps; unknown if that was not enough. Once decided, returns the same answer again.
  Linearizable run(std::uint64_t steps);
  // The longest order found, as indexes into the operations. Once the answer is yes it contains all that returned.
  [[nodiscard]] const std::vector<std::size_t>& longest() const { return longest_; }

 private:
  // Invocations and returns in a doubly linked list, so that what was taken can be put back in O(1).
  struct Link {
    std::size_t operation = 0;
    bool is_return = false;
    std::size_t previous = 0;
    std::size_t next = 0;
  };
  struct Taken {
    std::size_t invocation = 0;  // its link
    KeyModel before;
  };
  struct Tried {
    core::Digest taken = 0;
    core::Digest state = 0;
    friend bool operator==(const Tried&, const Tried&) = default;
  };
  struct Hash {
    std::size_t operator()(const Tried& tried) const { return core::mix(tried.taken, tried.state); }
  };
  static constexpr std::size_t head = 0;  // link 0 is before the first, and after the last

  void unlink(std::size_t link);
  void relink(std::size_t link);
  [[nodiscard]] bool take(std::size_t link);
  [[nodiscard]] bool go_back();
  void note_longest();

  std::span<const ClientOperation> operations_;
  std::vector<Link> links_;
  std::vector<std::size_t> return_of_;  // by operation: its link, or head
  std::size_t at_ = head;               // the link to examine next
  std::size_t left_ = 0;                // returned but not taken
  std::size_t fewest_left_ = 0;
  KeyModel model_;
  core::Digest taken_digest_ = 0;
  std::vector<Taken> taken_;
  std::vector<std::size_t> longest_;
  std::unordered_set<Tried, Hash> tried_;
  Linearizable answer_ = Linearizable::unknown;
};

// Searches all keys of a history. Each in turn gets some steps, then twice as many, and so on, so that one hard key
// does not keep the others from being judged.
struct Judgement {
  Linearizable linearizable = Linearizable::yes;
  KeyOperations key = {};  // if no: the key that has no order
};
[[nodiscard]] Judgement search_all(std::vector<KeyOperations> by_key, std::uint64_t steps);

}  // namespace raftsim::checkers
