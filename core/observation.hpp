// What a server reports about itself as it happens. Besides the wire and the disk, this is all that checkers and traces
// rely on. An adapter for another Raft reports the same observations.
//
// What a server under test must report
//
// - Each observation when it happens: during the call into the server in which it happens, in the order in which it
//   happens, and before the messages that depend on it leave. (Checkers compare an ack with what was appended by then.)
// - All observations of the kinds that its adapter lists in checkers::Capabilities, and none that did not happen. A
//   kind that never occurs is listed as well: a Raft without snapshots reports all the snapshots it takes. Checkers
//   that need an unlisted kind are disabled and reported as not judged (checkers/needs.hpp; checkers::checker_needs()
//   gives the table).
// - At each start: Booted first; then Configured with the configuration in force, if any.
// - A newer term: AdoptedTerm (or BecameRole{candidate}, which enters the next term and votes for itself) before
//   anything else in that term. A deposed leader or candidate then reports BecameRole{follower}.
// - An election: BecameRole{candidate}; one ReceivedVote for each vote counted, including the candidate's own, once the
//   candidate counts it; BecameRole{leader}; then what the new leader appends.
// - The log: Truncated before the Appended of the replacing entries; one Appended per entry, in ascending order.
//   Configured directly after the Appended, Truncated or InstalledSnapshot that brought another configuration into
//   force; its reason says which of the three it was.
// - Commit and application: AdvancedCommit before the Applied that it allows; one Applied per entry, in ascending
//   order.
// - A leader's view: MovedProgress in the call in which the view changed. If the view moved back because of the
//   leader's own clock and not because of a reply, the reason is Reason::window_stalled or Reason::probe_timeout.
// - Reason: `none` is acceptable, except for Configured and the two cases above.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "core/command_name.hpp"
#include "core/configuration.hpp"
#include "core/hash.hpp"
#include "core/reason.hpp"
#include "core/role.hpp"
#include "core/types.hpp"

