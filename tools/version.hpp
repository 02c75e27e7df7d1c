// Which program this is: the release, and the commit it was built from when that is known.
#pragma once

#include <string_view>

namespace raftsim::tools {

// "0.1.0+8324ad1c02", with "-dirty" at the end when tracked files had been edited; "0.1.0" outside a checkout.
// For people and for the header of a trace: never for anything that decides a run.
[[nodiscard]] std::string_view program_version();

}  // namespace raftsim::tools
