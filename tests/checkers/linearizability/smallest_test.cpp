#include "checkers/linearizability/smallest.hpp"

#include "catch.hpp"
#include "checkers/linearizability/render.hpp"
#include "checkers/linearizability/search.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

namespace {

// A stale read among many correct operations.
Told busy() {
  Told told;
  for (int i = 0; i < 20; ++i) {
    told.does(1, put("x" + std::to_string(i) + "."), ok).does(2, get(), is("x" + std::to_string(i) + "."));
  }
  told.does(1, put("old"), ok).asks(2, put("new")).does(3, get(), is("new")).hears(2, ok);
  told.does(4, get(), is("old"));
  for (int i = 0; i < 20; ++i) {
    told.does(1, put("y" + std::to_string(i) + "."), ok).does(2, get(), is("y" + std::to_string(i) + "."));
  }
  return told;
}

}  // namespace

TEST_CASE("a long history is reduced to the operations that show it has no order", "[linearizability]") {
  const auto smallest = smallest_without_order({{}, busy().key()}, 100'000);
  REQUIRE(smallest.size() <= 4);
  CHECK(Search(smallest).run(1000) == Linearizable::no);
  CHECK(drawing_of(smallest) ==
        "C1#21 put k1 \"old\" -> ok     |-|          0.810 s to 0.820 s\n"
        "C2#21 put k1 \"new\" -> ok         |-|      0.830 s to 0.860 s\n"
        "C4#1 get k1        -> \"old\"          |-|  0.870 s to 0.880 s\n");
  CHECK(why_no_order(smallest) ==
        "the longest order is C1#21, C2#21; C4#1 get k1 was answered \"old\", and should then be answered \"new\"");
}

TEST_CASE("a write whose value is read is not dropped, as the read would prove nothing without it",
          "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok).does(2, get(), is("a")).does(2, erase(), ok).does(2, get(), is("a"));
  const auto smallest = smallest_without_order({{}, told.key()}, 1000);
  CHECK(smallest.size() == 3);
  CHECK(smallest.front().asked == put("a"));
}

TEST_CASE("a read of a value that was never written is kept alone", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok).does(2, put("b"), ok).does(3, get(), is("z")).does(1, get(), is("b"));
  const auto smallest = smallest_without_order({{}, told.key()}, 1000);
  REQUIRE(smallest.size() == 1);
  CHECK(why_no_order(smallest) ==
        "no operation can come first; C3#1 get k1 was answered \"z\", and should then be answered nothing there");
}

TEST_CASE("an operation without an answer is drawn as open to the right", "[linearizability]") {
  Told told;
  told.asks(1, put("a")).does(2, get(), is("a")).does(2, get(), no);
  CHECK(drawing_of(told.key()) ==
        "C1#1 put k1 \"a\" -> no answer      |--------->  from 0.010 s\n"
        "C2#1 get k1     -> \"a\"              |-|        0.020 s to 0.030 s\n"
        "C2#2 get k1     -> nothing there        |-|    0.040 s to 0.050 s\n");
}

}  // namespace raftsim::checkers::story