namespace raftsim::core {

// --- boot, roles, terms and votes ---

// The server has started, for the first time or after a crash, with the state on its disk. It is a follower.
struct Booted {
  Term term = {};
  ServerId vote = {};  // no_server: none in this term
  Index last = {};     // of its log
  // The last index in its snapshot; everything up to it is committed and applied. 0 without a snapshot.
  Index snapshot = {};
  friend bool operator==(const Booted&, const Booted&) = default;
};

// Its role has changed, or it starts another election in a later term. As candidate it has entered `term` and voted for
// itself, possibly only in memory so far. A pre-candidate stays in its term (dissertation, section 9.6).
struct BecameRole {
  Role role = Role::follower;
  Term term = {};
  friend bool operator==(const BecameRole&, const BecameRole&) = default;
};

// It has learned of a newer term and entered it, with no vote yet (paper, section 5.1).
struct AdoptedTerm {
  Term term = {};
  friend bool operator==(const AdoptedTerm&, const AdoptedTerm&) = default;
};

// It has decided to vote for another server; the reply has not left yet. Pre-votes are not reported.
struct GrantedVote {
  Term term = {};
  ServerId candidate = {};
  friend bool operator==(const GrantedVote&, const GrantedVote&) = default;
};

// A candidate has counted a vote, another server's or its own. Pre-votes are not reported.
struct ReceivedVote {
  Term term = {};
  ServerId voter = {};
  friend bool operator==(const ReceivedVote&, const ReceivedVote&) = default;
};

// --- the log ---

// A leader has accepted a client's command and appended it at `index`. Reported after the Appended of that entry.
struct Proposed {
  Index index = {};
  friend bool operator==(const Proposed&, const Proposed&) = default;
};

// An entry is in the log, in memory: the leader's own, or one received from the leader.
struct Appended {
  LogPosition position = {};
  Digest entry = 0;  // of its whole content: equal for equal entries on all servers, like digest_of(Entry)
  friend bool operator==(const Appended&, const Appended&) = default;
};

// The entries from `first` on have been removed from the log, in memory. Precondition: first > 0.
struct Truncated {
  Index first = {};
  friend bool operator==(const Truncated&, const Truncated&) = default;
};

// The server considers its log durable up to `last`.
struct Stored {
  Index last = {};
  friend bool operator==(const Stored&, const Stored&) = default;
};

// Its commit index has advanced to `index`. Not reported for an installed snapshot: InstalledSnapshot implies it.
struct AdvancedCommit {
  Index index = {};
  friend bool operator==(const AdvancedCommit&, const AdvancedCommit&) = default;
};

// It has applied the entry at `position` to its state machine.
struct Applied {
  LogPosition position = {};
  Index effect = {};   // where the command took effect: here, or at an earlier index when it is there twice; 0: nowhere
  Digest entry = 0;    // as in Appended
  Digest machine = 0;  // of the state machine's whole state afterwards; 0: not reported
  CommandName command = {};  // client 0: not a client's command, or not reported
  friend bool operator==(const Applied&, const Applied&) = default;
};

// --- replication ---

// A leader's view of a follower has changed to this (paper, Figure 2: matchIndex and nextIndex). A server need not
// report that sending advanced next_index.
struct MovedProgress {
  ServerId follower = {};
  ProgressState state = ProgressState::probe;
  Index match = {};
  Index next = {};
  friend bool operator==(const MovedProgress&, const MovedProgress&) = default;
};

// It has ignored a message, the completion of a write, or a proposal. The reason says why.
struct Ignored {
  ServerId from = {};  // the sender of the message; no_server if it is not a message
  friend bool operator==(const Ignored&, const Ignored&) = default;
};

// A follower rejects an AppendEntries: its log does not match at `previous`.
struct RejectedAppend {
  ServerId leader = {};
  Index previous = {};
  Index hint = {};  // where the leader may probe next
  friend bool operator==(const RejectedAppend&, const RejectedAppend&) = default;
};

// --- configurations ---

// This configuration is in force from now on.
struct Configured {
  Index index = {};  // of its entry, or of the snapshot or base that it came with
  Configuration configuration = {};
  friend bool operator==(const Configured&, const Configured&) = default;
};

// The leader considers this learner ready to become a voter (dissertation, section 4.2.1).
struct CaughtUp {
  ServerId learner = {};
  Index match = {};
  friend bool operator==(const CaughtUp&, const CaughtUp&) = default;
};

// --- snapshots ---

// It has taken a snapshot of its state machine, in memory.
struct TookSnapshot {
  LogPosition last = {};  // the last entry in it
  Digest snapshot = 0;    // of the bytes
  Digest machine = 0;     // of the state in it, as in Applied; 0: not reported
  friend bool operator==(const TookSnapshot&, const TookSnapshot&) = default;
};

// A snapshot from the leader has replaced the state of its state machine and its log up to `last`.
struct InstalledSnapshot {
  ServerId leader = {};
  LogPosition last = {};  // the last entry in it
  Index log_last = {};    // of the log now: beyond last.index if entries after the snapshot were kept
  Digest snapshot = 0;
  Digest machine = 0;  // as restored from it; 0: not reported
  friend bool operator==(const InstalledSnapshot&, const InstalledSnapshot&) = default;
};

// Its log now begins after `base`: everything up to there is in a snapshot.
struct Compacted {
  LogPosition base = {};
  friend bool operator==(const Compacted&, const Compacted&) = default;
};

// --- leadership transfer and reads ---

// A leader has begun a transfer to `successor`, has asked it to start an election, or has aborted the transfer, as the
// reason says (dissertation, section 3.10).
struct Transferring {
  ServerId successor = {};
  friend bool operator==(const Transferring&, const Transferring&) = default;
};

// The requester's number for a read.
struct ReadNumber {
  std::uint64_t value = 0;
  friend bool operator==(const ReadNumber&, const ReadNumber&) = default;
};

// A leader has confirmed that a read may be served at `index` (dissertation, section 6.4).
struct ReadConfirmed {
  ServerId asker = {};  // the leader itself, or the follower that asked
  Index index = {};
  ReadNumber read = {};
  friend bool operator==(const ReadConfirmed&, const ReadConfirmed&) = default;
};

// --- all of them ---

enum class ObservationKind : std::uint8_t {
  booted,
  became,
  adopted_term,
  granted_vote,
  received_vote,
  proposed,
  appended,
  truncated,
  stored,
  advanced_commit,
  applied,
  moved_progress,
  ignored,
  rejected_append,
  configured,
  took_snapshot,
  installed_snapshot,
  compacted,
  transferring,
  read_confirmed,
  caught_up,
};
[[nodiscard]] const char* name_of(ObservationKind kind);  // "advanced-commit"

// In the order of ObservationKind.
using Observed = std::variant<Booted, BecameRole, AdoptedTerm, GrantedVote, ReceivedVote, Proposed, Appended, Truncated,
                              Stored, AdvancedCommit, Applied, MovedProgress, Ignored, RejectedAppend, Configured,
                              TookSnapshot, InstalledSnapshot, Compacted, Transferring, ReadConfirmed, CaughtUp>;
inline constexpr std::size_t observation_kind_count = std::variant_size_v<Observed>;

namespace detail {

// The position of `What` among the alternatives; the number of alternatives if it is not one of them.
template <class What, class Variant>
struct PlaceIn;
template <class What, class... Alternatives>
struct PlaceIn<What, std::variant<Alternatives...>> {
  static constexpr std::size_t find() {
    std::size_t place = 0;
    const bool found = ((std::same_as<What, Alternatives> || (++place, false)) || ...);
    return found ? place : sizeof...(Alternatives);
  }
};

}  // namespace detail

template <class What>
concept IsObserved = detail::PlaceIn<What, Observed>::find() < observation_kind_count;

template <IsObserved What>
inline constexpr ObservationKind observation_kind =
    static_cast<ObservationKind>(detail::PlaceIn<What, Observed>::find());

static_assert(observation_kind<Booted> == ObservationKind::booted);
static_assert(observation_kind<BecameRole> == ObservationKind::became);
static_assert(observation_kind<AdoptedTerm> == ObservationKind::adopted_term);
static_assert(observation_kind<GrantedVote> == ObservationKind::granted_vote);
static_assert(observation_kind<ReceivedVote> == ObservationKind::received_vote);
static_assert(observation_kind<Proposed> == ObservationKind::proposed);
static_assert(observation_kind<Appended> == ObservationKind::appended);
static_assert(observation_kind<Truncated> == ObservationKind::truncated);
static_assert(observation_kind<Stored> == ObservationKind::stored);
static_assert(observation_kind<AdvancedCommit> == ObservationKind::advanced_commit);
static_assert(observation_kind<Applied> == ObservationKind::applied);
static_assert(observation_kind<MovedProgress> == ObservationKind::moved_progress);
static_assert(observation_kind<Ignored> == ObservationKind::ignored);
static_assert(observation_kind<RejectedAppend> == ObservationKind::rejected_append);
static_assert(observation_kind<Configured> == ObservationKind::configured);
static_assert(observation_kind<TookSnapshot> == ObservationKind::took_snapshot);
static_assert(observation_kind<InstalledSnapshot> == ObservationKind::installed_snapshot);
static_assert(observation_kind<Compacted> == ObservationKind::compacted);
static_assert(observation_kind<Transferring> == ObservationKind::transferring);
static_assert(observation_kind<ReadConfirmed> == ObservationKind::read_confirmed);
static_assert(observation_kind<CaughtUp> == ObservationKind::caught_up);

// Trivially copyable and, with the members in the variant's tail padding, 64 bytes: a server emits several per message.
struct Observation {
  [[no_unique_address]] Observed what;
  ServerId server;  // the reporting server
  Reason reason = Reason::none;

  Observation() = default;
  template <IsObserved What>
  Observation(ServerId who, const What& happened, Reason why = Reason::none)
      : what(std::in_place_type<What>, happened), server(who), reason(why) {}

  [[nodiscard]] ObservationKind kind() const { return static_cast<ObservationKind>(what.index()); }
  // Null if it is of another kind.
  template <IsObserved What>
  [[nodiscard]] const What* get_if() const {
    return std::get_if<What>(&what);
  }
  friend bool operator==(const Observation&, const Observation&) = default;
};

}  // namespace raftsim::core
