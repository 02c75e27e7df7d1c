// A file that appears whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace raftsim::checkers {

// Whether there is something of this name that is no plain file: a device, a pipe, a symbolic link to wherever.
[[nodiscard]] bool is_written_in_place(const std::string& path);

// Makes the name of a file that was created or renamed survive a loss of power, where the file system can do that.
void sync_directory_of(const std::string& path);

// Writes to a temporary file in the directory of `path`; commit() makes it durable and renames it. Without a commit()
// the temporary file is removed and `path` stays as it was. What is no plain file would be lost that way (/dev/null,
// to begin with): it is written to as it is. Throws std::system_error; its code says why.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  void write(std::string_view text);
  void commit();

 private:
  void flush();

  std::string path_;
  std::string temporary_;  // empty when there is none
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace raftsim::checkers
