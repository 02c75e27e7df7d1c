#include "checkers/checker.hpp"

#include <utility>

#include "checkers/situations.hpp"

namespace raftsim::checkers {

void Context::violated(const Checker& by, std::string expected, std::string seen, std::string drawing) const {
  if (verdict_) return;
  verdict_ = Verdict{std::string(by.name()),     std::move(expected), std::move(seen), moment.event, moment.now,
                     std::string(by.property()), std::move(drawing)};
}

void Context::reached(Situation situation) const { spotter_.reach(situation); }

}  // namespace raftsim::checkers
