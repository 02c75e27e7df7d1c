// A disk without latency, and a server's persistence that runs on it one operation at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "core/persistence/persistence.hpp"

namespace raftsim::core::testing {

// Files by name, each with what a reader sees now and what is certain to survive a power failure.
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

  // What a power failure may leave of names and of contents; in the worst case nothing unsynced survives.
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

// A server that writes what it is told and remembers the state after each record, so that a test can check whether a
// recovered state is the state after some record, and which.
struct TestServer {
  explicit TestServer(const PersistenceOptions& wanted) : options(wanted), persistence(wanted) {}

  PersistenceOptions options;
  Persistence persistence;
  TestDisk disk;
  std::deque<FileOperation> queue;
  LogPosition base;        // of the snapshot
  std::vector<Entry> log;  // after it
  SharedSnapshot snapshot;
  HardState hard_state;
  Ticket submitted;
  Ticket durable;                                                  // as reported
  std::vector<Restored> history{{}};                               // after each record, the empty state first
  std::map<std::uint64_t, std::size_t> records_of_ticket{{0, 0}};  // the length of history that each ticket covers

  // One write: a vote or term if given, and entries from `first` on, which replace existing ones.
  Ticket write(std::optional<HardState> changed, std::uint64_t first = 1, const std::vector<Entry>& appended = {}) {
    Write write{.ticket = {submitted.value + 1}, .hard_state = changed};
    if (changed) {
      hard_state = *changed;
      remember();
    }
    return submit(write, first, appended);
  }
  Ticket append(std::uint64_t term, const std::vector<std::string>& payloads) {
    return write(std::nullopt, last() + 1, entries(term, payloads));
  }
  // Takes its own snapshot up to `index`, and compacts its log in memory at once.
  Ticket take_snapshot(std::uint64_t index, std::string_view state) {
    return install({{index}, *now().log.term_at({index})}, state);
  }
  // Installs a leader's snapshot: later entries are kept if the log has its last entry, else removed.
  Ticket install(LogPosition last, std::string_view state, std::optional<HardState> changed = std::nullopt,
                 const std::vector<Entry>& appended = {}) {
    Write write{.ticket = {submitted.value + 1}, .hard_state = changed};
    if (changed) {
      hard_state = *changed;
      remember();
    }
    const Log rest = goes_on_after(last, now().log);
    const auto range = rest.range(rest.base().index.next(), rest.last().index);
    log.assign(range.begin(), range.end());
    base = last;
    const auto voters = ServerSet::first(3);
    snapshot = make_shared_value<const Snapshot>(
        Snapshot{.last = last, .configuration = Configuration::of_voters(voters), .state = Bytes(state)});
    write.snapshot = snapshot;
    remember();
    return submit(write, last.index.value + 1, appended);
  }
  [[nodiscard]] std::uint64_t last() const { return base.index.value + log.size(); }
  [[nodiscard]] Restored now() const { return {hard_state, Log(base, Log::Entries(log.begin(), log.end())), snapshot}; }

  Ticket submit(Write& write, std::uint64_t first, const std::vector<Entry>& appended) {
    if (!appended.empty()) {
      log.resize(first - base.index.value - 1);
      for (const Entry& entry : appended) {
        log.push_back(entry);
        remember();
      }
      write.first = {first};
      write.last = {last()};
    }
    submitted = write.ticket;
    records_of_ticket[submitted.value] = history.size() - 1;
    std::vector<FileOperation> out;
    note(persistence.submit(write, now().log, out));
    queue_up(out);
    return submitted;
  }

  // Carries out one disk operation. False if there is none.
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

  // Power returns: recovers from the disk. Returns what was recovered, or why recovery refused.
  Recovery reboot() {
    queue.clear();
    Recovery recovery = recover(disk.files(), options);
    if (auto* recovered = std::get_if<Recovered>(&recovery)) {
      persistence = recovered->persistence;
      hard_state = recovered->restored.hard_state;
      const Log& restored = recovered->restored.log;
      const auto range = restored.range(restored.base().index.next(), restored.last().index);
      log.assign(range.begin(), range.end());
      base = restored.base();
      snapshot = recovered->restored.snapshot;
      queue_up(recovered->repairs);
      submitted = durable = Ticket{};
      history = {recovered->restored};
      records_of_ticket = {{0, 0}};
    }
    return recovery;
  }

  // Whether `restored` is a state that this server went through, not before the last one reported durable; or such a
  // state with a later snapshot, since a snapshot and its term are durable before the other records of their batch.
  [[nodiscard]] bool kept_what_was_durable(const Restored& restored) const {
    for (std::size_t record = records_of_ticket.at(durable.value); record < history.size(); ++record) {
      if (history[record] == restored) return true;
      for (std::size_t later = record + 1; later < history.size(); ++later) {
        if (history[later].snapshot == history[record].snapshot || history[later].snapshot != restored.snapshot)
          continue;
        const Log log = goes_on_after(restored.snapshot->last, history[record].log);
        if (log == restored.log && restored.hard_state.term >= history[later].hard_state.term) return true;
      }
    }
    return false;
  }
  // Paper, figure 13, rule 6.
  [[nodiscard]] static Log goes_on_after(LogPosition snapshot, const Log& log) {
    if (!log.has(snapshot)) return Log(snapshot, {});
    const auto range = log.range(snapshot.index.next(), log.last().index);
    return Log(snapshot, Log::Entries(range.begin(), range.end()));
  }

 private:
  void queue_up(const std::vector<FileOperation>& out) { queue.insert(queue.end(), out.begin(), out.end()); }
  void remember() { history.push_back(now()); }
  void note(std::optional<Ticket> ticket) {
    if (ticket) durable = *ticket;
  }
};

[[nodiscard]] inline std::vector<FileOperation::Kind> kinds(const std::deque<FileOperation>& operations) {
  std::vector<FileOperation::Kind> result;
  for (const FileOperation& operation : operations) result.push_back(operation.kind);
  return result;
}

// The state that the server would recover if it were restarted from what the disk shows now.
[[nodiscard]] inline Restored recovered(const TestServer& server) {
  auto recovery = recover(server.disk.files(), server.options);
  REQUIRE(std::holds_alternative<Recovered>(recovery));
  return std::get<Recovered>(recovery).restored;
}

}  // namespace raftsim::core::testing
