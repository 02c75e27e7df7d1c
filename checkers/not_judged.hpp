// A property that a run did not judge, and why.
#pragma once

#include <compare>
#include <string>
#include <vector>

namespace raftsim::checkers {

// A checker that lacks an observation finds nothing. A report that listed it as passed would be wrong.
struct NotJudged {
  std::string checker;  // "no-stale-rewind"
  std::string why;      // "the server does not say moved_progress"
  friend auto operator<=>(const NotJudged&, const NotJudged&) = default;
};

// "no-stale-rewind (the server does not say moved_progress), match-truth (...)"; empty for none.
[[nodiscard]] inline std::string in_words(const std::vector<NotJudged>& list) {
  std::string text;
  for (const NotJudged& one : list) text += (text.empty() ? "" : ", ") + one.checker + " (" + one.why + ")";
  return text;
}

}  // namespace raftsim::checkers
