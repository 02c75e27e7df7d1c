#include "tools/terminal/interrupt.hpp"

#include <array>
#include <csignal>
#include <cstddef>

namespace raftsim::tools {

namespace {

constexpr std::array<int, 2> signals{SIGINT, SIGTERM};

// Signal handlers can reach nothing but globals.
volatile std::sig_atomic_t was_requested = 0;
std::array<struct sigaction, signals.size()> former{};

extern "C" void request(int /*signal*/) { was_requested = 1; }

}  // namespace

Interrupt::Interrupt() {
  was_requested = 0;
  struct sigaction action = {};
  action.sa_handler = request;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second one gets the default: the end
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &former[i]);
    if (former[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &former[i], nullptr);
}

bool Interrupt::requested() { return was_requested != 0; }

}  // namespace raftsim::tools
