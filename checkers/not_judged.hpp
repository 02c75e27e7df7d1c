// A checker that cannot judge the server under test.
#pragma once

#include <string>

namespace raftsim::checkers {

// It has neither passed nor failed.
struct NotJudged {
  std::string checker;  // "no-stale-rewind", or a part of one: "efficiency.backup_rounds"
  std::string why;      // "the server does not report moved-progress"
  friend bool operator==(const NotJudged&, const NotJudged&) = default;
};

}  // namespace raftsim::checkers
