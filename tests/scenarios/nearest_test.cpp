// Who mistypes a name is told what was meant, or what there is.
#include "scenarios/nearest.hpp"

#include <vector>

#include "catch.hpp"

using namespace raftsim::scenarios;

TEST_CASE("a slip of the finger is understood, another word is not") {
  const std::vector<std::string_view> names{"match-overwrite", "figure8", "stale-ack", "any"};
  CHECK(nearest("figure9", names) == "figure8");                  // a letter changed
  CHECK(nearest("macth-overwrite", names) == "match-overwrite");  // two that changed places
  CHECK(nearest("stale", names) == "stale-ack");                  // a beginning
  CHECK(nearest("nay", names) == "any");
  CHECK_FALSE(nearest("banana", names));
  CHECK_FALSE(nearest("abc", names));  // two of three letters are no slip
}

TEST_CASE("the hint comes first, and the list of what there is only when there is no hint") {
  const std::vector<std::string_view> names{"match-overwrite", "figure8"};
  CHECK(unknown("mutation", "figure9", names) == "unknown mutation 'figure9'; did you mean 'figure8'?");
  CHECK(unknown("mutation", "banana", names) == "unknown mutation 'banana'. Available: match-overwrite, figure8");
  CHECK(unknown("key", "banana", names, '"') == "unknown key \"banana\". Available: match-overwrite, figure8");
  CHECK(unknown("key", std::string(1000, 'x'), names, '"').size() < 200);
}
