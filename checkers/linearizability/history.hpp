// What clients asked of the store and what they were told, as seen from outside: what linearizability is about
// (Herlihy and Wing, 1990).
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

// A place in the order in which invocations and returns happened in a run; events may share a moment, but not this.
using Order = std::uint64_t;
inline constexpr Order not_yet = std::numeric_limits<Order>::max();

struct ClientOperation {
  std::uint32_t client = 0;    // C1, C2, ...
  std::uint64_t sequence = 0;  // of the client's operations
  core::Operation asked;
  Order invoked = 0;
  Order returned = not_yet;  // not yet: it may take effect at any time after `invoked`, or never
  sim::Time invoked_at{};
  sim::Time returned_at = sim::Time::max();
  core::Answer answer;  // once returned
  // Where the servers say that it took effect: its index in the log; of a read outside the log, the index at which it
  // was served. 0: nobody said.
  core::Index index;

  bool failed = false;    // it never takes effect, the client was told
  bool given_up = false;  // the client does not wait for it any more

  [[nodiscard]] bool has_returned() const { return returned != not_yet; }
  // Its client waits for it.
  [[nodiscard]] bool is_under_way() const { return !has_returned() && !given_up && !failed; }
  [[nodiscard]] bool is_read() const { return asked.kind == core::OperationKind::get; }
};

// Operations on one key, in the order of invocations, and the key before the first of them.
struct KeyOperations {
  KeyModel start;
  std::vector<ClientOperation> operations;
  std::uint64_t proved = 0;  // how many there were before, which have an order
};

// Operations on different keys have nothing to do with each other: a history is linearizable when the history of each
// key is (Herlihy and Wing, section 3.1). So each key's is kept by itself; and of each no more than what is not proved
// to have an order yet (proof.hpp), so that a long history takes no more memory than a short one.
class ClientHistory {
 public:
  // `worth_proving`: how many operations on a key are kept at least before it is worth while to prove that they have an
  // order.
  explicit ClientHistory(std::size_t worth_proving = 64) : worth_proving_(worth_proving) {}

  // A command that is not in a session takes effect each time that it stands in the log.
  void invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at,
               bool in_session = true);
  // Ignored when there is no such operation, or it has returned or was abandoned before.
  void returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer, core::Index index,
                sim::Time at);
  // The client does not wait for it any more: it stays without a return.
  void abandoned(std::uint32_t client, std::uint64_t sequence);
  // It has no effect, the client was told: what is not in any order.
  void failed(std::uint32_t client, std::uint64_t sequence);
  // A server says at which index it took effect, whether or not the client ever hears of it. Of a write without a
  // session, each time but the one that was answered is an operation by itself that nobody waits for.
  void took_effect(std::uint32_t client, std::uint64_t sequence, core::Index index);

  // All that there ever were.
  [[nodiscard]] std::uint64_t size() const { return invoked_; }
  // Those that are kept.
  [[nodiscard]] std::uint64_t kept() const;

  // What is kept, key by key, in ascending order. A long history is too much to be had twice, so each key's part of it
  // is made when it is asked for.
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
    KeyModel start = {};  // before the first of these
    core::SharedVector<ClientOperation> operations = {};
    core::SharedVector<ClientOperation> repeats = {};  // without a return
    std::uint64_t proved = 0;
    std::uint32_t under_way = 0;
    bool alone = false;        // nothing was under way when the last was invoked
    bool may_repeat = false;   // there was a write without a session: it may take effect once more at any time
    std::size_t prove_at = 0;  // as many operations as this are worth it
    [[nodiscard]] KeyOperations all() const;
  };
  struct KeyPlace {
    core::Key key;
    std::uint32_t place = 0;  // in keys_
  };
  struct Place {
    std::uint32_t key = 0;   // its place
    std::size_t number = 0;  // in the operations on this key, plus 1; 0: none
  };

  [[nodiscard]] std::uint32_t place_of(core::Key key);
  // Of what can still be heard of.
  [[nodiscard]] Place place_of(std::uint32_t client, std::uint64_t sequence) const;
  // Null when there is none. To be changed; good until the history changes otherwise.
  [[nodiscard]] ClientOperation* find(const Place& place);
  // Which of the effects of a command the client was told of.
  static void settle(OfKey& key, ClientOperation& operation, core::Index told);
  static void repeat(OfKey& key, const ClientOperation& operation, core::Index index);
  void prove(std::uint32_t place);

  std::size_t worth_proving_;
  std::vector<OfKey> keys_;  // as they came
  std::vector<KeyPlace> ascending_;
  std::map<core::CommandName, Place> open_;  // in a session, or reads: those without a return
  ByCommand<Place> repeatable_;              // writes without a session
  std::uint64_t invoked_ = 0;
  Order next_ = 1;
};

}  // namespace raftsim::checkers
