#include "core/persistence/stored_files.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace raftsim::core {

namespace {

// A disk without latency: each write is durable before the next one begins.
class Medium {
 public:
  explicit Medium(const PersistenceOptions& options) : persistence_(options) {}

  void write(Write write, const Log& log) {
    write.ticket = {++tickets_};
    std::vector<FileOperation> due;
    persistence_.submit(write, log, due);
    while (!due.empty()) {
      std::vector<FileOperation> after;
      for (auto& operation : due) {
        const auto tag = operation.tag;
        carry_out(std::move(operation));
        persistence_.done(tag, after);
      }
      due = std::move(after);
    }
  }
  [[nodiscard]] std::map<std::uint64_t, std::string> files() && { return std::move(files_); }

 private:
  void carry_out(FileOperation&& operation) {
    using Kind = FileOperation::Kind;
    std::string& file = files_[operation.file];
    switch (operation.kind) {
      case Kind::create:
        file.clear();
        break;
      case Kind::write:
        file.resize(std::max<std::size_t>(file.size(), operation.offset + operation.bytes.size()));
        file.replace(operation.offset, operation.bytes.size(), operation.bytes);
        break;
      case Kind::truncate:
        file.resize(operation.offset);
        break;
      case Kind::rename:
        files_[operation.target] = std::move(file);
        files_.erase(operation.file);
        break;
      case Kind::unlink:
        files_.erase(operation.file);
        break;
      case Kind::fsync:
        break;
      case Kind::fsync_directory:
        files_.erase(0);  // it names no file
        break;
    }
  }

  Persistence persistence_;
  std::map<std::uint64_t, std::string> files_;
  std::uint64_t tickets_ = 0;
};

}  // namespace

std::map<std::uint64_t, std::string> stored_files(const HardState& hard_state, const std::vector<Entry>& log,
                                                  const SharedSnapshot& snapshot, PersistenceOptions options) {
  if (options.mode == PersistenceMode::none || (hard_state == HardState{} && log.empty())) return {};
  options.mutations = {};
  Medium medium(options);
  Log all(log);
  medium.write({.ticket = {}, .hard_state = hard_state}, all);
  // A write-ahead log grows by one entry after the other, into as many segments as it takes; a state file is replaced as
  // a whole.
  const std::size_t batch = options.mode == PersistenceMode::append ? 1 : std::max<std::size_t>(log.size(), 1);
  for (std::size_t done = 0; done < log.size(); done += batch) {
    medium.write({.ticket = {}, .hard_state = {}, .first = {done + 1}, .last = {done + batch}}, all);
  }
  if (snapshot) {
    all.compact_up_to(snapshot->last.index);
    medium.write({.ticket = {}, .hard_state = {}, .first = {1}, .last = {0}, .snapshot = snapshot}, all);
  }
  return std::move(medium).files();
}

}  // namespace raftsim::core
