// Assertions that stay enabled in every build. One that fails inside a server under test is a verdict, not an abort.
#pragma once

#include <stdexcept>
#include <string>

namespace raftsim::core {

// Thrown by RAFTSIM_ASSERT. what() is "file:line: statement (condition)".
class AssertionFailed : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void fail_assertion(const char* file, int line, const char* condition, const char* statement) {
  const std::string path = file;
  const auto slash = path.find_last_of('/');
  throw AssertionFailed(path.substr(slash == std::string::npos ? 0 : slash + 1) + ":" + std::to_string(line) + ": " +
                        statement + " (" + condition + ")");
}

}  // namespace raftsim::core

// `statement` says in words what should hold.
#define RAFTSIM_ASSERT(condition, statement)                                                      \
  do {                                                                                            \
    if (!(condition)) ::raftsim::core::fail_assertion(__FILE__, __LINE__, #condition, statement); \
  } while (false)
