// What somebody who typed an unknown name may have meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace raftsim::tools {

// The candidate nearest to `name` by letters changed, left out, added or swapped with a neighbour; nothing when none is
// near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name,
                                                      std::span<const std::string_view> candidates);

// "unknown mutation 'figure9': did you mean 'figure8'?", or, when nothing is near, a list of what there is.
[[nodiscard]] std::string unknown(std::string_view kind, std::string_view name,
                                  std::span<const std::string_view> candidates);

}  // namespace raftsim::tools
