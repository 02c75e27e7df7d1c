#include "checkers/trace/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace raftsim::checkers {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20U;

void check(bool done) {
  if (!done) throw std::system_error(errno, std::generic_category());
}

std::string directory_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

void sync_directory_of(const std::string& path) {
  const int descriptor = ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

bool is_written_in_place(const std::string& path) {
  struct stat found = {};
  return ::lstat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
  if (is_written_in_place(path_)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    check(descriptor_ >= 0);
    return;
  }
  temporary_ = path_ + ".XXXXXX";
  descriptor_ = ::mkstemp(temporary_.data());
  check(descriptor_ >= 0);
  ::fchmod(descriptor_, 0644);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) flush();
}

void AtomicFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    check(written >= 0);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void AtomicFile::commit() {
  flush();
  check(::fsync(descriptor_) == 0 || errno == EINVAL);  // a device has nothing to sync
  check(::close(std::exchange(descriptor_, -1)) == 0);
  if (temporary_.empty()) return;
  check(std::rename(temporary_.c_str(), path_.c_str()) == 0);
  temporary_.clear();
  sync_directory_of(path_);
}

}  // namespace raftsim::checkers
