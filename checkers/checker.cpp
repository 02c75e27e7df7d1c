#include "checkers/checker.hpp"

#include <utility>

#include "checkers/broken_promises.hpp"
#include "checkers/situations.hpp"

namespace raftsim::checkers {

void Context::violated(const Checker& by, std::string expected, std::string seen,
                       std::vector<core::CommandName> operations, std::string drawing) const {
  if (verdict_) return;
  verdict_ = Verdict{.checker = std::string(by.name()),
                     .expected = std::move(expected),
                     .seen = with_label(ledger, std::move(seen)),
                     .event = moment.event,
                     .at = moment.now,
                     .property = std::string(by.property()),
                     .drawing = std::move(drawing),
                     .operations = std::move(operations)};
}

void Context::reached(Situation situation) const { spotter_.reach(situation); }

}  // namespace raftsim::checkers
