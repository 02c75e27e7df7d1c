// Decides whether the operations on one key have an order that explains them: Wing and Gong's search, with the memory
// of what was tried that Lowe gave it ("Testing for linearizability", 2017).
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

// Takes operations away from the front of the history, one whose invocation no remaining operation's return precedes,
// as long as the model answers what the servers answered; goes back where that leads nowhere. An operation without a
// return may be taken or left. A set of operations taken with the state they led to is tried once only; both are
// remembered by digests of 64 bits each.
class Search {
 public:
  // `operations` are all on one key, in the order of invocations, and outlive the search; `start` is the key before
  // them.
  explicit Search(std::span<const ClientOperation> operations, KeyModel start = {});

  // Goes on for `steps` more; unknown when that was not enough. After another answer: the same again.
  Linearizable run(std::uint64_t steps);
  // The order that got furthest, as places in the operations; all that returned are in it once the answer is yes.
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
  std::size_t at_ = head;               // the link to look at next
  std::size_t left_ = 0;                // returned, and not taken
  std::size_t fewest_left_ = 0;
  KeyModel model_;
  core::Digest taken_digest_ = 0;
  std::vector<Taken> taken_;
  std::vector<std::size_t> longest_;
  std::unordered_set<Tried, Hash> tried_;
  Linearizable answer_ = Linearizable::unknown;
};

// All keys of a history: each in turn gets some steps, and then twice as many, and so on, so that one hard key does not
// keep the others from being judged.
struct Judgement {
  Linearizable linearizable = Linearizable::yes;
  KeyOperations key = {};  // no: the one that has no order
};
[[nodiscard]] Judgement search_all(std::vector<KeyOperations> by_key, std::uint64_t steps);

}  // namespace raftsim::checkers
