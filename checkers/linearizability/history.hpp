// What clients asked of the store and what they were told, as seen from outside: what linearizability is about
// (Herlihy and Wing, 1990).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "checkers/by_command.hpp"
#include "checkers/checker.hpp"
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
  [[nodiscard]] bool is_read() const { return asked.kind == core::OperationKind::get; }
};

class ClientHistory {
 public:
  void invoked(std::uint32_t client, std::uint64_t sequence, const core::Operation& asked, sim::Time at);
  // Ignored when there is no such operation, or it has returned or was abandoned before.
  void returned(std::uint32_t client, std::uint64_t sequence, const core::Answer& answer, core::Index index,
                sim::Time at);
  // The client does not wait for it any more: it stays without a return.
  void abandoned(std::uint32_t client, std::uint64_t sequence);
  // It has no effect, the client was told: what is not in any order.
  void failed(std::uint32_t client, std::uint64_t sequence);
  // A server says at which index it took effect, whether or not the client ever hears of it.
  void took_effect(std::uint32_t client, std::uint64_t sequence, core::Index index);
  // As above, of a command without a session: it takes effect each time that it stands in the log, and each time but
  // the one that was answered is an operation by itself that nobody waits for.
  void took_effect_again(std::uint32_t client, std::uint64_t sequence, core::Index index);

  [[nodiscard]] std::size_t size() const { return operations_.size(); }
  // Operations on different keys have nothing to do with each other: a history is linearizable when the history of
  // each key is (Herlihy and Wing, section 3.1). A long history is too much to be had twice, so each key's part of it
  // is made when it is asked for.
  class ByKey {
   public:
    explicit ByKey(const ClientHistory& history);
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    // In the order of invocations. Precondition: key < size().
    [[nodiscard]] std::vector<ClientOperation> at(std::size_t key) const;

   private:
    const ClientHistory& history_;
    std::vector<std::vector<std::size_t>> places_;  // by key: in operations_, and behind them in repeats_
  };
  // Valid until the history changes.
  [[nodiscard]] ByKey by_key() const { return ByKey(*this); }

 private:
  // Which of the effects of a command the client was told of.
  void settle(ClientOperation& operation, core::Index told);
  // Null when there is none. To be changed; good until the history changes otherwise.
  [[nodiscard]] ClientOperation* find(std::uint32_t client, std::uint64_t sequence);

  core::SharedVector<ClientOperation> operations_;  // in the order of their invocations
  core::SharedVector<ClientOperation> repeats_;     // without a return
  ByCommand<std::size_t> places_;                   // in operations_, plus 1
  Order next_ = 1;
};

}  // namespace raftsim::checkers
