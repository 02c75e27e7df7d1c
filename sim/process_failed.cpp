#include "sim/process_failed.hpp"

namespace raftsim::sim {

namespace {

std::string text_of(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

ProcessFailed::ProcessFailed(HostId host, std::exception_ptr cause)
    // NOLINTNEXTLINE(bugprone-throw-keyword-missing): it is kept, to be thrown by who looks into it
    : host_(host), cause_(std::move(cause)), what_(text_of(cause_)) {}

}  // namespace raftsim::sim
