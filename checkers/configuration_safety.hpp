// Membership changes one step at a time, so that no two disjoint majorities can ever decide (paper, section 6;
// dissertation, chapter 4).
#pragma once

#include <vector>

#include "checkers/checker.hpp"
#include "core/configuration.hpp"
#include "core/server_set.hpp"

namespace raftsim::checkers {

class LogModel;

// - The configuration in force is the latest in the log: from the moment its entry is appended until it is removed.
// - A leader appends one only when the previous one and an entry of its own term are committed.
// - It differs from the previous one by at most one voter, or is joint with it. A joint one is followed by its C_new.
// - With learners first, a new voter has the log at least up to where it joined (dissertation, section 4.2.1).
// - A new leader has the votes of a quorum of its configuration, not counting learners.
// - A leader that is removed leads until its removal is committed, and no longer (dissertation, section 4.2.2).
// CommitDurableOnQuorum checks that commits have a quorum of the leader's configuration.
class ConfigurationSafety : public Checker {
 public:
  // Members of `founders` start with that configuration, all others with none.
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
  // An entry that holds a configuration, on any server; identified by its index and the prefix of the log before it.
  struct Entry {
    core::Index index;
    core::Digest chain = 0;
    core::Configuration configuration;
  };
  struct Server {
    bool due = false;                   // it must now use another configuration, and may report that next
    bool begins_with_snapshot = false;  // which came with a configuration: the founders' if there is no later one
    core::ServerSet votes;              // votes counted in this candidacy
  };

  // A server whose configuration had to change reports that next; otherwise the one last reported is checked.
  void judge_if_due(const Context& context, core::ServerId server, core::Index last);
  void appended(const Context& context, core::ServerId server, const core::Configured& configured) const;
  void judge_new_voters(const Context& context, core::ServerId leader, const core::Configured& configured) const;
  [[nodiscard]] core::Index joined_at(const LogModel& log, core::ServerId server) const;
  void learn(const LogModel& log, const core::Configured& configured);
  [[nodiscard]] bool is_in(const LogModel& log, const Entry& entry) const;
  // Compares `in_force` with the log up to `last`.
  void compare(const Context& context, core::ServerId server, const core::Configuration& in_force,
               core::Index last) const;
  [[nodiscard]] core::Configuration latest_in(const LogModel& log, core::Index last, core::ServerId server) const;

  [[nodiscard]] Server& of(core::ServerId server) { return servers_[server.value - 1U]; }

  core::Configuration founders_;
  bool learners_first_;
  std::vector<Entry> entries_;
  core::Index everywhere_;  // the index of the latest one below the horizon: it is in every log
  std::vector<Server> servers_;
};

}  // namespace raftsim::checkers
