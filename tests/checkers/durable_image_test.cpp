// The durable image is followed byte by byte as the disk changes; it must always be what a fresh look would find, and
// what a recovery would bring back.
#include "checkers/durable_image.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
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

// A server that writes, overwrites and crashes at random, without any Raft.
class Writer {
 public:
  Writer(core::PersistenceMode mode, std::uint64_t seed)
      : options_{mode, 4096},
        choices_(seed),
        persistence_(options_),
        disk_(settings(), sim::HostId{0}),
        followed_(mode) {}

  void go_on() {
    const auto what = draw(10);
    if (what < 5) write();
    if (what == 9) crash();
    for (auto operations = draw(4); operations > 0 && disk_.queue_length() > 0; --operations) complete_one();
  }

  [[nodiscard]] bool followed_like_fresh() const {
    DurableImage fresh(options_.mode);
    fresh.follow(disk_);
    return fresh.hard_state() == followed_.hard_state() && fresh.log().last() == followed_.log().last() &&
           fresh.log().agrees_with(followed_.log(), fresh.log().last());
  }
  // A bit of the first segment's first record flips, long after it was read.
  void rot() {
    disk_.corrupt(core::first_segment_file, 20, 1);
    followed_.follow(disk_);
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
    if (log_.last().index.value > 2 && draw(4) == 0) {
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
    followed_.follow(disk_);
    persistence_.done(done.tag, operations_);
    submit();
  }

  // What the recovery brings back is what the image says, before it has read a byte of the repair.
  void crash() {
    ++crashes_;
    disk_.crash(choices_);
    followed_.follow(disk_);
    core::Files files;
    for (const auto file : disk_.files()) files.emplace(file, disk_.read(file));
    auto recovery = core::recover(files, options_);
    REQUIRE(std::holds_alternative<core::Recovered>(recovery));
    auto& recovered = std::get<core::Recovered>(recovery);
    hard_state_ = recovered.restored.hard_state;
    log_ = std::move(recovered.restored.log);
    REQUIRE(hard_state_ == followed_.hard_state());
    REQUIRE(log_.last() == followed_.log().last_position());
    operations_ = std::move(recovered.repairs);
    persistence_ = std::move(recovered.persistence);
    submit();
  }

  core::PersistenceOptions options_;
  sim::Choices choices_;
  core::Persistence persistence_;
  sim::Disk disk_;
  DurableImage followed_;
  core::HardState hard_state_;
  core::Log log_;
  std::uint64_t ticket_ = 0;
  std::uint64_t draws_ = 0;
  int crashes_ = 0;
  std::vector<core::FileOperation> operations_;
};

void follow_at_random(core::PersistenceMode mode) {
  int crashes = 0;
  core::Index furthest;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Writer writer(mode, seed);
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

}  // namespace

TEST_CASE("an image of a log that is appended to is always what a fresh look finds", "[durable-image]") {
  follow_at_random(core::PersistenceMode::append);
}

TEST_CASE("what rots on the disk is no longer in its image", "[durable-image]") {
  Writer writer(core::PersistenceMode::append, 1);
  while (writer.durable_last() < core::Index{5}) writer.go_on();
  writer.rot();
  CHECK(writer.durable_last() < core::Index{5});
  CHECK(writer.followed_like_fresh());
}

TEST_CASE("an image of a state that is rewritten is always what a fresh look finds", "[durable-image]") {
  follow_at_random(core::PersistenceMode::rewrite);
}

}  // namespace raftsim::checkers
