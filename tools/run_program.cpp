#include "tools/run_program.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include "checkers/trace/json.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/command_line.hpp"
#include "tools/sweep/results_file.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

// As a person would type it: tools/run says what it is called, otherwise the program's path, shortened to one from
// here.
std::string command_name(const char* program) {
  if (const char* name = std::getenv("RAFTSIM_COMMAND"); name != nullptr && *name != '\0') return name;
  const std::filesystem::path path = program;
  std::error_code none;
  const auto here = std::filesystem::current_path(none);
  const auto relative = path.lexically_relative(here);
  const bool below = path.is_absolute() && !none && !relative.empty() && *relative.begin() != "..";
  return below ? relative.string() : path.string();
}

bool wants_color() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

ExitCode give_up(const std::string& problem, ExitCode code) {
  std::cout.flush();
  std::cerr << "raftsim: " << one_line(problem) << std::endl;
  return code;
}

ExitCode run(int argc, char** argv, const scenarios::ServerKinds& servers) {
  try {
    Console console{.out = std::cout,
                    .err = std::cerr,
                    .terminal = ::isatty(STDERR_FILENO) == 1,
                    .color = wants_color(),
                    .command = command_name(argv[0]),
                    .servers = servers};
    return command_of(argc, argv, console.command)(console);
  } catch (const BadInput& problem) {
    return give_up(problem.what(), ExitCode::bad_input);
  } catch (const scenarios::ScenarioError& problem) {
    return give_up(problem.what(), ExitCode::bad_input);
  } catch (const ResultsError& problem) {
    return give_up(problem.what(), ExitCode::bad_input);
  } catch (const checkers::TraceError& problem) {
    return give_up(problem.what(), ExitCode::bad_input);
  } catch (const HarnessFailed& problem) {
    return give_up(std::string("the harness failed: ") + problem.what(), ExitCode::harness_failed);
  } catch (const std::exception& problem) {
    return give_up(std::string("unexpected: ") + problem.what(), ExitCode::harness_failed);
  }
}

// Whoever read standard output has seen enough, as in `raftsim scenarios | head -1`.
bool reader_has_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

int run_program(int argc, char** argv, const scenarios::ServerKinds& servers) {
  std::ios::sync_with_stdio(false);
  ::signal(SIGPIPE, SIG_IGN);
  ExitCode code = run(argc, argv, servers);
  if (!std::cout.flush() && !reader_has_gone()) {
    code = give_up("standard output: cannot be written to", ExitCode::bad_input);
  }
  return static_cast<int>(code);
}

}  // namespace raftsim::tools
