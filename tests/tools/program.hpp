// The built raftsim, run as a user does: arguments in, exit code and text out.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "temporary_directory.hpp"

namespace raftsim::tools::test {

using tests::TemporaryDirectory;

void write_file(const std::string& path, const std::string& text);
[[nodiscard]] std::string read_file(const std::string& path);

struct Answer {
  int exit_code = -1;  // -1 if a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
};

class Program {
 public:
  explicit Program(std::vector<std::string> arguments);
  // A shell's command line in which $RAFTSIM is the program.
  [[nodiscard]] static Program shell(const std::string& script);
  ~Program();

  void send(int signal) const;
  // Waits until the program has a handler for the signal, or no longer has one.
  void wait_until_caught(int signal, bool caught) const;
  [[nodiscard]] Answer wait();
  [[nodiscard]] std::string err_so_far() const { return read_file(directory_.path("err")); }

 private:
  struct Words {
    std::vector<std::string> all;
  };
  explicit Program(const Words& words);
  TemporaryDirectory directory_;
  pid_t process_ = 0;
};

[[nodiscard]] Answer raftsim(std::vector<std::string> arguments);

// The names of the subcommands, as the help lists them.
[[nodiscard]] std::vector<std::string> subcommands();

}  // namespace raftsim::tools::test
