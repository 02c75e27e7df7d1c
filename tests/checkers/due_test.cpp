// Of whom progress is due depends on who can talk to whom.
#include "checkers/due.hpp"

#include "catch.hpp"

namespace raftsim::checkers {

namespace {

using core::ServerSet;

const auto five = core::Configuration::of_voters(ServerSet::first(5));

// Five servers that all reach each other, but for these pairs.
Reach without(const std::vector<std::pair<int, int>>& links) {
  auto reach = among(ServerSet::first(5), 5);
  for (const auto& [a, b] : links) {
    reach[static_cast<std::size_t>(a - 1)].erase({static_cast<std::uint16_t>(b)});
    reach[static_cast<std::size_t>(b - 1)].erase({static_cast<std::uint16_t>(a)});
  }
  return reach;
}

ServerSet set(std::initializer_list<int> numbers) {
  ServerSet result;
  for (const int number : numbers) result.insert({static_cast<std::uint16_t>(number)});
  return result;
}

}  // namespace

TEST_CASE("Where all reach each other, all owe progress", "[progress]") {
  const auto due = due_of(without({}), five);
  CHECK(due == Due{set({1, 2, 3, 4, 5}), set({1, 2, 3, 4, 5}), set({1, 2, 3, 4, 5})});
}

TEST_CASE("Who is down, or cut off from all, owes nothing", "[progress]") {
  auto reach = among(set({1, 3, 5}), 5);
  CHECK(due_of(reach, five) == Due{set({1, 3, 5}), set({1, 3, 5}), set({1, 3, 5})});
  reach = among(set({1, 3}), 5);
  CHECK(due_of(reach, five) == Due{});
}

// S1, an old leader, reaches S3 alone, and S5 nobody.
TEST_CASE("The servers of a quorum owe progress, whoever else reaches one of them", "[progress]") {
  const auto due = due_of(without({{1, 2}, {1, 4}, {1, 5}, {5, 2}, {5, 3}, {5, 4}}), five);
  CHECK(due == Due{set({2, 3, 4}), set({2, 3, 4}), set({2, 3, 4})});
}

TEST_CASE("On both sides of a bridge there is a quorum: only the bridge is sure to hear of what the leader commits",
          "[progress]") {
  const auto due = due_of(without({{1, 4}, {1, 5}, {2, 4}, {2, 5}}), five);
  CHECK((due.quorum == set({1, 2, 3}) || due.quorum == set({3, 4, 5})));
  CHECK(due.may_lead == set({1, 2, 3, 4, 5}));
  CHECK(due.converges == set({3}));
}

// Found by a sweep of partial-partitions: S4 led S2 and S5, who do not reach each other, and S1 and S3 heard of nothing.
TEST_CASE("A leader may come from outside of the quorum that owes progress", "[progress]") {
  const auto due = due_of(without({{1, 2}, {1, 4}, {3, 2}, {3, 4}, {2, 5}}), five);
  CHECK(due.quorum == set({1, 3, 5}));
  CHECK(due.may_lead == set({1, 3, 4, 5}));
  CHECK(due.converges == set({5}));
}

TEST_CASE("In a ring of majorities no quorum can talk to each other, and nothing is due", "[progress]") {
  const auto due = due_of(without({{1, 3}, {1, 4}, {2, 4}, {2, 5}, {3, 5}}), five);
  CHECK(due == Due{});
}

TEST_CASE("The quorum is one of the configuration: learners and strangers do not count", "[progress]") {
  auto configuration = core::Configuration::of_voters(set({1, 2, 3}));
  configuration.learners = set({4});
  CHECK(due_of(among(set({1, 4, 5}), 5), configuration) == Due{});
  CHECK(due_of(among(set({1, 2, 4}), 5), configuration).quorum == set({1, 2, 4}));
  configuration.outgoing = set({3, 4, 5});  // joint: both majorities
  CHECK(due_of(among(set({1, 2, 3}), 5), configuration) == Due{});
  CHECK(due_of(among(set({2, 3, 4}), 5), configuration).quorum == set({2, 3, 4}));
}

// 49 of 98 pairs are cut, one for each server: there are 2^49 largest sets.
TEST_CASE("However many sets there are, the search ends", "[progress]") {
  auto reach = among(ServerSet::first(99), 99);
  for (std::size_t i = 0; i + 1 < 98; i += 2) {
    reach[i].erase({static_cast<std::uint16_t>(i + 2)});
    reach[i + 1].erase({static_cast<std::uint16_t>(i + 1)});
  }
  const auto due = due_of(reach, core::Configuration::of_voters(ServerSet::first(99)));
  CHECK(due.quorum.size() == 50);
  CHECK(due.may_lead.size() == 99);
  CHECK(due.converges == ServerSet{{99}});
}

}  // namespace raftsim::checkers
