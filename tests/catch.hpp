// Catch2 under the name that version 2 (Debian 12) and version 3 (Debian 13) each give it.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace Catch {  // where version 2 has them

using Matchers::EndsWith;
using Matchers::Equals;
using Matchers::StartsWith;
[[nodiscard]] inline auto Contains(const std::string& text) { return Matchers::ContainsSubstring(text); }

}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif
