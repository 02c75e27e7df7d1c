#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

using core::Configuration;
using core::ServerSet;

const Configuration three = Configuration::of_voters(ServerSet::first(3));
const Configuration four = Configuration::of_voters(ServerSet::first(4));
const Configuration five = Configuration::of_voters(ServerSet::first(5));
const Configuration pair = Configuration::of_voters({{1}, {2}});
const Configuration moved = Configuration::of_voters({{3}, {4}, {5}});
const Configuration joint{.voters = moved.voters, .outgoing = three.voters, .learners = {}};

SuiteOptions founded_by_three_of_five() {
  auto options = History::in_memory(5);
  options.founders = three;
  return options;
}

// S1 leads term 7 and has committed an entry of that term.
History led_by_s1() {
  History history(founded_by_three_of_five());
  history.elected(1, 7, {2, 3}).appends(1, 7, "no-op").appends(2, 7, "no-op").appends(3, 7, "no-op").commits(1, 1);
  return history;
}

std::string checker(History& history) { return history.suite().verdict() ? history.suite().verdict()->checker : ""; }

}  // namespace

// --- what must be accepted ---

TEST_CASE("a cluster grows by one, and one more once that is committed", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four).configures(2, 7, four).configures(3, 7, four).commits(1, 2);
  history.configures(1, 7, five);
  CHECK(history.verdict() == "");
  CHECK(history.suite().ledger().configuration_of({1}) == five);
  CHECK(history.suite().ledger().configuration_of({4}) == Configuration());
  CHECK(history.suite().ledger().committed_configuration() == four);
}

TEST_CASE("a cluster moves through a joint configuration", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, joint).configures(2, 7, joint).configures(3, 7, joint);
  history.appends(4, 7, "no-op").configures(4, 7, joint).appends(5, 7, "no-op").configures(5, 7, joint);
  history.commits(1, 2).configures(1, 7, moved);
  CHECK(history.verdict() == "");
}

TEST_CASE("a configuration is rolled back with its entry", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, joint);
  history.elected(2, 8, {3}).follows(1, 8).truncates(1, 2).goes_back_to(1, 0, three).appends(1, 8, "no-op");
  history.commits(1, 1);
  CHECK(history.verdict() == "");
}

TEST_CASE("a restarted server uses the configuration in its log", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four).crashes(1).boots(1).comes_up_with(1, 2, four);
  CHECK(history.verdict() == "");
}

TEST_CASE("a leader of a joint configuration has a majority of both sides", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, joint).configures(2, 7, joint);
  history.elected(2, 8, {1, 4, 5}, true);
  CHECK(history.verdict() == "");
}

TEST_CASE("after a snapshot without another configuration the founders' is in force", "[configuration-safety]") {
  auto history = led_by_s1();
  history.follows(4, 7).installs(4, 1, 7).goes_back_to(4, 1, three);
  SECTION("until an entry brings another") { history.configures(1, 7, four).configures(4, 7, four); }
  CHECK(history.verdict() == "");
}

TEST_CASE("an entry with another configuration was not in the log before it", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four).configures(2, 7, four).installs(3, 1, 7).configures(3, 7, four);
  CHECK(history.verdict() == "");
}

TEST_CASE("a learner becomes a voter once it has the log up to where it joined", "[configuration-safety]") {
  const Configuration learning{.voters = three.voters, .outgoing = {}, .learners = {{4}}};
  auto options = founded_by_three_of_five();
  options.learners_first = true;
  History history(options);
  history.elected(1, 7, {2, 3}).appends(1, 7, "no-op").appends(2, 7, "no-op").appends(3, 7, "no-op").commits(1, 1);
  SECTION("and not without having learnt") {
    history.configures(1, 7, four);
    CHECK(history.verdict() ==
          "configuration-safety: S4 is to vote once it has learnt the log; S1 appended S1, S2, S3, S4 at index 2, "
          "where S4 was no learner before");
  }
  SECTION("and not before it has it") {
    history.configures(1, 7, learning).configures(2, 7, learning).configures(3, 7, learning).commits(1, 2);
    history.configures(1, 7, four);
    CHECK(history.verdict() ==
          "configuration-safety: S4 is to vote once it has learnt the log, up to index 2 at least, where it joined; S1 "
          "appended S1, S2, S3, S4 at index 3, and knows of S4 that it has the log up to 0");
  }
  SECTION("as soon as it has") {
    history.configures(1, 7, learning).configures(2, 7, learning).configures(3, 7, learning).commits(1, 2);
    history.follows(4, 7).appends(4, 7, "no-op").configures(4, 7, learning).believes(1, 4, 2, 3);
    history.configures(1, 7, four);
    CHECK(history.verdict() == "");
  }
}

// --- what must be rejected ---

TEST_CASE("a second change before the first is committed is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four).configures(1, 7, five);
  CHECK(history.verdict() ==
        "configuration-safety: S1 changes the configuration once the last one, of index 2, is committed; it appended "
        "another at index 3, with commit index 1");
}

TEST_CASE("Ongaro's bug of 2015 is caught: a change before an entry of the leader's own term is committed",
          "[configuration-safety]") {
  auto history = led_by_s1();
  history.commits(2, 1).elected(2, 8, {3}).configures(2, 8, pair);
  CHECK(history.verdict() ==
        "configuration-safety: S2 changes the configuration once an entry of its own term 8 is committed; it appended "
        "one at index 2; what it knows to be committed, up to index 1, is of term 7");
}

TEST_CASE("a change of two voters in one step is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, five);
  CHECK(history.verdict() ==
        "configuration-safety: S1 changes S1, S2, S3 by one voter at most, or through a joint configuration, which it "
        "leaves for its own new one; at index 2 it appended S1, S2, S3, S4, S5");
}

TEST_CASE("a joint configuration left for another than its own C_new is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, joint).configures(2, 7, joint);
  for (const unsigned server : {4U, 5U}) history.appends(server, 7, "no-op").configures(server, 7, joint);
  history.commits(1, 2);
  SECTION("back to the old one") { history.configures(1, 7, three); }
  SECTION("to another joint one") {
    history.configures(1, 7, {.voters = pair.voters, .outgoing = joint.voters, .learners = {}});
  }
  CHECK(checker(history) == "configuration-safety");
}

TEST_CASE("a joint configuration that does not start from the one in force is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, {.voters = moved.voters, .outgoing = pair.voters, .learners = {}});
  CHECK(checker(history) == "configuration-safety");
}

TEST_CASE("a configuration that outlives its entry is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four);
  history.elected(2, 8, {3}).follows(1, 8).truncates(1, 2).appends(1, 8, "no-op").commits(1, 1);
  CHECK(history.verdict() ==
        "configuration-safety: S1 goes by the latest configuration in its log: S1, S2, S3; it goes by S1, S2, S3, S4");
}

TEST_CASE("a configuration rolled back to the wrong one is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four);
  history.elected(2, 8, {3}).follows(1, 8).truncates(1, 2).goes_back_to(1, 0, pair);
  CHECK(checker(history) == "configuration-safety");
}

TEST_CASE("a server that restarts with an older configuration than its log's is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, four).crashes(1).boots(1).comes_up_with(1, 0, three);
  CHECK(checker(history) == "configuration-safety");
}

TEST_CASE("a configuration that takes effect when it is committed is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  history.appends(1, 7, "four").appends(1, 7, "a");
  history.says({{1}, core::Configured{{2}, four}, core::Reason::configuration_appended});
  CHECK(history.verdict() ==
        "configuration-safety: S1 goes by the configuration of index 2 from the moment it is appended; it went by it "
        "when its log ended at index 3 already");
}

TEST_CASE("a leader elected by a majority of one side only, or by learners, is caught", "[configuration-safety]") {
  auto history = led_by_s1();
  SECTION("of one side") {
    history.configures(1, 7, joint).configures(2, 7, joint).elected(2, 8, {1, 3}, true);
    CHECK(history.verdict() ==
          "configuration-safety: S2 leads term 8 by the votes of a quorum of S3, S4, S5 (from S1, S2, S3); it had the "
          "votes of S1, S2, S3");
  }
  SECTION("a learner's vote") {
    const Configuration learning{.voters = three.voters, .outgoing = {}, .learners = {{4}}};
    history.configures(1, 7, learning).configures(2, 7, learning).elected(2, 8, {4}, true);
    CHECK(checker(history) == "configuration-safety");
  }
}

TEST_CASE("a leader that has removed itself leads until that is committed, and no longer", "[configuration-safety]") {
  const Configuration others = Configuration::of_voters({{2}, {3}});
  auto history = led_by_s1();
  for (const unsigned server : {1U, 2U, 3U}) history.configures(server, 7, others);
  history.commits(1, 2);
  CHECK(history.verdict() == "");
  SECTION("what it commits later it commits for a cluster to which it does not belong") {
    for (const unsigned server : {1U, 2U, 3U}) history.appends(server, 7, "x");
    history.commits(1, 3);
    CHECK(history.verdict() ==
          "configuration-safety: S1 leads until its removal, at index 2, is committed; as a leader it went on to "
          "commit up to index 3");
  }
  SECTION("as a follower it may hear of more that is committed") {
    history.elected(2, 8, {3}).appends(2, 8, "no-op").appends(3, 8, "no-op").commits(2, 3);
    history.follows(1, 8).appends(1, 8, "no-op").commits(1, 3);
    CHECK(history.verdict() == "");
  }
}

TEST_CASE("commits need a quorum of the leader's configuration", "[commit-durable-on-quorum][configuration-safety]") {
  auto history = led_by_s1();
  history.configures(1, 7, joint).configures(2, 7, joint).configures(3, 7, joint);
  history.commits(1, 2);  // S1, S2 and S3: all old voters, and one of three new ones
  CHECK(history.verdict() ==
        "commit-durable-on-quorum: what S1 commits up to index 2 is durable on a majority of S3, S4, S5 and one of S1, "
        "S2, S3; it is durable on 3, not on S4 (durable up to 0), S5 (durable up to 0)");
}

}  // namespace raftsim::checkers::story
