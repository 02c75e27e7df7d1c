#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("every situation has a unique name", "[situations]") {
  for (std::size_t i = 0; i < situation_count; ++i) {
    const auto situation = static_cast<Situation>(i);
    CHECK(!name_of(situation).empty());
    CHECK(situation_named(name_of(situation)) == situation);
  }
  CHECK(situation_named("nothing of the kind") == std::nullopt);
}

TEST_CASE("situations of several runs are added up", "[situations]") {
  Situations one;
  one.reach(Situation::split_vote);
  Situations sum = one;
  sum += one;
  CHECK(sum.count(Situation::split_vote) == 2);
  CHECK(!sum.reached(Situation::torn_tail_recovered));
}

TEST_CASE("a leader that crashes with entries of its own is distinguished from one without", "[situations]") {
  History idle;
  idle.elected(1, 7, {2}).crashes(1);
  CHECK(idle.reached(Situation::leader_crashed));
  CHECK(!idle.reached(Situation::leader_crashed_with_uncommitted));
  History busy;
  busy.elected(1, 7, {2}).appends(1, 7, "a").crashes(1);
  CHECK(busy.reached(Situation::leader_crashed_with_uncommitted));
}

TEST_CASE("an election that nobody won is a split vote only once the next one begins", "[situations]") {
  History history;
  history.stands(1, 7).stands(2, 7);
  CHECK(!history.reached(Situation::split_vote));
  history.elected(3, 8, {2}).elected(2, 9, {1});
  CHECK(history.suite().situations().count(Situation::split_vote) == 1);
}

TEST_CASE("a majority is down when the last server needed for one crashes", "[situations]") {
  History history;
  history.crashes(1);
  CHECK(!history.reached(Situation::majority_down));
  history.crashes(2).crashes(3);
  CHECK(history.suite().situations().count(Situation::majority_down) == 1);
}

TEST_CASE("entries removed before they were durable are distinguished from durable ones", "[situations]") {
  History history(History::on_disks(3));
  history.follows(2, 7).appends(2, 7, "a").saves(2).truncates(2, 1);
  CHECK(history.reached(Situation::entries_truncated));
  CHECK(!history.reached(Situation::overwritten_before_durable));
  history.follows(2, 8).appends(2, 8, "b").truncates(2, 1);
  CHECK(history.reached(Situation::overwritten_before_durable));
}

TEST_CASE("duplicates and acks of older terms are noticed as they arrive", "[situations]") {
  History history;
  history.elected(1, 7, {2}).hears_success(1, 2, 0, 0, 1);
  CHECK(history.reached(Situation::duplicate_ack_delivered));
  core::AppendEntriesReply ack;
  ack.success = true;
  history.suite().delivered(history.moment(), {}, {{2}, {1}, {6}, ack});
  CHECK(history.reached(Situation::older_term_ack_delivered));
}

}  // namespace raftsim::checkers::story
