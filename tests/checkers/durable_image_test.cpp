// The durable image is updated incrementally as the disk changes; it must always equal a fresh reading, and what
// recovery would restore.
#include "checkers/durable_image.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "checkers/core_durable_reader.hpp"
#include "core/persistence/persistence.hpp"
#include "core/raft/log.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

namespace {

sim::DiskSettings settings() {
  sim::DiskSettings result;
  result.latency = sim::Distribution::fixed(std::uint64_t{1});
  result.fsync_latency = sim::Distribution::fixed(std::uint64_t{1});
  return result;
}

// A server that writes, overwrites, takes and installs snapshots and crashes at random, without Raft. What a snapshot
// covers counts as committed.
class Writer {
 public:
  Writer(core::PersistenceMode mode, std::uint64_t seed, bool snapshots = false)
      : options_{mode, 4096},
        snapshots_(snapshots),
        choices_(seed),
        persistence_(options_),
        disk_(settings(), sim::HostId{0}),
        followed_(std::make_unique<CoreDurableReader>()) {}

  void go_on() {
    const auto what = draw(10);
    if (what < 5) write();
    if (what == 7 && snapshots_) take_snapshot();
    if (what == 8 && snapshots_ && draw(4) == 0) install_snapshot();
    if (what == 9) crash();
    for (auto operations = draw(4); operations > 0 && disk_.queue_length() > 0; --operations) complete_one();
  }

  [[nodiscard]] bool followed_like_fresh() const {
    DurableImage fresh(std::make_unique<CoreDurableReader>());
    fresh.follow(disk_, committed_);
    return fresh.hard_state() == followed_.hard_state() && fresh.log().last() == followed_.log().last() &&
           fresh.log().agrees_with(followed_.log(), fresh.log().last());
  }
  // Flips a bit of the first segment's first record, long after it was read.
  void rot() {
    disk_.corrupt(core::first_segment_file, 20, 1);
    followed_.follow(disk_, committed_);
  }
  [[nodiscard]] core::Index durable_last() const { return followed_.log().last(); }
  [[nodiscard]] int crashes() const { return crashes_; }

 private:
  std::uint64_t draw(std::uint64_t bound) {
    return choices_.decide({sim::Purpose::first_of_scenario, 0, ++draws_}, sim::Distribution::uniform(0, bound - 1));
  }

  void write() {
    core::Write write;
    write.ticket = {++ticket_};
    if (draw(3) == 0) {
      ++hard_state_.term.value;
      write.hard_state = hard_state_;
    }
    auto first = log_.last().index.next();
    if (log_.last().index > log_.base().index + 2 && committed_.last() + 2 < log_.last().index && draw(4) == 0) {
      first = first - draw(3);
      log_.truncate_from(first);
      ++hard_state_.term.value;
      write.hard_state = hard_state_;
    }
    for (auto count = draw(3) + 1; count > 0; --count) {
      log_.append({hard_state_.term, core::EntryKind::command, core::Bytes(std::string(draw(200), 'x'))});
    }
    write.first = first;
    write.last = log_.last().index;
    persistence_.submit(write, log_, operations_);
    submit();
  }

  // Commits the log up to some index, and replaces it by a snapshot.
  void take_snapshot() {
    const auto entries = distance(log_.base().index, log_.last().index);
    if (entries == 0) return;
    const auto last = log_.base().index + (1 + draw(entries));
    while (committed_.last() < last) {
      const auto& entry = log_.at(committed_.last().next());
      committed_.append(entry.term, core::digest_of(entry));
    }
    save_snapshot({last, *log_.term_at(last)});
  }
  // A leader's snapshot, of a later term and of a history that differs after the committed entries.
  void install_snapshot() {
    ++hard_state_.term.value;
    for (auto count = draw(20) + 1; count > 0; --count) committed_.append(hard_state_.term, draws_);
    save_snapshot(committed_.last_position());
  }
  void save_snapshot(core::LogPosition last) {
    core::Log::Entries rest;
    if (log_.has(last)) {
      const auto range = log_.range(last.index.next(), log_.last().index);
      rest = core::Log::Entries(range.begin(), range.end());
    }
    log_ = core::Log(last, std::move(rest));
    core::Write write;
    write.ticket = {++ticket_};
    write.hard_state = hard_state_;
    write.snapshot = core::make_shared_value<const core::Snapshot>(
        core::Snapshot{.last = last, .configuration = {}, .state = core::Bytes(std::string(draw(3000), 's'))});
    persistence_.submit(write, log_, operations_);
    submit();
  }

  void submit() {
    for (auto& from : operations_) {
      sim::DiskOperation to;
      to.kind = static_cast<sim::DiskOperationKind>(from.kind);  // the same kinds in the same order
      to.file = from.file;
      to.target = from.target;
      to.offset = from.offset;
      to.bytes = std::move(from.bytes);
      to.tag = from.tag;
      disk_.submit(sim::Time{}, 1, std::move(to), choices_);
    }
    operations_.clear();
  }

  void complete_one() {
    const auto done = disk_.complete_head(sim::Time{}, choices_);
    followed_.follow(disk_, committed_);
    persistence_.done(done.tag, operations_);
    submit();
  }

