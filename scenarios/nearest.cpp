#include "scenarios/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace raftsim::scenarios {

namespace {

// The optimal string alignment distance: Levenshtein's, and two neighbours that changed places count as one change.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> changes(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        changes[i][j] = i + j;
        continue;
      }
      changes[i][j] = std::min({changes[i - 1][j] + 1, changes[i][j - 1] + 1,
                                changes[i - 1][j - 1] + static_cast<std::size_t>(a[i - 1] != b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) changes[i][j] = std::min(changes[i][j], changes[i - 2][j - 2] + 1);
    }
  }
  return changes[a.size()][b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view name, std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  // Further off is no slip of the finger.
  const std::size_t furthest = name.size() < 4 ? 1 : std::max<std::size_t>(2, name.size() / 3);
  std::size_t best_distance = furthest + 1;
  if (name.size() > 200) return best;
  for (const std::string_view candidate : candidates) {
    const bool beginning = name.size() >= 3 && candidate.starts_with(name);
    const std::size_t changes = beginning ? 1 : distance(name, candidate);
    if (changes < best_distance) {
      best = candidate;
      best_distance = changes;
    }
  }
  return best;
}

std::string unknown(std::string_view kind, std::string_view name, std::span<const std::string_view> candidates,
                    char quote) {
  constexpr std::size_t longest = 80;
  std::string shown(name.substr(0, longest));
  if (name.size() > longest) shown += "...";
  const std::string problem = fmt::format("unknown {} {}{}{}", kind, quote, shown, quote);
  if (const auto meant = nearest(name, candidates)) {
    return fmt::format("{}; did you mean {}{}{}?", problem, quote, *meant, quote);
  }
  return fmt::format("{}. Available: {}", problem, listed(candidates));
}

std::string listed(std::span<const std::string_view> words) {
  std::string result;
  for (const std::string_view word : words) result.append(result.empty() ? "" : ", ").append(word);
  return result;
}

}  // namespace raftsim::scenarios
