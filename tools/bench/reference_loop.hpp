// How fast this machine is at the moment, by a loop that has nothing to do with raftsim.
#pragma once

namespace raftsim::tools {

// Nanoseconds of the processor to take the least of 64 numbers out of a heap of the standard library and to put one in.
// What raftsim takes is told as a multiple of this, so that figures of different machines, or of a busy one, can be
// compared.
[[nodiscard]] double reference_nanoseconds();

}  // namespace raftsim::tools