  // Recovery restores what the image says, before the image has read a byte of the repair.
  void crash() {
    disk_.crash(choices_, static_cast<std::uint64_t>(++crashes_));
    followed_.follow(disk_, committed_);
    core::Files files;
    for (const auto file : disk_.files()) files.emplace(file, disk_.read(file));
    auto recovery = core::recover(files, options_);
    REQUIRE(std::holds_alternative<core::Recovered>(recovery));
    auto& recovered = std::get<core::Recovered>(recovery);
    newest_term_ = std::max(newest_term_, hard_state_.term);
    hard_state_ = recovered.restored.hard_state;
    log_ = std::move(recovered.restored.log);
    REQUIRE(hard_state_ == followed_.hard_state());
    REQUIRE(log_.last() == followed_.log().last_position());
    REQUIRE(log_.base() == followed_.snapshot());
    REQUIRE(followed_.log().base() == core::Index{});
    REQUIRE(followed_.log().agrees_with(committed_, log_.base().index));
    operations_ = std::move(recovered.repairs);
    persistence_ = std::move(recovered.persistence);
    submit();
    if (!snapshots_) return;
    // A term has one leader, so there are no other entries of it; a server that lost committed entries gets a snapshot.
    newest_term_ = hard_state_.term = newest_term_.next();
    if (!log_.has(committed_.last_position())) install_snapshot();
  }

  core::PersistenceOptions options_;
  bool snapshots_;
  sim::Choices choices_;
  core::Persistence persistence_;
  sim::Disk disk_;
  DurableImage followed_;
  core::HardState hard_state_;
  core::Term newest_term_;
  core::Log log_;
  LogModel committed_;
  std::uint64_t ticket_ = 0;
  std::uint64_t draws_ = 0;
  int crashes_ = 0;
  std::vector<core::FileOperation> operations_;
};

void follow_at_random(core::PersistenceMode mode, bool snapshots = false) {
  int crashes = 0;
  core::Index furthest;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Writer writer(mode, seed, snapshots);
    for (int step = 0; step < 200; ++step) {
      writer.go_on();
      INFO("seed " << seed << ", step " << step);
      REQUIRE(writer.followed_like_fresh());
      furthest = std::max(furthest, writer.durable_last());
    }
    crashes += writer.crashes();
  }
  CHECK(crashes > 100);
  CHECK(furthest.value > 50);
}

// A log of entries with these digests, all of term 1.
LogModel log_of(std::initializer_list<core::Digest> digests) {
  LogModel result;
  for (const auto digest : digests) result.append(core::Term{1}, digest);
  return result;
}

}  // namespace

TEST_CASE("the image of a log with snapshots always equals a fresh reading", "[durable-image]") {
  follow_at_random(core::PersistenceMode::append, true);
}

TEST_CASE("the image of a state file with snapshots always equals a fresh reading", "[durable-image]") {
  follow_at_random(core::PersistenceMode::rewrite, true);
}

TEST_CASE("a snapshot over a log that has its last entry does not change the log", "[log-model]") {
  auto log = log_of({1, 2, 3});
  log.install({{2}, {1}}, 77, log_of({1, 2}));
  CHECK(log.last() == core::Index{3});
  CHECK(log.agrees_with(log_of({1, 2, 3}), {3}));
}

TEST_CASE("a snapshot over a conflicting log leaves the committed entries up to its end", "[log-model]") {
  const auto committed = log_of({1, 2, 3, 4});
  auto shorter = log_of({1});
  shorter.install({{3}, {1}}, 77, committed);
  CHECK(shorter.last() == core::Index{3});
  CHECK(shorter.agrees_with(committed, {3}));

  LogModel diverged = log_of({1});
  diverged.append(core::Term{0}, 9);
  diverged.append(core::Term{0}, 9);
  diverged.append(core::Term{0}, 9);
  diverged.install({{3}, {1}}, 77, committed);
  CHECK(diverged.last() == core::Index{3});
  CHECK(diverged.agrees_with(committed, {3}));
}

TEST_CASE("a snapshot of uncommitted entries matches no other log", "[log-model]") {
  const auto committed = log_of({1, 2, 3});
  auto log = log_of({1, 2});
  log.install({{5}, {2}}, 77, committed);
  CHECK(log.base() == core::Index{5});
  CHECK(log.last_position() == core::LogPosition{{5}, {2}});
  CHECK_FALSE(log.has(core::Index{4}));
  CHECK_FALSE(log.agrees_with(log_of({1, 2, 3, 4, 5, 6}), {4}));
  log.append(core::Term{2}, 6);
  auto same = log_of({7});
  same.install({{5}, {2}}, 77, committed);
  CHECK(log.agrees_with(same, {3}));  // of the same snapshot
  log.truncate_from({3});
  CHECK(log.last() == core::Index{5});
}

TEST_CASE("the image of a growing log always equals a fresh reading", "[durable-image]") {
  follow_at_random(core::PersistenceMode::append);
}

TEST_CASE("data that decays on the disk is no longer in its image", "[durable-image]") {
  Writer writer(core::PersistenceMode::append, 1);
  while (writer.durable_last() < core::Index{5}) writer.go_on();
  writer.rot();
  CHECK(writer.durable_last() < core::Index{5});
  CHECK(writer.followed_like_fresh());
}

TEST_CASE("the image of a rewritten state file always equals a fresh reading", "[durable-image]") {
  follow_at_random(core::PersistenceMode::rewrite);
}

}  // namespace raftsim::checkers
