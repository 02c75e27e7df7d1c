// A file that appears completely or not at all.
#pragma once

#include <string>
#include <string_view>

namespace raftsim::checkers {

// Whether `path` exists and is not a regular file: a device, a pipe, a symbolic link.
[[nodiscard]] bool is_written_in_place(const std::string& path);

// Makes the name of a created or renamed file survive a power failure, if the file system supports that.
void sync_directory_of(const std::string& path);

// Writes to a temporary file in the directory of `path`; commit() makes it durable and renames it. Without a commit()
// the temporary file is removed and `path` is unchanged. A path that is not a regular file (such as /dev/null) would be
// replaced that way, so it is written in place. Throws std::system_error; its code says why.
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
  std::string temporary_;  // empty if there is none
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace raftsim::checkers
