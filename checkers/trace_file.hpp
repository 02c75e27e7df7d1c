// A file that appears whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace raftsim::checkers {

// Writes to a temporary file in the directory of `path`; commit() makes it durable and renames it. Without a commit()
// the temporary file is removed and `path` stays as it was. Throws std::system_error; its code says why.
class WholeFile {
 public:
  explicit WholeFile(std::string path);
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  ~WholeFile();

  void write(std::string_view text);
  void commit();

 private:
  void flush();

  std::string path_;
  std::string temporary_;
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace raftsim::checkers
