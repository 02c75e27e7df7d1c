// Log Matching: if two logs contain an entry with the same index and term, then the logs are identical in all entries
// up through the given index (paper, Figure 3 and section 5.3).
#pragma once

#include <cstdint>

#include "checkers/by_index.hpp"
#include "checkers/checker.hpp"
#include "core/hash.hpp"
#include "core/shared_vector.hpp"

namespace raftsim::checkers {

// Every entry appended above the horizon is compared, by chained digests, with what any server ever had at the same
// index and term; so is the end of each log recovered from a disk. Along one log, indexes are consecutive and terms
// never decrease. Entries after an installed snapshot are kept only if the log has the snapshot's last entry (paper,
// Figure 13, rules 6 and 7).
class LogMatching final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "log-matching"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<LogMatching>(*this); }
  void begins(const Context& context, core::ServerId server, const Beginning& beginning) override;
  void observed(const Context& context, core::ServerId server, const core::Booted& booted) override;
  void observed(const Context& context, core::ServerId server, const core::Appended& appended) override;
  void observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) override;
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  // The first prefix seen that ends in an entry with this index and term.
  struct Version {
    core::Term term;
    core::Digest chain = 0;
    core::ServerId server;   // no_server: none yet
    std::uint32_t next = 0;  // another version of the same index: its number in more_; 0 if there is none
  };
  struct Another {
    Version version;
    core::Index index;
  };
  void compare(const Context& context, core::ServerId server, core::LogPosition position, core::Digest chain);
  [[nodiscard]] const Version* find(core::LogPosition position) const;  // null: no server had an entry there
  void add(core::Index index, const Version& version);

  [[nodiscard]] const Version& another(std::uint32_t number) const { return more_[number - more_first_].version; }

  ByIndex<Version> versions_;  // usually one per index
  core::SharedVector<Another> more_;
  std::uint32_t more_first_ = 1;  // the number of the first element of more_
};

}  // namespace raftsim::checkers
