// The cost of replication stays within bounds: messages and bytes per committed entry, and rounds to find where a
// follower's log matches (paper, end of section 5.3).
#pragma once

#include <cstdint>

#include "checkers/bounds.hpp"
#include "checkers/checker.hpp"

namespace raftsim::checkers {

// The ratios are judged at the end of the run, and only if something was committed; backup rounds as they happen.
class Efficiency final : public Checker {
 public:
  explicit Efficiency(const EfficiencyBounds& bounds) : bounds_(bounds) {}
  [[nodiscard]] std::string_view name() const override { return "efficiency"; }
  [[nodiscard]] std::string_view property() const override { return "efficiency"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::vector<Part> parts() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<Efficiency>(*this); }
  void observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) override;
  void sent(const Context& context, const sim::Packet& packet, const core::Message& message) override;
  void happened(const Context& context, const RunFact& fact) override;

 private:
  void judge_ratio(const Context& context, std::uint64_t total, std::uint64_t bound, const char* of_what) const;

  EfficiencyBounds bounds_;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace raftsim::checkers
