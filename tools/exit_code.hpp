// How raftsim ends, for scripts and for people, and the two ways in which a subcommand gives up.
#pragma once

#include <stdexcept>

namespace raftsim::tools {

enum class ExitCode : int {
  clean = 0,           // nothing was violated
  violation = 1,       // a checker found something, whether or not its trace could be written
  bad_input = 2,       // wrong usage, or a file that cannot be read or written; no violation was found
  harness_failed = 3,  // raftsim itself is broken: the same seed gave another fingerprint, or a run threw
  interrupted = 130,   // by SIGINT or SIGTERM, with nothing found so far; as shells say it
};

// What the person at the keyboard can put right. what() is one line.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What only a change to raftsim can put right. what() is one line.
class HarnessFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace raftsim::tools
