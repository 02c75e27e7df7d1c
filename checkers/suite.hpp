// All checkers of one run, and the situations that it reached.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checkers/bounds.hpp"
#include "checkers/capabilities.hpp"
#include "checkers/checker.hpp"
#include "checkers/core_durable_reader.hpp"
#include "checkers/durable_reader.hpp"
#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/needs.hpp"
#include "checkers/not_judged.hpp"
#include "checkers/situations.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

class ProgressDue;

struct SuiteOptions {
  std::size_t servers = 5;  // S1, S2, ...: as many as there may ever be
  // What the cluster is founded with; none: all servers vote.
  std::optional<core::Configuration> founders;
  bool learners_first = false;  // whoever comes to vote has learnt first
  // A fresh reader of the servers' disks, to be copied; null: none can be read.
  std::shared_ptr<const DurableReader> disks = std::make_shared<const CoreDurableReader>();
  // Memory survives everything: what a server says it holds is as good as on a disk.
  bool memory_survives = false;
  std::optional<ProgressBounds> progress;  // none: nothing is owed
  EfficiencyBounds efficiency;
  std::vector<std::string> without;  // checkers that are switched off, by name
  Capabilities capabilities;         // of the servers; checkers that need more are left out
  bool judge = true;                 // false: no checkers; only how the servers stand is kept (Suite::cluster)
};

// Hand it the facts of each step in the order in which they happened: the delivery, or the operation that the disk
// completed, or the crash, first; then what the server said in answer, in its order; then what it sent. After the first
// violation, and when nothing is judged, facts are ignored, but for what tells how the servers stand: observed() and
// crashed(). A value: a copy goes on by itself.
class Suite {
 public:
  explicit Suite(const SuiteOptions& options);
  Suite(const Suite& other);
  Suite(Suite&&) noexcept = default;
  Suite& operator=(const Suite& other);
  Suite& operator=(Suite&&) noexcept = default;
  ~Suite() = default;

  // --- what happened ---
  void observed(const Moment& moment, const core::Observation& said);
  // As it leaves its sender, before the network decides its fate; the network's duplicates are not sent.
  void sent(const Moment& moment, const sim::Packet& packet, const core::Message& message);
  // To a server that is up and takes it.
  void delivered(const Moment& moment, const sim::Packet& packet, const core::Message& message);
  // After each completed operation of a server's disk; costs next to nothing when nothing became durable by it.
  void disk_changed(const Moment& moment, core::ServerId server, const sim::Disk& disk);
  // After the disk has settled; null without a disk. The restart comes as the observation `booted`.
  void crashed(const Moment& moment, core::ServerId server, const sim::Disk* disk);
  // Switched off for good: it never comes back.
  void retired(core::ServerId server) { ledger_.set_retired(server); }
  // A server cut off the end of its log at boot because the last record was torn.
  void recovered_torn_tail(const Moment& moment, core::ServerId server);

  // --- what servers died of ---
  void assertion_failed(const Moment& moment, core::ServerId server, std::string_view text);
  // It threw something else, or asked its disk or the network for what they refuse.
  void server_failed(const Moment& moment, core::ServerId server, std::string_view text);
  // A disk that only crashed must always be readable.
  void recovery_refused(const Moment& moment, core::ServerId server, std::string_view text);

  // --- what a script finds ---
  // A step has missed what it expects, or has waited in vain.
  void script_missed(const Moment& moment, std::string expected, std::string seen);

  // --- what the one who conducts the run knows ---
  // From here on progress is due; what is broken stays so.
  void chaos_ended(const Moment& moment, Reach reach, const Due& due);
  // `probe`: sent after the chaos to see whether the servers answer; owed by the same deadline as what was pending.
  void command_submitted(const Moment& moment, CommandId command, bool probe = false);
  void command_retried(const Moment& moment, CommandId command);
  void command_acknowledged(const Moment& moment, CommandId command);
  void command_abandoned(const Moment& moment, CommandId command);
  // What clients ask of the store and are told; apart from what is owed to them. A retry is no invocation.
  void operation_invoked(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                         const core::Operation& asked, bool in_session);
  // `index`: where the servers say that it took effect, or the index that a read outside the log was served at.
  void operation_returned(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                          const core::Answer& answer, core::Index index);
  // It may still take effect; the client will not hear of it.
  void operation_abandoned(const Moment& moment, std::uint32_t client, std::uint64_t sequence);
  void operation_failed(const Moment& moment, std::uint32_t client, std::uint64_t sequence);
  // Time has passed: call it at next_deadline().
  void tick(const Moment& moment);
  void ended(const Moment& moment);

