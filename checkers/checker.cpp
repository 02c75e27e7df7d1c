#include "checkers/checker.hpp"

#include <utility>

namespace raftsim::checkers {

void Context::violated(const Checker& by, std::string expected, std::string seen) const {
  if (verdict_) return;
  verdict_ = Verdict{std::string(by.name()), std::move(expected), std::move(seen),
                     moment.event,           moment.now,          std::string(by.property())};
}

}  // namespace raftsim::checkers
