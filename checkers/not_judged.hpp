// A checker, or a part of one, that cannot judge the servers under test.
#pragma once

#include <compare>
#include <string>
#include <vector>

namespace raftsim::checkers {

// It has neither passed nor failed.
struct NotJudged {
  std::string checker;  // "no-stale-rewind", or a part of one: "efficiency.backup_rounds"
  std::string why;      // "the server does not report moved-progress"
  friend auto operator<=>(const NotJudged&, const NotJudged&) = default;
};

// "no-stale-rewind (the server does not report moved-progress), match-truth (...)"; empty for none.
[[nodiscard]] inline std::string in_words(const std::vector<NotJudged>& list) {
  std::string text;
  for (const NotJudged& one : list) text += (text.empty() ? "" : ", ") + one.checker + " (" + one.why + ")";
  return text;
}

}  // namespace raftsim::checkers
