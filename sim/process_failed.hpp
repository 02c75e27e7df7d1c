// A process that threw, or asked for something that its disk or the network refuses.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "sim/event.hpp"

namespace raftsim::sim {

// Thrown by World::step and World::crash in place of what the process, or the operation it asked for, threw. The world
// stays as it was at that moment; the run is over.
class ProcessFailed : public std::exception {
 public:
  ProcessFailed(HostId host, std::exception_ptr cause);
  [[nodiscard]] HostId host() const { return host_; }
  // What was thrown; never null.
  [[nodiscard]] const std::exception_ptr& cause() const { return cause_; }
  // The text of what was thrown; a substitute for what is no std::exception.
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  HostId host_;
  std::exception_ptr cause_;
  std::string what_;
};

}  // namespace raftsim::sim