  // --- what came of it ---
  [[nodiscard]] const std::optional<Verdict>& verdict() const { return verdict_; }
  // When progress is due next; sim::Time::max() when nothing is.
  [[nodiscard]] sim::Time next_deadline() const;
  // After the end of the chaos: a leader was there, what was pending is acknowledged, and those who owe it agree.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] const Situations& situations() const { return spotter_.situations(); }
  // Checkers, and parts of them, that these servers do not offer enough for, in the order of checker_names().
  [[nodiscard]] const std::vector<NotJudged>& not_judged() const { return not_judged_; }
  // How the servers stand; also after a violation, and when nothing is judged.
  [[nodiscard]] const ClusterView& cluster() const { return ledger_.cluster(); }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  // What is behind it has been forgotten.
  [[nodiscard]] const Horizon& horizon() const { return horizon_.horizon(); }

 private:
  [[nodiscard]] bool is_off(std::string_view checker) const;
  void offer(std::unique_ptr<Checker> checker, const Capabilities& capabilities);
  // Whether these servers offer all that a checker, or a part of one, needs; if not, it is noted as not judged.
  bool offered(std::string_view checker, std::string_view part, const Needs& needs, const Capabilities& capabilities);
  void note_interest();
  // function(Checker&) of each of these, in the order of checkers_.
  template <class Function>
  void each_of(std::uint32_t places, const Function& function) {
    for (; places != 0; places &= places - 1) function(*checkers_[static_cast<std::size_t>(std::countr_zero(places))]);
  }
  void find_progress();
  template <core::IsObserved What>
  void observed(const Moment& moment, core::ServerId server, core::Reason reason, const What& what);
  void judge_recovery(const Moment& moment, core::ServerId server, const core::Booted& booted);
  void look_for_horizon();
  void happened(const Moment& moment, const RunFact& fact);
  void operated(const Moment& moment, const OperationFact& fact);
  [[nodiscard]] bool is_over() const { return !judge_ || verdict_.has_value(); }
  [[nodiscard]] Context context(const Moment& moment, core::Reason reason = core::Reason::none) {
    return {ledger_, moment, verdict_, spotter_, reason};
  }
  void end_with(const Moment& moment, std::string_view checker, std::string_view property, std::string expected,
                std::string seen);

  Ledger ledger_;
  HorizonWatch horizon_;
  SituationSpotter spotter_;
  std::optional<Verdict> verdict_;
  std::vector<std::string> without_;
  std::vector<NotJudged> not_judged_;
  bool judge_ = true;
  bool judges_recovery_ = true;
  std::vector<std::unique_ptr<Checker>> checkers_;
  ProgressDue* progress_ = nullptr;  // one of checkers_, or null

  // The checkers by what they care for: of each kind of fact, a bit for each place in checkers_.
  struct Interested {
    using Places = std::uint32_t;
    static constexpr std::size_t bodies = std::variant_size_v<decltype(core::Message::body)>;
    std::array<Places, core::observation_kind_count> in_observation{};
    std::array<Places, bodies> in_sent{};
    std::array<Places, bodies> in_delivered{};
    Places in_disks = 0;
    Places in_crashes = 0;
    Places in_operations = 0;
    Places in_run = 0;
  };
  Interested interested_;
};

// The names of all checkers, those that judge only when bounds are set included.
[[nodiscard]] std::span<const std::string_view> checker_names();

// What a checker goes by, and what parts of it need beyond that.
struct CheckerNeeds {
  std::string_view checker;
  Needs needs;
  std::vector<Part> parts;
  ObservationKinds handed;  // what it looks at itself; the rest it asks the ledger about
};
// Of all checkers, in the order of checker_names(). `assertion` and `server-failed` need nothing.
[[nodiscard]] std::vector<CheckerNeeds> checker_needs();

}  // namespace raftsim::checkers
