#include "tools/program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace raftsim::tools::test {

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

namespace {

[[noreturn]] void become(const std::vector<std::string>& words, const std::string& out, const std::string& err) {
  ::signal(SIGINT, SIG_DFL);  // a test run in the background may have been told to ignore it
  ::setenv("RAFTSIM", RAFTSIM_PROGRAM, 1);
  constexpr int create = O_WRONLY | O_CREAT | O_TRUNC;
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(::open(out.c_str(), create, 0600), STDOUT_FILENO);
  ::dup2(::open(err.c_str(), create, 0600), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

Program::Program(std::vector<std::string> arguments)
    : Program([&] {
        arguments.insert(arguments.begin(), RAFTSIM_PROGRAM);
        return Words{std::move(arguments)};
      }()) {}

Program Program::shell(const std::string& script) { return Program(Words{{"/bin/sh", "-c", script}}); }

Program::Program(const Words& words) {
  const std::string out = directory_.path("out");
  const std::string err = directory_.path("err");
  process_ = ::fork();
  if (process_ == 0) become(words.all, out, err);
  if (process_ < 0) throw std::runtime_error("cannot fork");
}

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
    if (mask == std::string::npos) return;  // it is gone
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

}  // namespace raftsim::tools::test
