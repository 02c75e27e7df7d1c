// A disk without time, and a server's persistence that runs on it one operation at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/persistence/persistence.hpp"

namespace raftsim::core::testing {

// Files by name, each with what a reader sees now and what is certain to survive a power cut.
class TestDisk {
 public:
  void apply(const FileOperation& operation) {
    using Kind = FileOperation::Kind;
    switch (operation.kind) {
      case Kind::create:
        names_[operation.file] = contents_.size();
        contents_.emplace_back();
        break;
      case Kind::write: {
        std::string& file = seen(operation.file);
        if (file.size() < operation.offset + operation.bytes.size()) {
          file.resize(operation.offset + operation.bytes.size());
        }
        file.replace(operation.offset, operation.bytes.size(), operation.bytes);
        break;
      }
      case Kind::truncate:
        seen(operation.file).resize(operation.offset);
        break;
      case Kind::fsync:
        contents_[names_.at(operation.file)].durable = seen(operation.file);
        break;
      case Kind::rename:
        names_[operation.target] = names_.at(operation.file);
        names_.erase(operation.file);
        break;
      case Kind::unlink:
        names_.erase(operation.file);
        break;
      case Kind::fsync_directory:
        durable_names_ = names_;
        break;
    }
  }

  // What a power cut may leave of names and of contents; the worst of each is that nothing unsynced survives.
  void cut_power(bool unsynced_names_survive, bool unsynced_contents_survive) {
    if (unsynced_names_survive) durable_names_ = names_;
    names_ = durable_names_;
    for (Content& content : contents_) {
      if (unsynced_contents_survive) content.durable = content.seen;
      content.seen = content.durable;
    }
  }

  [[nodiscard]] std::string& seen(std::uint64_t file) { return contents_[names_.at(file)].seen; }
  [[nodiscard]] const std::string& durable(std::uint64_t file) const {
    return contents_[durable_names_.at(file)].durable;
  }
  [[nodiscard]] Files files() const {
    Files result;
    for (const auto& [name, content] : names_) result[name] = contents_[content].seen;
    return result;
  }
  [[nodiscard]] Files durable_files() const {
    Files result;
    for (const auto& [name, content] : durable_names_) result[name] = contents_[content].durable;
    return result;
  }

 private:
  struct Content {
    std::string seen;
    std::string durable;
  };
  std::map<std::uint64_t, std::size_t> names_;
  std::map<std::uint64_t, std::size_t> durable_names_;
  std::vector<Content> contents_;
};

inline std::vector<Entry> entries(std::uint64_t term, const std::vector<std::string>& payloads) {
  std::vector<Entry> result;
  for (const std::string& payload : payloads) result.push_back({Term{term}, EntryKind::command, Bytes(payload)});
  return result;
}

// A server that writes what it is told and remembers the state after each record, so that a test can ask whether what a
// crash brought back is the state after some record, and after which.
struct TestServer {
  explicit TestServer(const PersistenceOptions& wanted) : options(wanted), persistence(wanted) {}

  PersistenceOptions options;
  Persistence persistence;
  TestDisk disk;
  std::deque<FileOperation> queue;
  std::vector<Entry> log;
  HardState hard_state;
  Ticket submitted;
  Ticket durable;                                                  // as reported
  std::vector<Restored> history{{}};                               // after each record, the empty state first
  std::map<std::uint64_t, std::size_t> records_of_ticket{{0, 0}};  // how much of the history each ticket covers

  // One write: a vote or term if given, and entries from `first` on, which replace what was there.
  Ticket write(std::optional<HardState> changed, std::uint64_t first = 1, const std::vector<Entry>& appended = {}) {
    Write write{.ticket = {submitted.value + 1}, .hard_state = changed};
    if (changed) {
      hard_state = *changed;
      history.push_back({hard_state, Log(log)});
    }
    if (!appended.empty()) {
      log.resize(first - 1);
      for (const Entry& entry : appended) {
        log.push_back(entry);
        history.push_back({hard_state, Log(log)});
      }
      write.first = {first};
      write.last = {log.size()};
    }
    submitted = write.ticket;
    records_of_ticket[submitted.value] = history.size() - 1;
    std::vector<FileOperation> out;
    note(persistence.submit(write, Log(log), out));
    queue_up(out);
    return submitted;
  }
  Ticket append(std::uint64_t term, const std::vector<std::string>& payloads) {
    return write(std::nullopt, log.size() + 1, entries(term, payloads));
  }

  // The disk carries out one operation. False when it has none.
  bool step() {
    if (queue.empty()) return false;
    const FileOperation operation = std::move(queue.front());
    queue.pop_front();
    disk.apply(operation);
    std::vector<FileOperation> out;
    note(persistence.done(operation.tag, out));
    queue_up(out);
    return true;
  }
  void run() {
    while (step()) {
    }
  }

  // Power returns: recovery takes over from what the disk has. What was recovered, or why it refused.
  Recovery reboot() {
    queue.clear();
    Recovery recovery = recover(disk.files(), options);
    if (auto* recovered = std::get_if<Recovered>(&recovery)) {
      persistence = recovered->persistence;
      hard_state = recovered->restored.hard_state;
      const Log& restored = recovered->restored.log;
      const auto range = restored.range(Index{1}, restored.last().index);
      log.assign(range.begin(), range.end());
      queue_up(recovered->repairs);
      submitted = durable = Ticket{};
      history = {recovered->restored};
      records_of_ticket = {{0, 0}};
    }
    return recovery;
  }

  // Whether `restored` is a state that this server went through, at the earliest the one it was told is durable.
  [[nodiscard]] bool kept_what_was_durable(const Restored& restored) const {
    for (std::size_t record = records_of_ticket.at(durable.value); record < history.size(); ++record) {
      if (history[record] == restored) return true;
    }
    return false;
  }

 private:
  void queue_up(const std::vector<FileOperation>& out) { queue.insert(queue.end(), out.begin(), out.end()); }
  void note(std::optional<Ticket> ticket) {
    if (ticket) durable = *ticket;
  }
};

}  // namespace raftsim::core::testing
