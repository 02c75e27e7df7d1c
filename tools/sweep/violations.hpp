// The violations that a sweep found, those that are alike together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkers/checker.hpp"
#include "core/hash.hpp"

namespace raftsim::tools {

struct Violation {
  std::uint64_t seed = 0;
  core::Digest fingerprint = 0;
  checkers::Verdict verdict;
  std::uint64_t events = 0;  // of the run
};

// What a verdict says without what differs from run to run: numbers, servers and how many of them, and details in
// parentheses or behind a colon. "S3 applied index 7" and "S1 applied index 12" are both "S applied index #".
[[nodiscard]] std::string mechanism_of(const checkers::Verdict& verdict);

// Runs that violated the same property in the same way, as far as their verdicts tell.
struct ViolationGroup {
  std::string checker;
  std::string mechanism;
  std::uint64_t runs = 0;
  std::vector<std::uint64_t> seeds;  // the first ones, ascending
  std::vector<Violation> kept;       // the shortest first; of those of one length the one with the smallest seed
};

inline constexpr std::size_t seeds_listed = 10;  // in ViolationGroup::seeds

// The same whatever the order in which violations are added, and whatever is added up first.
class Violations {
 public:
  explicit Violations(std::uint64_t keep = 1) : keep_(keep) {}

  void add(Violation violation);
  void add(const ViolationGroup& group);
  Violations& operator+=(const Violations& other);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::span<const ViolationGroup> groups() const { return groups_; }
  // The one that has most runs first.
  [[nodiscard]] std::vector<ViolationGroup> by_frequency() const;

 private:
  std::uint64_t keep_;
  std::uint64_t size_ = 0;
  std::vector<ViolationGroup> groups_;  // by checker and mechanism
};

}  // namespace raftsim::tools
