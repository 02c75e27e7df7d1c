// What somebody who typed an unknown name may have meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace raftsim::scenarios {

// The candidate nearest to `name` by letters changed, left out, added or swapped with a neighbour; nothing when none is
// near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name,
                                                      std::span<const std::string_view> candidates);

// `unknown mutation 'figure9'; did you mean 'figure8'?`, or, when nothing is near, `unknown mutation 'nope'. Available:
// figure8, ...`. In a file's errors `quote` is '"'. A long name is cut short.
[[nodiscard]] std::string unknown(std::string_view kind, std::string_view name,
                                  std::span<const std::string_view> candidates, char quote = '\'');

// "a, b, c"
[[nodiscard]] std::string listed(std::span<const std::string_view> words);

}  // namespace raftsim::scenarios
