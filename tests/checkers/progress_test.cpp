#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

using std::chrono::milliseconds;

// Three servers; a leader is due 500 ms after the chaos, agreement after 1 s, convergence after 2 s.
SuiteOptions bounded() {
  auto options = History::in_memory(3);
  options.progress = ProgressBounds{milliseconds(500), milliseconds(1000), milliseconds(2000)};
  return options;
}

const std::vector<core::ServerId> all{{1}, {2}, {3}};

void chaos_ends(History& history, std::int64_t at, const std::vector<core::ServerId>& healed = all) {
  core::ServerSet servers;
  for (const auto server : healed) servers.insert(server);
  history.at(at).suite().chaos_ended(history.moment(), among(servers, all.size()), {servers, servers, servers});
}

void tick(History& history, std::int64_t at) { history.at(at).suite().tick(history.moment()); }

}  // namespace

TEST_CASE("no leader after the chaos is caught at its bound", "[progress]") {
  History history(bounded());
  chaos_ends(history, 1000);
  CHECK(history.suite().next_deadline() == sim::Time(milliseconds(1500)));
  tick(history, 1499);
  CHECK(history.verdict() == "");
  tick(history, 1500);
  CHECK(
      history.verdict() ==
      "progress: a leader that a majority follows within 0.500 s of the end of the chaos at 1.000 s; none by 1.500 s: "
      "S1 follower of term 0, last index 0, commit 0, applied 0; S2 follower of term 0, last index 0, commit 0, "
      "applied 0; S3 follower of term 0, last index 0, commit 0, applied 0");
  CHECK(history.suite().verdict()->property == "progress");
}

TEST_CASE("a leader that nobody follows is no leader", "[progress]") {
  History history(bounded());
  history.stands(1, 7).leads(1, 7);
  chaos_ends(history, 1000);
  tick(history, 1500);
  CHECK(history.suite().verdict()->checker == "progress");
}

TEST_CASE("a leader that was not healed is no leader", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2, 3});
  chaos_ends(history, 1000, {{2}, {3}});
  tick(history, 1500);
  CHECK(history.suite().verdict()->checker == "progress");
}

TEST_CASE("a leader that was not healed is one all the same once a quorum has taken its entries", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a");
  chaos_ends(history, 1000, {{2}, {3}});
  history.at(1100).commits(1, 1);
  tick(history, 1500);
  CHECK(history.verdict() == "");
}

TEST_CASE("before the chaos ends nothing is owed", "[progress]") {
  History history(bounded());
  history.at(0).suite().command_submitted(history.moment(), {1, 1});
  tick(history, 60'000);
  CHECK(history.verdict() == "");
  CHECK(history.suite().next_deadline() == sim::Time::max());
}

TEST_CASE("a command that was pending is due a bound after the chaos", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2}).at(400).suite().command_submitted(history.moment(), {1, 4});
  chaos_ends(history, 1000);
  tick(history, 1999);
  CHECK(history.verdict() == "");
  tick(history, 2000);
  CHECK(history.suite().verdict()->expected ==
        "agreement on every pending command within 1.000 s of the end of the chaos at 1.000 s");
  CHECK(history.suite().verdict()->seen.find("command C1#4, submitted at 0.400 s, is not acknowledged by 2.000 s; 1 "
                                             "pending: S1 leader of term 7") == 0);
  CHECK(history.suite().verdict()->operations == std::vector<core::CommandName>{{1, 4}});  // inspect tells its story
}

TEST_CASE("a command that came after the chaos is due a bound later: a probe is not", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2});
  chaos_ends(history, 1000);
  history.at(1600).suite().command_submitted(history.moment(), {1, 5});
  auto probed = history;
  probed.suite().command_submitted(probed.moment(), {1, 6}, true);
  tick(history, 2000);
  CHECK(history.verdict() == "");
  CHECK(history.suite().next_deadline() == sim::Time(milliseconds(2600)));
  tick(probed, 2000);
  CHECK(probed.suite().verdict()->checker == "progress");
}

