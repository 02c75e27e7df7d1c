#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

// S1 leads term 7 with three entries; S2 has the first two of them on its disk.
History two_of_three() {
  History history(History::on_disks(3));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends(1, 7, "c").saves(1);
  history.appends(2, 7, "a").appends(2, 7, "b").saves(2);
  return history;
}

}  // namespace

TEST_CASE("a match index beyond what the follower holds is caught", "[match-truth]") {
  auto history = two_of_three();
  history.believes(1, 2, 3, 4);
  CHECK(history.verdict() ==
        "match-truth: match_index 3 means what it says: S2 durably has the log of S1, the leader of term 7, up to "
        "there; the disk of S2 holds its log up to index 2 only");
}

TEST_CASE("a match index over entries only in the follower's memory is caught", "[match-truth]") {
  auto history = two_of_three();
  history.appends(2, 7, "c").believes(1, 2, 3, 4);
  CHECK(history.suite().verdict()->checker == "match-truth");
}

TEST_CASE("a match index over a diverging log is caught", "[match-truth]") {
  // The follower acknowledged its own last index instead of the end of the request.
  History history(History::on_disks(3));
  history.follows(2, 6).appends(2, 6, "x").appends(2, 6, "y").saves(2);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").believes(1, 2, 2, 3);
  CHECK(history.suite().verdict()->seen ==
        "the disk of S2 holds another history, with an entry of term 6 at index 2; the leader has one of term 7 there");
}

TEST_CASE("a match index of a follower that has not seen the term is caught", "[match-truth]") {
  // An ack of term 7 is counted in term 9, for which S2 has not voted: it may follow S3, the leader of term 8, first.
  auto history = two_of_three();
  history.stands(1, 9).saves(1).leads(1, 9).believes(1, 2, 2, 3);
  CHECK(history.suite().verdict()->seen == "S2 cannot have said so in term 9: its disk holds term 7");
}

TEST_CASE("a match index that goes back is caught", "[match-truth]") {
  auto history = two_of_three();
  history.believes(1, 2, 2, 4).believes(1, 2, 1, 4);
  CHECK(history.verdict() == "match-truth: match_index of S1 for S2 in term 7 does not go back from 2; it went to 1");
}

TEST_CASE("a next index that is not above the match index is caught", "[match-truth]") {
  auto options = History::on_disks(3);
  options.without = {"no-stale-rewind"};
  History history(options);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").saves(2).believes(1, 2, 1, 1);
  CHECK(history.verdict() == "match-truth: next_index of S1 for S2 in term 7 is above match_index, 1; it is 1");
}

TEST_CASE("a match index that follows the durable entries is correct", "[match-truth]") {
  auto history = two_of_three();
  history.believes(1, 2, 1, 4).believes(1, 2, 2, 4).appends(2, 7, "c").saves(2).crashes(2).believes(1, 2, 3, 4);
  CHECK(history.verdict() == "");
}

TEST_CASE("a deposed leader that does not know it may count an ack whose entries were since replaced",
          "[match-truth]") {
  auto history = two_of_three();
  history.elected(3, 8, {2}).appends(3, 8, "x").truncates(2, 1).appends(2, 8, "x").saves(2).believes(1, 2, 2, 4);
  CHECK(history.verdict() == "");
}

TEST_CASE("a new term of leadership starts over with what it knows of the followers", "[match-truth]") {
  auto history = two_of_three();
  history.believes(1, 2, 2, 4).elected(1, 9, {2}).believes(1, 2, 1, 4);
  CHECK(history.verdict() == "");
}

TEST_CASE("a server that is removed and joins again is new to the leader", "[match-truth][configurations]") {
  // The leader of term 7 discarded its view of S3 with its removal: S3 may come back with less.
  History history;
  const auto all = core::Configuration::of_voters(core::ServerSet::first(3));
  const auto pair = core::Configuration::of_voters(core::ServerSet::first(2));
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").follows(3, 7).appends(3, 7, "a");
  history.believes(1, 3, 1, 2).believes(1, 2, 1, 2).commits(1, 1);
  history.configures(1, 7, pair).configures(2, 7, pair).commits(1, 2).configures(1, 7, all);
  SECTION("so that its match index starts over") {
    history.hears_rejection(1, 3, 3).believes(1, 3, 0, 2, core::ProgressState::probe, core::Reason::rejection);
    CHECK(history.verdict() == "");
  }
  SECTION("while that of those who stayed does not") {
    history.believes(1, 2, 0, 2);
    CHECK(history.suite().verdict()->checker == "match-truth");
  }
}

TEST_CASE("a match index moves to the end of an installed snapshot, and no further", "[match-truth][snapshots]") {
  History history;
  history.elected(1, 7, {2});
  for (const auto* command : {"a", "b", "c"}) history.appends(1, 7, command).appends(2, 7, command);
  history.commits(1, 2).follows(3, 7).believes(1, 3, 0, 3, core::ProgressState::snapshot);
  SECTION("there") {
    history.installs(3, 2, 7).believes(1, 3, 2, 3);
    CHECK(history.verdict() == "");
  }
  SECTION("not there yet") {
    history.believes(1, 3, 2, 3);
    CHECK(history.suite().verdict()->checker == "match-truth");
  }
  SECTION("further than it goes") {
    history.installs(3, 2, 7).believes(1, 3, 3, 4);
    CHECK(history.suite().verdict()->seen == "the disk of S3 holds its log up to index 2 only");
  }
}

}  // namespace raftsim::checkers::story
