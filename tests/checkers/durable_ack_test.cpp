#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

// S1 leads term 7; S2 has stored its "a" and "b" durably.
History two_stored() {
  History history(History::on_disks(3));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(2, 7, "a").appends(2, 7, "b").saves(2);
  return history;
}

}  // namespace

TEST_CASE("an ack that leaves before the fsync is caught as it leaves", "[durable-ack]") {
  auto history = two_stored();
  history.appends(2, 7, "c").acks(2, 1, 2, 1);
  CHECK(history.verdict() ==
        "durable-ack: the log of S2 is durable up to index 3 before its acknowledgement to S1 leaves; its disk holds "
        "the log up to index 2 only");
}

TEST_CASE("an ack for what was overwritten in memory only is caught", "[durable-ack]") {
  // As many entries are durable as are acknowledged, but they are the old ones.
  auto history = two_stored();
  history.elected(3, 8, {2}).truncates(2, 2).appends(2, 8, "x").acks(2, 3, 1, 1);
  CHECK(history.suite().verdict()->checker == "durable-ack");
  CHECK(history.suite().verdict()->seen == "its disk holds another history up to index 2");
}

TEST_CASE("an ack in a term that is not durable is caught", "[durable-ack]") {
  auto history = two_stored();
  history.follows(2, 8).acks(2, 3, 0, 2);
  CHECK(history.verdict() ==
        "durable-ack: term 8 is durable on S2 before its acknowledgement leaves; its disk holds term 7");
}

TEST_CASE("an ack for more than the log has is caught", "[durable-ack]") {
  auto history = two_stored();
  history.acks(2, 1, 2, 3);
  CHECK(history.suite().verdict()->seen == "its log ends at index 2");
}

TEST_CASE("the removal of acknowledged entries in the same term is caught", "[durable-ack]") {
  // A late AppendEntries with fewer entries truncates the log after them.
  auto history = two_stored();
  history.acks(2, 1, 0, 2).truncates(2, 2);
  CHECK(history.verdict() ==
        "durable-ack: S2 keeps what it acknowledged to S1 in term 7, up to index 2, while the term lasts; it removed "
        "its entries from index 2 on");
}

TEST_CASE("a restart without acknowledged entries is caught", "[durable-ack]") {
  auto options = History::on_disks(3);
  options.without = {"recovery"};
  History history(options);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(2, 7, "a").appends(2, 7, "b").saves(2);
  history.acks(2, 1, 0, 2).crashes(2).boots_with(2, 7, 1, 1);
  CHECK(history.verdict() ==
        "durable-ack: what S2 acknowledged to S1 in term 7, up to index 2, outlives its crash; it came back with a log "
        "up to index 1");
}

TEST_CASE("acks of durable entries may leave, before and after more entries arrive", "[durable-ack]") {
  auto history = two_stored();
  history.acks(2, 1, 0, 2).appends(2, 7, "c").acks(2, 1, 1, 1).acks(2, 1, 2, 0).crashes(2).boots(2).acks(2, 1, 0, 2);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::crashed_with_unsynced_state));
}

TEST_CASE("the leader of a later term may have acknowledged entries replaced", "[durable-ack]") {
  auto history = two_stored();
  history.acks(2, 1, 0, 2).elected(3, 8, {2}).truncates(2, 1).appends(3, 8, "x").appends(2, 8, "x").saves(2);
  history.acks(2, 3, 0, 1);
  CHECK(history.verdict() == "");
}

TEST_CASE("an ack of an older term that leaves late is not judged", "[durable-ack]") {
  auto history = two_stored();
  history.elected(3, 8, {2}).truncates(2, 1);
  core::AppendEntriesReply late;
  late.count = 2;
  late.success = true;
  history.suite().sent(history.moment(), {}, {{2}, {1}, {7}, late});
  CHECK(history.verdict() == "");
}

// --- snapshots ---

TEST_CASE("a snapshot that is acknowledged before it is durable is caught as the reply leaves",
          "[durable-ack][snapshots]") {
  auto history = two_stored();
  history.saves(1).commits(1, 2).follows(3, 7).saves(3).installs(3, 2, 7).acks_snapshot(3, 1, 2);
  CHECK(history.verdict() ==
        "durable-ack: the log of S3 is durable up to index 2 before its acknowledgement to S1 leaves; its disk holds "
        "the log up to index 0 only");
}

TEST_CASE("a server that has a snapshot's entries anyway may acknowledge the snapshot", "[durable-ack][snapshots]") {
  auto history = two_stored();
  history.saves(1).commits(1, 2).acks_snapshot(2, 1, 2);
  CHECK(history.verdict() == "");
}

TEST_CASE("a snapshot that drops acknowledged later entries is caught", "[durable-ack][snapshots]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c"}) history.appends(1, 7, command).appends(2, 7, command);
  history.acks(2, 1, 0, 3).commits(1, 1);
  SECTION("dropped") {
    history.installs(2, 1, 7);
    CHECK(history.verdict() ==
          "durable-ack: S2 keeps what it acknowledged to S1 in term 7, up to index 3, while the term lasts; it removed "
          "its entries from index 2 on");
  }
  SECTION("kept, also over a crash") {
    history.installs(2, 1, 7, 3).crashes(2).boots(2);
    CHECK(history.verdict() == "");
  }
  SECTION("dropped in a later term, whose leader may have replaced them") {
    history.follows(2, 8).installs(2, 1, 7);
    CHECK(history.verdict() == "");
  }
}

}  // namespace raftsim::checkers::story
