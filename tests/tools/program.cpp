#include "tools/program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace raftsim::tools::test {

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

namespace {

// Starts `words` and returns once the program itself is running: before that a signal would reach the handlers of the
// test framework, which a fork inherits.
pid_t spawn(const std::vector<std::string>& words, const std::string& out, const std::string& err) {
  ::setenv("RAFTSIM", RAFTSIM_PROGRAM, 1);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  constexpr int create = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), create, 0600);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), create, 0600);

  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigdefault(&attributes, &all);  // a test run in the background may have been told to ignore some
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  pid_t process = 0;
  const int error = ::posix_spawn(&process, arguments[0], &files, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error("cannot start " + words[0]);
  return process;
}

}  // namespace

Program::Program(std::vector<std::string> arguments)
    : Program([&] {
        arguments.insert(arguments.begin(), RAFTSIM_PROGRAM);
        return Words{std::move(arguments)};
      }()) {}

Program Program::shell(const std::string& script) { return Program(Words{{"/bin/sh", "-c", script}}); }

Program::Program(const Words& words) : process_(spawn(words.all, directory_.path("out"), directory_.path("err"))) {}

Program::~Program() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void Program::send(int signal) const { ::kill(process_, signal); }

void Program::wait_until_caught(int signal, bool caught) const {
  const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(signal - 1);
  for (int tries = 0; tries < 3000; ++tries) {
    const std::string status = read_file("/proc/" + std::to_string(process_) + "/status");
    const auto mask = status.find("SigCgt:");
    if (mask == std::string::npos || status.find("State:\tZ") != std::string::npos) return;  // it has ended
    const bool is_caught = (std::stoull(status.substr(mask + 7), nullptr, 16) & bit) != 0;
    if (is_caught == caught) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the program did not get round to its signals");
}

Answer Program::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  Answer answer;
  if (WIFEXITED(status)) answer.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) answer.signal = WTERMSIG(status);
  answer.out = read_file(directory_.path("out"));
  answer.err = read_file(directory_.path("err"));
  return answer;
}

Answer raftsim(std::vector<std::string> arguments) { return Program(std::move(arguments)).wait(); }

std::vector<std::string> subcommands() {
  const std::string help = raftsim({"--help"}).out;
  std::istringstream lines(help.substr(help.find("Subcommands:\n")));
  std::vector<std::string> names;
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && line.starts_with("  ");) {
    names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

}  // namespace raftsim::tools::test
