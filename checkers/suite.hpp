// All checkers of one run, and the situations that the run reached.
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
#include "checkers/broken_promises.hpp"
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
  std::size_t servers = 5;  // the maximum number: S1, S2, ...
  // The initial configuration of the cluster; none: all servers vote.
  std::optional<core::Configuration> founders;
  bool learners_first = false;  // a new voter must have been a learner before
  // A fresh reader for the servers' disks, to be cloned; null: no disk can be read.
  std::shared_ptr<const DurableReader> disks = std::make_shared<const CoreDurableReader>();
  // Memory survives everything: what a server reports to hold is as good as on a disk.
  bool memory_survives = false;
  std::optional<ProgressBounds> progress;  // none: no progress is required
  EfficiencyBounds efficiency;
  std::vector<std::string> without;  // names of disabled checkers
  Capabilities capabilities;         // of the servers; checkers that need more are disabled
  bool judge = true;                 // false: no checkers; only the state of the servers is kept (Suite::cluster)
};

// Pass it the facts of each step in the order in which they happened: first the delivery, completed disk operation or
// crash; then the server's observations, in order; then the messages it sent. After the first violation, and if nothing
// is judged, facts are ignored, except those that update the state of the servers: observed() and crashed(). A value:
// copies are independent.
class Suite {
 public:
  explicit Suite(const SuiteOptions& options);
  Suite(const Suite& other);
  Suite(Suite&&) noexcept = default;
  Suite& operator=(const Suite& other);
  Suite& operator=(Suite&&) noexcept = default;
  ~Suite() = default;

  // What S1, S2, ... hold before the run begins: before all other facts. Then tell of their disks.
  void begins(std::span<const Beginning> servers);

  // --- what happened ---
  void observed(const Moment& moment, const core::Observation& said);
  // As it leaves its sender, before the network decides its fate. Duplicates made by the network do not count as sent.
  void sent(const Moment& moment, const sim::Packet& packet, const core::Message& message);
  // To a server that is up and receives it.
  void delivered(const Moment& moment, const sim::Packet& packet, const core::Message& message);
  // Call after each completed operation of a server's disk. Costs next to nothing if nothing became durable.
  void disk_changed(const Moment& moment, core::ServerId server, const sim::Disk& disk);
  // Call after the disk has settled; null without a disk. The restart is reported by the observation `booted`.
  void crashed(const Moment& moment, core::ServerId server, const sim::Disk* disk);
  // A server's disk has another one in its place, while the server is down. (After a crash the suite looks by itself.)
  void disk_replaced(core::ServerId server, const sim::Disk& disk);
  // Call when a server boots, before its observations, if it does not refuse to.
  void came_up(const Moment& moment, core::ServerId server, const sim::Disk& disk);
  // It stopped for an error of its disk, or refused to start from one that broke its promises: rightly so.
  void halted(const Moment& moment, core::ServerId server, bool refused);
  // Switched off for good: it never restarts.
  void retired(core::ServerId server) { ledger_.set_retired(server); }
  // A server truncated its log at boot because the last record was torn.
  void recovered_torn_tail(const Moment& moment, core::ServerId server);

  // --- failures of servers ---
  void assertion_failed(const Moment& moment, core::ServerId server, std::string_view text);
  // It threw another exception, or made an invalid request to its disk or the network.
  void server_failed(const Moment& moment, core::ServerId server, std::string_view text);
  // A disk that only crashed must always be readable.
  void recovery_refused(const Moment& moment, core::ServerId server, std::string_view text);

  // --- what a script reports ---
  // A step missed what it expects, or waited in vain.
  void script_missed(const Moment& moment, std::string expected, std::string seen);

  // --- facts from the driver of the run ---
  // From now on progress is due; what is broken stays broken.
  void chaos_ended(const Moment& moment, Reach reach, const Due& due);
  // Since then a server has gone down for good: the same is due, by the same deadlines, of fewer.
  void change_due(Reach reach, const Due& due);
  // `probe`: sent after the chaos to check that the servers answer; due by the same deadline as the pending commands.
  void command_submitted(const Moment& moment, CommandId command, bool probe = false);
  void command_retried(const Moment& moment, CommandId command);
  void command_acknowledged(const Moment& moment, CommandId command);
  void command_abandoned(const Moment& moment, CommandId command);
  // Clients' operations on the store and their answers, apart from the commands above. A retry is no invocation.
  void operation_invoked(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                         const core::Operation& asked, bool in_session);
  // `index`: where it took effect according to the servers, or the index at which a read outside the log was served.
  void operation_returned(const Moment& moment, std::uint32_t client, std::uint64_t sequence,
                          const core::Answer& answer, core::Index index);
  // It may still take effect; the client will not learn of it.
  void operation_abandoned(const Moment& moment, std::uint32_t client, std::uint64_t sequence);
  void operation_failed(const Moment& moment, std::uint32_t client, std::uint64_t sequence);
  // Time has passed: call at next_deadline().
  void tick(const Moment& moment);
  void ended(const Moment& moment);

  // --- results ---
  [[nodiscard]] const std::optional<Verdict>& verdict() const { return verdict_; }
  // When progress is due next; sim::Time::max() if nothing is.
  [[nodiscard]] sim::Time next_deadline() const;
  // Since the end of the chaos: a leader was elected, pending commands are acknowledged, and the servers that owe
  // progress agree.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] const Situations& situations() const { return spotter_.situations(); }
  // Checkers, and parts of checkers, whose needs these servers do not meet, in the order of checker_names().
  [[nodiscard]] const std::vector<NotJudged>& not_judged() const { return not_judged_; }
  // The state of the servers; also kept after a violation, and if nothing is judged.
  [[nodiscard]] const ClusterView& cluster() const { return ledger_.cluster(); }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  // What is below it has been discarded.
  [[nodiscard]] const Horizon& horizon() const { return horizon_.horizon(); }

 private:
  [[nodiscard]] bool is_off(std::string_view checker) const;
  void offer(std::unique_ptr<Checker> checker, const Capabilities& capabilities);
  // Whether these servers offer all that a checker, or a part of one, needs; if not, it is recorded as not judged.
  bool offered(std::string_view checker, std::string_view part, const Needs& needs, const Capabilities& capabilities);
  void note_interest();
  // Calls function(Checker&) for each of these, in the order of checkers_.
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
  BrokenPromises broken_promises_;
  bool judge_ = true;
  bool judges_recovery_ = true;
  std::vector<std::unique_ptr<Checker>> checkers_;
  ProgressDue* progress_ = nullptr;  // one of checkers_, or null

  // The checkers by interest: for each kind of fact, a bit for each index in checkers_.
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

// The names of all checkers, including those that judge only if bounds are set.
[[nodiscard]] std::span<const std::string_view> checker_names();

// What a checker needs, and what parts of it need beyond that.
struct CheckerNeeds {
  std::string_view checker;
  Needs needs;
  std::vector<Part> parts;
  ObservationKinds handed;  // the observations passed to it; it reads the rest from the ledger
};
// For all checkers, in the order of checker_names(). `assertion` and `server-failed` need nothing.
[[nodiscard]] std::vector<CheckerNeeds> checker_needs();

}  // namespace raftsim::checkers
