#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

TEST_CASE("a leader that removes an entry is caught", "[leader-append-only]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").truncates(1, 2);
  CHECK(history.verdict() ==
        "leader-append-only: S1 only appends to its log while it leads term 7; S1 removed what it had from index 2 on; "
        "its last index was 2");
}

TEST_CASE("a leader that overwrites an entry is caught", "[leader-append-only]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(1, 7, "b").appends_at(1, 2, 7, "c");
  CHECK(history.suite().verdict()->checker == "leader-append-only");
}

TEST_CASE("a leader that appends an entry of another term is caught", "[leader-append-only]") {
  // The newer term was adopted before the leader stepped down, and a client proposed in between (NuRaft #294).
  History history;
  history.elected(1, 7, {2}).appends(1, 8, "a");
  CHECK(history.verdict() ==
        "leader-append-only: what S1 appends as leader of term 7 is of term 7; it appended an entry of term 8 at index "
        "1");
}

TEST_CASE("a deposed leader may remove what the new leader contradicts", "[leader-append-only]") {
  History history;
  history.elected(1, 7, {2}).appends(1, 7, "a").follows(1, 8).truncates(1, 1).appends(1, 8, "b");
  CHECK(history.verdict() == "");
  CHECK(history.reached(Situation::entries_truncated));
}

}  // namespace raftsim::checkers::story
