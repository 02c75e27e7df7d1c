// A property that must hold, checked against the servers' observations, the messages on the wire, and the disks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checkers/moment.hpp"
#include "checkers/needs.hpp"
#include "checkers/observation_kinds.hpp"
#include "core/machine/command.hpp"
#include "core/machine/operation.hpp"
#include "core/message.hpp"
#include "core/observation.hpp"
#include "sim/event.hpp"
#include "sim/packet.hpp"
#include "sim/time.hpp"

namespace raftsim::checkers {

class Ledger;  // what is known of every server, shared by all checkers (ledger.hpp)
class SituationSpotter;
struct Beginning;                     // beginning.hpp
struct Horizon;                       // horizon.hpp
enum class Situation : std::uint8_t;  // situations.hpp

// What a checker found. The run ends with the first verdict.
struct Verdict {
  std::string checker;   // "election-safety"
  std::string expected;  // in words, with the numbers of this run
  std::string seen;
  sim::EventId event = 0;  // the event at which it was seen
  sim::Time at{};
  std::string property;                            // "safety", "progress", "efficiency", "assertion" or "script"
  std::string drawing = {};                        // of several lines, where words are not enough; usually empty
  std::vector<core::CommandName> operations = {};  // the clients' operations concerned; usually empty
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// A client's command. Displayed as C1#40 (core::describe).
using CommandId = core::CommandName;

// A fact known to the driver of the run and not reported by servers.
struct RunFact {
  enum class Kind : std::uint8_t {
    chaos_ended,        // from now on progress is due (Ledger::due)
    command_submitted,  // by a client, for the first time
    command_retried,
    command_acknowledged,  // the client has received the answer
    command_abandoned,     // the client gave up: no longer due
    deadline,              // only time has passed
    ended,                 // the run is over
  };
  Kind kind = Kind::deadline;
  CommandId command = {};  // for the kinds about a command
  bool probe = false;      // command_submitted: sent after the chaos to check that the servers answer
};

// An operation that a client invoked, or its outcome.
struct OperationFact {
  enum class Kind : std::uint8_t {
    invoked,
    returned,
    abandoned,  // unknown whether it took effect or will
    failed,     // the client was told that it has no effect and never will
  };
  Kind kind = Kind::invoked;
  std::uint32_t client = 0;                // C1, C2, ...
  std::uint64_t sequence = 0;              // of the client's operations; a retry keeps its own
  const core::Operation* asked = nullptr;  // invoked
  bool in_session = false;                 // invoked: it must take effect once, however often it is sent
  const core::Answer* answer = nullptr;    // returned
  core::Index index = {};                  // returned: where it took effect, or the index at which a read was served
};

class Checker;

// The context passed to a checker with each fact.
class Context {
 public:
  Context(const Ledger& known, Moment when, std::optional<Verdict>& verdict, SituationSpotter& spotter,
          core::Reason why = core::Reason::none)
      : ledger(known), moment(when), reason(why), verdict_(verdict), spotter_(spotter) {}

  // As it was before the fact, so that a report can be compared with what was known.
  const Ledger& ledger;
  const Moment moment;
  const core::Reason reason;  // of an observation

  // Only the first violation of a run is kept.
  void violated(const Checker& by, std::string expected, std::string seen,
                std::vector<core::CommandName> operations = {}, std::string drawing = {}) const;
  // Counts a situation that only a checker can recognise.
  void reached(Situation situation) const;

 private:
  std::optional<Verdict>& verdict_;
  SituationSpotter& spotter_;
};

// The facts that a checker subscribes to.
struct Interest {
  ObservationKinds observations = {};
  std::uint16_t sent = 0;  // bits by alternative of Message::body
  std::uint16_t delivered = 0;
  bool disks = false;
  bool crashes = false;
  bool operations = false;
  bool run = false;

  static constexpr auto every_message =
      static_cast<std::uint16_t>((1U << std::variant_size_v<decltype(core::Message::body)>)-1U);

  template <class... Bodies>
  [[nodiscard]] static std::uint16_t of() {
    return static_cast<std::uint16_t>((0U | ... | (1U << decltype(core::Message::body)(Bodies{}).index())));
  }
};

// One of the two plug points. An implementation is O(1) amortised per fact, and copyable with clone().
class Checker {
 public:
  Checker() = default;
  Checker(const Checker&) = default;
  Checker& operator=(const Checker&) = delete;
  virtual ~Checker() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;  // as on the command line
  [[nodiscard]] virtual std::string_view property() const { return "safety"; }
  [[nodiscard]] virtual Interest interest() const = 0;
  // What a server must offer for this checker to run.
  [[nodiscard]] virtual Needs needs() const = 0;
  // Parts of this checker that need more; each is not judged if its needs are not offered.
  [[nodiscard]] virtual std::vector<Part> parts() const { return {}; }
  [[nodiscard]] virtual std::unique_ptr<Checker> clone() const = 0;

  // What a server holds before the run begins; the ledger has that of all servers. Not called for a new server.
  virtual void begins(const Context&, core::ServerId, const Beginning&) {}
  // A server's observations, for the kinds in interest().observations.
  virtual void observed(const Context&, core::ServerId, const core::Booted&) {}
  virtual void observed(const Context&, core::ServerId, const core::BecameRole&) {}
  virtual void observed(const Context&, core::ServerId, const core::AdoptedTerm&) {}
  virtual void observed(const Context&, core::ServerId, const core::GrantedVote&) {}
  virtual void observed(const Context&, core::ServerId, const core::ReceivedVote&) {}
  virtual void observed(const Context&, core::ServerId, const core::Proposed&) {}
  virtual void observed(const Context&, core::ServerId, const core::Appended&) {}
  virtual void observed(const Context&, core::ServerId, const core::Truncated&) {}
  virtual void observed(const Context&, core::ServerId, const core::Stored&) {}
  virtual void observed(const Context&, core::ServerId, const core::AdvancedCommit&) {}
  virtual void observed(const Context&, core::ServerId, const core::Applied&) {}
  virtual void observed(const Context&, core::ServerId, const core::MovedProgress&) {}
  virtual void observed(const Context&, core::ServerId, const core::Ignored&) {}
  virtual void observed(const Context&, core::ServerId, const core::RejectedAppend&) {}
  virtual void observed(const Context&, core::ServerId, const core::Configured&) {}
  virtual void observed(const Context&, core::ServerId, const core::TookSnapshot&) {}
  virtual void observed(const Context&, core::ServerId, const core::InstalledSnapshot&) {}
  virtual void observed(const Context&, core::ServerId, const core::Compacted&) {}
  virtual void observed(const Context&, core::ServerId, const core::Transferring&) {}
  virtual void observed(const Context&, core::ServerId, const core::ReadConfirmed&) {}
  virtual void observed(const Context&, core::ServerId, const core::CaughtUp&) {}

  virtual void sent(const Context&, const sim::Packet&, const core::Message&) {}
  virtual void delivered(const Context&, const sim::Packet&, const core::Message&) {}
  // The disk's durable content has changed. The ledger already contains the change.
  virtual void disk_changed(const Context&, core::ServerId) {}
  // Like disk_changed: the ledger already contains what the crash left on the disk.
  virtual void crashed(const Context&, core::ServerId) {}
  virtual void operated(const Context&, const OperationFact&) {}
  virtual void happened(const Context&, const RunFact&) {}
  // State about anything below the horizon may be discarded. The ledger still has it.
  virtual void forget(const Ledger&, const Horizon&) {}
};

}  // namespace raftsim::checkers
