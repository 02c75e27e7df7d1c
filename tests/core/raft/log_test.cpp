// The log in memory.
#include "catch.hpp"
#include "core/assertion.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

TEST_CASE("An empty log ends at the base entry that every log shares", "[log]") {
  const Log log;
  CHECK(log.last() == LogPosition{{0}, {0}});
  CHECK(log.has({{0}, {0}}));
  CHECK_FALSE(log.has({{0}, {1}}));
  CHECK(log.term_at({0}) == Term{0});
  CHECK_FALSE(log.term_at({1}).has_value());
  CHECK(log.range({1}, {0}).empty());
}

TEST_CASE("Entries are numbered from 1", "[log]") {
  Log log = log_of({1, 1, 4});
  CHECK(log.last() == LogPosition{{3}, {4}});
  CHECK(log.term_at({2}) == Term{1});
  CHECK(log.has({{3}, {4}}));
  CHECK_FALSE(log.has({{3}, {1}}));
  CHECK_FALSE(log.has({{4}, {4}}));
  log.append(entry(4, "new"));
  CHECK(log.at({4}).payload.view() == "new");
  CHECK(log.range({2}, {4}).size() == 3);
}

TEST_CASE("Truncation removes an entry and all later ones", "[log]") {
  Log log = log_of({1, 2, 3});
  log.truncate_from({2});
  CHECK(log == log_of({1}));
  log.truncate_from({2});  // nothing there
  CHECK(log == log_of({1}));
  log.truncate_from({1});
  CHECK(log == Log());
}

TEST_CASE("A log rejects decreasing terms, access to missing entries, and truncation of its base", "[log]") {
  Log log = log_of({2});
  CHECK_THROWS_AS(log.append(entry(1)), AssertionFailed);
  CHECK_THROWS_AS(log.at({0}), AssertionFailed);
  CHECK_THROWS_AS(log.at({2}), AssertionFailed);
  CHECK_THROWS_AS(log.range({1}, {2}), AssertionFailed);
  CHECK_THROWS_AS(log.truncate_from({0}), AssertionFailed);
  CHECK_THROWS_AS(log_of({2, 1}), AssertionFailed);
}

TEST_CASE("The last position at which logs can match is the last entry of no higher term", "[log]") {
  const Log log = log_of({1, 1, 4, 4, 6});
  CHECK(log.last_with_term_at_most({5}, {6}) == LogPosition{{5}, {6}});
  CHECK(log.last_with_term_at_most({5}, {5}) == LogPosition{{4}, {4}});
  CHECK(log.last_with_term_at_most({5}, {3}) == LogPosition{{2}, {1}});
  CHECK(log.last_with_term_at_most({3}, {9}) == LogPosition{{3}, {4}});
  CHECK(log.last_with_term_at_most({99}, {9}) == LogPosition{{5}, {6}});
  CHECK(log.last_with_term_at_most({5}, {0}) == LogPosition{{0}, {0}});
  CHECK(log.last_with_term_at_most({0}, {9}) == LogPosition{{0}, {0}});
}
