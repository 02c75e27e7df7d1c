// Who belongs to the cluster changes one step at a time, so that no two majorities ever decide apart (paper, section 6;
// dissertation, chapter 4).
#pragma once

#include <vector>

#include "checkers/checker.hpp"
#include "core/configuration.hpp"
#include "core/server_set.hpp"

namespace raftsim::checkers {

class LogModel;

// - The configuration in force is the latest in the log: from the moment its entry is appended, and gone with it.
// - A leader appends one only when the one before is committed, and an entry of its own term is, too.
// - It differs by at most one voter, or is joint with the one before; a joint one is left for its own C_new.
// - Where servers learn first, a new voter has the log up to where it joined, at least (dissertation, section 4.2.1).
// - Who comes to lead has the votes of a quorum of its configuration, learners not counted.
// - A leader leads until its own removal is committed, and no longer (dissertation, section 4.2.2).
// That commits go by a quorum of the leader's configuration is for CommitDurableOnQuorum to say.
class ConfigurationSafety : public Checker {
 public:
  // Those of `founders` start with it, all others with none.
  ConfigurationSafety(std::size_t servers, const core::Configuration& founders, bool learners_first = false);

  [[nodiscard]] std::string_view name() const override { return "configuration-safety"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::vector<Part> parts() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ConfigurationSafety>(*this); }

  void observed(const Context& context, core::ServerId server, const core::Booted& booted) override;
  void observed(const Context& context, core::ServerId server, const core::BecameRole& became) override;
  void observed(const Context& context, core::ServerId server, const core::ReceivedVote& received) override;
  void observed(const Context& context, core::ServerId server, const core::Truncated& truncated) override;
  void observed(const Context& context, core::ServerId server, const core::AdvancedCommit& advanced) override;
  void observed(const Context& context, core::ServerId server, const core::Configured& configured) override;
  void observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) override;
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  // An entry that holds a configuration, wherever it is: by its place and all that is before it.
  struct Entry {
    core::Index index;
    core::Digest chain = 0;
    core::Configuration configuration;
  };
  struct Server {
    bool due = false;                   // it has to go by another configuration now, and may say so next
    bool begins_with_snapshot = false;  // which came with a configuration: that of the founders, if with no later one
    core::ServerSet votes;              // counted since it stands
  };

  // A server whose configuration had to change says so next, or else it is held to the one that it said last.
  void judge_if_due(const Context& context, core::ServerId server, core::Index last);
  void appended(const Context& context, core::ServerId server, const core::Configured& configured) const;
  void judge_new_voters(const Context& context, core::ServerId leader, const core::Configured& configured) const;
  [[nodiscard]] core::Index joined_at(const LogModel& log, core::ServerId server) const;
  void learn(const LogModel& log, const core::Configured& configured);
  [[nodiscard]] bool is_in(const LogModel& log, const Entry& entry) const;
  // `in_force` against the log up to `last`.
  void compare(const Context& context, core::ServerId server, const core::Configuration& in_force,
               core::Index last) const;
  [[nodiscard]] core::Configuration latest_in(const LogModel& log, core::Index last, core::ServerId server) const;

  [[nodiscard]] Server& of(core::ServerId server) { return servers_[server.value - 1U]; }

  core::Configuration founders_;
  bool learners_first_;
  std::vector<Entry> entries_;
  core::Index everywhere_;  // of the latest behind the horizon: it is in every log
  std::vector<Server> servers_;
};

}  // namespace raftsim::checkers
