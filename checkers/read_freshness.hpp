// A read never returns less than the latest write that was acknowledged before the read began (dissertation,
// section 6.4).
#pragma once

#include <map>
#include <utility>

#include "checkers/checker.hpp"
#include "core/machine/operation.hpp"

namespace raftsim::checkers {

// Compares indexes only: what a read must have seen is known when it begins, so a stale read is caught as it returns.
// Linearizability checks whether the value is right.
class ReadFreshness final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "read-freshness"; }
  [[nodiscard]] Interest interest() const override { return {.operations = true}; }
  [[nodiscard]] Needs needs() const override { return {.operations = true}; }
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ReadFreshness>(*this); }
  void operated(const Context& context, const OperationFact& fact) override;

 private:
  using Name = std::pair<std::uint32_t, std::uint64_t>;  // client and sequence
  struct Write {
    Name name;
    core::Index index;
    sim::Time acknowledged_at{};
  };
  struct UnderWay {
    core::Key key;
    bool reads = false;
    Write latest;  // the latest write acknowledged before the read began
  };
  void returned(const Context& context, const OperationFact& fact, const UnderWay& operation);

  std::map<core::Key, Write> latest_;   // latest acknowledged write by key
  std::map<Name, UnderWay> under_way_;  // few: only the unanswered ones
};

}  // namespace raftsim::checkers
