// The configurations in a log, and the counting of votes and matches by configuration.
#include "core/raft/configurations.hpp"

#include "catch.hpp"
#include "core/raft/catch_up.hpp"
#include "core/raft/quorum.hpp"
#include "core/raft/vote_tally.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

const Configuration three = Configuration::of_voters({{1}, {2}, {3}});
const Configuration four = Configuration::of_voters({{1}, {2}, {3}, {4}});
const Configuration joint{.voters = {{3}, {4}, {5}}, .outgoing = {{1}, {2}, {3}}, .learners = {}};

Entry change_to(const Configuration& configuration) {
  return {.term = {1}, .kind = EntryKind::configuration, .payload = encode(configuration)};
}

Index index_reached(const Configuration& configuration, std::vector<std::uint64_t> matches) {
  std::vector<ServerId> members;
  for (const ServerId server : configuration.members()) members.push_back(server);
  return quorum_index(configuration, members, [&](std::size_t i) { return Index{matches[i]}; });
}

}  // namespace

TEST_CASE("The latest configuration in the log is in force, committed or not", "[configurations][4.1]") {
  const Log log({entry(1), change_to(four), entry(1), change_to(joint), entry(1)});
  Configurations configurations(Index{0}, three, log);
  CHECK(configurations.current() == joint);
  CHECK(configurations.latest().index == Index{4});
  CHECK(configurations.committed({0}) == three);
  CHECK(configurations.committed({1}) == three);
  CHECK(configurations.committed({2}) == four);
  CHECK(configurations.committed({3}) == four);
  CHECK(configurations.committed({5}) == joint);

  SECTION("and goes with its entry") {
    configurations.truncate_from({5});
    CHECK(configurations.current() == joint);
    configurations.truncate_from({4});
    CHECK(configurations.current() == four);
    configurations.truncate_from({1});
    CHECK(configurations.current() == three);
    CHECK(configurations.latest().index == Index{0});
  }
  SECTION("and what a compacted log no longer holds is forgotten, but for the one in force there") {
    configurations.forget_before({3});
    CHECK(configurations.committed({3}) == four);
    CHECK(configurations.current() == joint);
    configurations.truncate_from({4});
    CHECK(configurations == Configurations({2}, four, Log()));
  }
}

TEST_CASE("A log after a snapshot starts with the snapshot's configuration", "[configurations][7]") {
  const std::vector<Entry> entries = {entry(1), change_to(joint)};
  const Log log(LogPosition{{10}, {1}}, Log::Entries(entries.begin(), entries.end()));
  const Configurations configurations(Index{10}, four, log);
  CHECK(configurations.committed({11}) == four);
  CHECK(configurations.current() == joint);
  // Entries that are kept although the snapshot covers them add nothing.
  const Log trailing({entry(1), change_to(three), entry(1)});
  CHECK(Configurations(Index{3}, four, trailing).current() == four);
}

TEST_CASE("A voter of any configuration since the last committed one may still be needed", "[configurations][4.2.2]") {
  Configurations configurations(Index{0}, three, Log());
  configurations.append({5}, Configuration::of_voters({{2}, {3}}));
  CHECK(configurations.may_vote({1}, {4}));
  CHECK_FALSE(configurations.may_vote({1}, {5}));
  CHECK(configurations.may_vote({2}, {5}));
  CHECK_FALSE(configurations.may_vote({4}, {0}));
  CHECK_FALSE(Configurations().may_vote({1}, {0}));
}

TEST_CASE("A joint configuration has reached an index once both majorities have", "[configurations][quorum]") {
  //                                 S1 S2 S3 S4 S5
  CHECK(index_reached(joint, {9, 9, 9, 1, 1}) == Index{1});  // the old ones alone cannot decide
  CHECK(index_reached(joint, {1, 1, 9, 9, 9}) == Index{1});  // nor can the new ones
  CHECK(index_reached(joint, {1, 7, 9, 8, 1}) == Index{7});
  CHECK(index_reached(three, {1, 5, 9}) == Index{5});
  // A learner has everything but no vote.
  CHECK(index_reached({.voters = {{1}, {2}}, .outgoing = {}, .learners = {{3}}}, {1, 5, 9}) == Index{1});
}

TEST_CASE("Votes count per configuration: separately for each half while joint, and never from learners",
          "[configurations][votes]") {
  VoteTally votes;
  votes.record({1}, true);
  votes.record({2}, true);
  CHECK(votes.outcome(three) == VoteTally::Outcome::won);
  CHECK(votes.outcome(joint) == VoteTally::Outcome::open);
  votes.record({4}, true);
  CHECK(votes.outcome(joint) == VoteTally::Outcome::open);
  VoteTally refused = votes;
  refused.record({3}, false);
  CHECK(refused.outcome(joint) == VoteTally::Outcome::open);
  refused.record({5}, false);
  CHECK(refused.outcome(joint) == VoteTally::Outcome::lost);
  refused.record({5}, true);  // the first answer stands
  CHECK(refused.outcome(joint) == VoteTally::Outcome::lost);
  votes.record({5}, true);
  CHECK(votes.outcome(joint) == VoteTally::Outcome::won);
  const Configuration learning{.voters = {{3}, {5}, {6}}, .outgoing = {}, .learners = {{1}, {2}, {4}}};
  CHECK(votes.outcome(learning) == VoteTally::Outcome::open);
}

TEST_CASE("A learner has caught up when a round was shorter than an election timeout", "[learner][4.2.1]") {
  CatchUp learner;
  Instant now = start;
  const auto hears = [&](std::uint64_t match, std::uint64_t last, Duration after) {
    now += after;
    return learner.heard({match}, {last}, now, 150ms);
  };
  CHECK_FALSE(hears(0, 1000, 0ms));  // the first round: 1,000 entries
  CHECK_FALSE(hears(600, 1100, 300ms));
  CHECK_FALSE(hears(1000, 1200, 200ms));  // done after 500 ms: too long; the second: 200 more
  CHECK_FALSE(learner.ready(now, 150ms));
  CHECK_FALSE(hears(1199, 1250, 100ms));
  CHECK(hears(1200, 1250, 40ms));  // done after 140 ms
  CHECK(learner.ready(now, 150ms));
  SECTION("it is said once") {
    CHECK_FALSE(hears(1250, 1250, 10ms));
    CHECK(learner.ready(now, 150ms));
  }
  SECTION("and no longer holds when nothing more is heard of it") {
    CHECK(learner.ready(now + 149ms, 150ms));
    CHECK_FALSE(learner.ready(now + 150ms, 150ms));
    CHECK_FALSE(hears(1250, 1300, 200ms));  // no longer ready, after a slow round
    CHECK_FALSE(learner.ready(now, 150ms));
    CHECK_FALSE(hears(1300, 1300, 10ms));
    CHECK(learner.ready(now, 150ms));
  }
}
