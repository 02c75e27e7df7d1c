#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("an assertion that fails in a server is a verdict", "[suite]") {
  History history;
  history.at(1500).suite().assertion_failed(history.moment(), {2}, "log.cpp:41: terms never decrease");
  CHECK(history.verdict() == "assertion: no assertion fails inside S2; log.cpp:41: terms never decrease");
  CHECK(history.suite().verdict()->property == "assertion");
}

TEST_CASE("a server that cannot read its disk after a plain crash is a verdict", "[suite]") {
  History history;
  history.suite().recovery_refused(history.moment(), {2}, "wal-00000001.log at byte 64: damaged record");
  CHECK(history.verdict() ==
        "recovery: S2 comes up again: its disk went through nothing but crashes; it refused: wal-00000001.log at byte "
        "64: damaged record");
}

TEST_CASE("a server that restarts with another state than is on its disk is a verdict", "[suite]") {
  History history(History::on_disks(3));
  history.follows(3, 7).decides_for(3, 1).saves(3).crashes(3);
  auto forgetful = history;
  forgetful.boots_with(3, 7, 0, 0);
  CHECK(forgetful.verdict() ==
        "recovery: S3 comes up with what was durable: term 7, a vote for S1 and a log up to index 0; it came up with "
        "term 7, a vote for nobody and a log up to index 0");
  history.boots(3);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::restarted_with_vote));
}

TEST_CASE("only the first violation is kept", "[suite]") {
  History history;
  history.elected(1, 7, {2}).leads(3, 7).commits(1, 5);
  CHECK(history.suite().verdict()->checker == "election-safety");
}

TEST_CASE("copies of the suite are independent", "[suite]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a");
  auto copy = history;
  copy.appends(3, 7, "b");
  CHECK(copy.suite().verdict()->checker == "log-matching");
  CHECK(history.verdict() == "");
  history.commits(1, 1);
  CHECK(history.verdict() == "");
  copy = history;
  copy.leads(3, 7);
  CHECK(copy.suite().verdict()->checker == "election-safety");
}

TEST_CASE("each checker has a name, by which it can be disabled", "[suite]") {
  auto options = History::in_memory(3);
  options.without = {"election-safety"};
  History history(options);
  history.elected(1, 7, {2}).leads(3, 7);
  CHECK(history.verdict() == "");
  for (const auto name : checker_names()) CHECK(!name.empty());
}

TEST_CASE("the durable state is read from the bytes of the disk, whatever the server reports", "[suite]") {
  History history(History::on_disks(3));
  history.follows(2, 7).appends(2, 7, "a").appends(2, 7, "b").saves(2);
  history.follows(2, 8).truncates(2, 2).appends(2, 8, "c");
  const auto& ledger = history.suite().ledger();
  CHECK(ledger.durable({2}).log().last() == core::Index{2});
  CHECK(ledger.durable({2}).hard_state() == core::HardState{{7}, core::no_server});
  CHECK(!ledger.durable({2}).log().agrees_with(ledger.log({2}), {2}));
  history.saves(2);
  CHECK(ledger.durable({2}).log().agrees_with(ledger.log({2}), {2}));
  CHECK(ledger.durable({2}).hard_state().term == core::Term{8});
}

TEST_CASE("a server that fails in any other way is a verdict about that server", "[suite]") {
  History history;
  history.at(1500).suite().server_failed(history.moment(), {3}, "it threw std::out_of_range: map::at");
  CHECK(history.verdict() ==
        "server-failed: S3 throws nothing and asks for nothing impossible; it threw std::out_of_range: map::at");
  auto options = History::in_memory(3);
  options.without = {"server-failed"};
  History tolerant(options);
  tolerant.suite().server_failed(tolerant.moment(), {3}, "it threw");
  CHECK(tolerant.verdict() == "");
}

// A nemesis that strikes the leader, and the end of a run, depend on the state of the servers even if nothing is
// judged.
TEST_CASE("the state of the servers is kept after a violation, and if nothing is judged", "[suite]") {
  auto options = History::in_memory(3);
  SECTION("after a violation") {}
  SECTION("when nothing is judged") { options.judge = false; }
  History history(options);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").leads(3, 7);
  CHECK(history.suite().verdict().has_value() == options.judge);
  history.elected(2, 8, {3}).commits(2, 1);
  const ClusterView& cluster = history.suite().cluster();
  CHECK(cluster.leader() == core::ServerId{2});
  CHECK(cluster.committed() == core::Index{1});
  CHECK(cluster.of({2}).hard_state == core::HardState{{8}, {2}});
  CHECK(cluster.of({2}).last_index == core::Index{1});
  history.crashes(2);
  CHECK(cluster.leader() == core::ServerId{1});  // which does not know yet that it is deposed
  CHECK(!cluster.of({2}).up);
}

}  // namespace raftsim::checkers::story
