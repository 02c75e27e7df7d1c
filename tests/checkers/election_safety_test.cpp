#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("two servers that lead the same term are caught at the second", "[election-safety]") {
  History history;
  history.at(1150).elected(1, 7, {2}).at(1204).leads(3, 7);
  CHECK(history.verdict() ==
        "election-safety: at most one leader in term 7; S3 became leader of term 7 at 1.204 s; S1 had at 1.150 s");
  CHECK(history.suite().verdict()->at == sim::Time(std::chrono::milliseconds(1204)));
  CHECK(history.suite().verdict()->property == "safety");
}

TEST_CASE("the second leader is caught although the first has crashed", "[election-safety]") {
  History history;
  history.elected(1, 7, {2}).crashes(1).leads(3, 7);
  CHECK(history.suite().verdict()->checker == "election-safety");
}

TEST_CASE("a late winner of an older term is caught if that term already had a leader", "[election-safety]") {
  History history;
  history.elected(1, 7, {2}).elected(2, 8, {3});
  history.leads(3, 7);
  CHECK(history.suite().verdict()->checker == "election-safety");
}

TEST_CASE("two leaders at the same time are allowed if their terms differ", "[election-safety]") {
  History history;
  history.elected(1, 7, {2}).elected(3, 8, {2});
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::two_leaders));
}

TEST_CASE("reporting leadership of a term twice counts as one leader", "[election-safety]") {
  History history;
  history.elected(1, 7, {2}).leads(1, 7);
  CHECK(history.verdict() == "");
}

TEST_CASE("candidates of the same term are not leaders", "[election-safety]") {
  History history;
  history.stands(1, 7).stands(2, 7).stands(3, 8);
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::split_vote));
}

}  // namespace raftsim::checkers::story
