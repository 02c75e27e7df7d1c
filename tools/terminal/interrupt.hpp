// Ctrl-C as a request to come to an end.
#pragma once

namespace raftsim::tools {

// From the constructor on, the first SIGINT and the first SIGTERM only make requested() true; the next one of the same
// kind ends the program at once. A signal that was ignored when the program started stays ignored. At most one object
// at a time; the destructor puts the former handlers back.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  [[nodiscard]] static bool requested();
};

}  // namespace raftsim::tools