TEST_CASE("an acknowledged or abandoned command is owed no longer", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2}).suite().command_submitted(history.moment(), {1, 4});
  history.suite().command_submitted(history.moment(), {1, 5});
  chaos_ends(history, 1000);
  CHECK(!history.suite().settled());
  history.suite().command_acknowledged(history.moment(), {1, 4});
  history.suite().command_abandoned(history.moment(), {1, 5});
  CHECK(history.suite().settled());
  tick(history, 60'000);
  CHECK(history.verdict() == "");
}

TEST_CASE("a healed server that stays behind is caught: one that is not healed is not waited for", "[progress]") {
  History history(bounded());
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1).applies(1, 1);
  history.commits(2, 1).applies(2, 1);
  auto without_third = history;
  chaos_ends(history, 1000);
  tick(history, 3000);
  CHECK(history.suite().verdict()->expected ==
        "every member that leaders reach has applied index 1 within 2.000 s of the end of the chaos at 1.000 s");
  chaos_ends(without_third, 1000, {{1}, {2}});
  CHECK(without_third.suite().settled());
  tick(without_third, 3000);
  CHECK(without_third.verdict() == "");
}

TEST_CASE("who is no member of the latest committed configuration owes nothing", "[progress][configurations]") {
  History history(bounded());
  const auto pair = core::Configuration::of_voters({{1}, {2}});
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1);
  history.configures(1, 7, pair)
      .configures(2, 7, pair)
      .commits(1, 2)
      .commits(2, 2)
      .applies(1, 1)
      .applies(1, 2)
      .applies(2, 1)
      .applies(2, 2);
  chaos_ends(history, 1000);
  CHECK(history.suite().settled());  // S3 has nothing
  tick(history, 3000);
  CHECK(history.verdict() == "");
}

TEST_CASE("a leader needs a majority of its own configuration behind it", "[progress][configurations]") {
  auto options = bounded();
  options.founders = core::Configuration::of_voters({{3}});
  History history(options);
  history.elected(3, 7, {});
  chaos_ends(history, 1000);
  tick(history, 1600);
  CHECK(history.verdict() == "");
}

TEST_CASE("a joint configuration that nobody leaves is caught", "[progress][configurations]") {
  History history(bounded());
  const core::Configuration joint{.voters = {{1}}, .outgoing = {{1}, {2}, {3}}, .learners = {}};
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").commits(1, 1);
  history.configures(1, 7, joint)
      .configures(2, 7, joint)
      .commits(1, 2)
      .applies(1, 1)
      .applies(1, 2)
      .commits(2, 2)
      .applies(2, 1)
      .applies(2, 2);
  auto left = history;
  chaos_ends(history, 1000, {{1}, {2}});
  tick(history, 3000);
  REQUIRE(history.suite().verdict());
  CHECK(history.suite().verdict()->seen.find("the joint configuration S1 (from S1, S2, S3) is in force at 3.000 s") ==
        0);
  left.configures(1, 7, core::Configuration::of_voters({{1}})).commits(1, 3).applies(1, 3);
  chaos_ends(left, 1000, {{1}, {2}});
  tick(left, 3000);
  CHECK(left.verdict() == "");
}

TEST_CASE("a cluster that recovers in time is right", "[progress]") {
  History history(bounded());
  history.suite().command_submitted(history.moment(), {1, 4});
  chaos_ends(history, 1000);
  history.at(1400).elected(1, 7, {2, 3}).appends(1, 7, "a").appends(2, 7, "a").appends(3, 7, "a").commits(1, 1);
  history.at(1900).suite().command_acknowledged(history.moment(), {1, 4});
  tick(history, 2000);
  for (const unsigned server : {1U, 2U, 3U}) {
    if (server != 1) history.commits(server, 1);
    history.applies(server, 1);
  }
  tick(history, 3000);
  CHECK(history.verdict() == "");
  CHECK(history.suite().settled());
  CHECK(history.suite().next_deadline() == sim::Time::max());
}

TEST_CASE("who has caught up by a snapshot has converged", "[progress][snapshots]") {
  History history(bounded());
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").follows(3, 7).commits(1, 1).commits(2, 1);
  history.applies(1, 1).applies(2, 1);
  chaos_ends(history, 1000);
  CHECK(!history.suite().settled());
  history.installs(3, 1, 7);
  CHECK(history.suite().settled());
}

}  // namespace raftsim::checkers::story
