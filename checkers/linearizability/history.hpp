// The clients' operations and their answers as seen from outside, on which linearizability is defined (Herlihy and
// Wing, 1990).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "checkers/by_command.hpp"
#include "checkers/checker.hpp"
#include "checkers/linearizability/model.hpp"
#include "core/machine/operation.hpp"
#include "core/shared_vector.hpp"
#include "core/types.hpp"

namespace raftsim::checkers {

// A position in the order of invocations and returns in a run. Events may share a time, but not a position.
using Order = std::uint64_t;
inline constexpr Order not_yet = std::numeric_limits<Order>::max();

struct ClientOperation {
  std::uint32_t client = 0;    // C1, C2, ...
  std::uint64_t sequence = 0;  // of the client's operations
  core::Operation asked;
  Order invoked = 0;
  Order returned = not_yet;  // not_yet: it may take effect at any time after `invoked`, or never
  sim::Time invoked_at{};
  sim::Time returned_at = sim::Time::max();
  core::Answer answer;  // once returned
  // Where it took effect according to the servers: its index in the log; for a read outside the log, the index at which
  // it was served. 0: not reported.
  core::Index index;

  bool failed = false;    // the client was told that it never takes effect
  bool given_up = false;  // the client no longer waits for it

  [[nodiscard]] bool has_returned() const { return returned != not_yet; }
  // Whether its client is waiting for it.
  [[nodiscard]] bool is_under_way() const { return !has_returned() && !given_up && !failed; }
  [[nodiscard]] bool is_read() const { return asked.kind == core::OperationKind::get; }
};

// Operations on one key, in the order of invocations, and the state of the key before the first of them.
struct KeyOperations {
  KeyModel start;
  std::vector<ClientOperation> operations;
  std::uint64_t proved = 0;  // the number of earlier operations, which are proved to have an order
};

// Operations on different keys are independent: a history is linearizable if the history of each key is (Herlihy and
// Wing, section 3.1). So each key's history is kept separately; and only the part that is not yet proved to have an
// order (proof.hpp), so that a long history takes no more memory than a short one.
class ClientHistory {
 public:
  // `worth_proving`: the minimum number of operations on a key before it is worthwhile to prove that they have an
  // order.
  explicit ClientHistory(std::size_t worth_proving = 64) : worth_proving_(worth_proving) {}

  // A command without a session takes effect each time it is in the log.
  void invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at,
               bool in_session = true);
  // Ignored if there is no such operation, or if it has returned or was abandoned before.
  void returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer, core::Index index,
                sim::Time at);
  // The client no longer waits for it: it remains without a return.
  void abandoned(std::uint32_t client, std::uint64_t sequence);
  // The client was told that it has no effect: it is not part of any order.
  void failed(std::uint32_t client, std::uint64_t sequence);
  // A server reports at which index it took effect, whether or not the client ever learns of it. For a write without a
  // session, each effect except the one that was answered is a separate operation that no client waits for.
  void took_effect(std::uint32_t client, std::uint64_t sequence, core::Index index);

  // The number of all operations ever invoked.
  [[nodiscard]] std::uint64_t size() const { return invoked_; }
  // The number of operations kept.
  [[nodiscard]] std::uint64_t kept() const;

  // The kept operations, key by key, in ascending order. A long history is too large to copy, so each key's part is
  // built on demand.
  class ByKey {
   public:
    explicit ByKey(const ClientHistory& history) : history_(history) {}
    [[nodiscard]] std::size_t size() const { return history_.keys_.size(); }
    // Precondition: key < size().
    [[nodiscard]] KeyOperations at(std::size_t key) const {
      return history_.keys_[history_.ascending_[key].place].all();
    }

   private:
    const ClientHistory& history_;
  };
  // Valid until the history changes.
  [[nodiscard]] ByKey by_key() const { return ByKey(*this); }

 private:
  struct OfKey {
    KeyModel start = {};  // before the first of these operations
    core::SharedVector<ClientOperation> operations = {};
    core::SharedVector<ClientOperation> repeats = {};  // without a return
    std::uint64_t proved = 0;
    std::uint32_t under_way = 0;
    bool alone = false;        // nothing was under way when the last one was invoked
    bool may_repeat = false;   // there was a write without a session: it may take effect again at any time
    std::size_t prove_at = 0;  // the number of operations at which to try a proof
    [[nodiscard]] KeyOperations all() const;
  };
  struct KeyPlace {
    core::Key key;
    std::uint32_t place = 0;  // in keys_
  };
  struct Place {
    std::uint32_t key = 0;   // its index in keys_
    std::size_t number = 0;  // index in the operations on this key, plus 1; 0: none
  };

  [[nodiscard]] std::uint32_t place_of(core::Key key);
  // For operations that can still be reported.
  [[nodiscard]] Place place_of(std::uint32_t client, std::uint64_t sequence) const;
  // A mutable pointer; null if there is none. Valid until the history changes in another way.
  [[nodiscard]] ClientOperation* find(const Place& place);
  // Determines which of a command's effects the client was told of.
  static void settle(OfKey& key, ClientOperation& operation, core::Index told);
  static void repeat(OfKey& key, const ClientOperation& operation, core::Index index);
  void prove(std::uint32_t place);

  std::size_t worth_proving_;
  std::vector<OfKey> keys_;  // in order of first use
  std::vector<KeyPlace> ascending_;
  std::map<core::CommandName, Place> open_;  // operations in a session, or reads, without a return
  ByCommand<Place> repeatable_;              // writes without a session
  std::uint64_t invoked_ = 0;
  Order next_ = 1;
};

}  // namespace raftsim::checkers
