// How observations change the state of the servers.
#include "checkers/cluster_view.hpp"

#include "catch.hpp"

namespace raftsim::checkers {

namespace {

constexpr core::ServerId s1{1}, s2{2}, s3{3};
const auto three = core::Configuration::of_voters({s1, s2, s3});

ClusterView booted() {
  ClusterView view(3, three);
  for (const auto server : view.all()) view.take(server, core::Booted{});
  return view;
}

void stands_and_leads(ClusterView& view, core::ServerId server, std::uint64_t term) {
  view.take(server, core::BecameRole{core::Role::candidate, {term}});
  view.take(server, core::BecameRole{core::Role::leader, {term}});
}

}  // namespace

TEST_CASE("of two leaders the one of the newer term counts, and a server that is down is no leader", "[cluster-view]") {
  auto view = booted();
  CHECK(view.leader() == core::no_server);
  stands_and_leads(view, s1, 3);
  stands_and_leads(view, s3, 4);  // S1 does not know it
  CHECK(view.leader() == s3);
  view.crash(s3);
  CHECK(view.leader() == s1);
  view.take(s1, core::AdoptedTerm{{4}});
  view.take(s1, core::BecameRole{core::Role::follower, {4}});
  CHECK(view.leader() == core::no_server);
}

TEST_CASE("a vote belongs to its term: a candidate votes for itself, and a new term starts without a vote",
          "[cluster-view]") {
  auto view = booted();
  view.take(s1, core::BecameRole{core::Role::candidate, {1}});
  CHECK(view.of(s1).hard_state == core::HardState{{1}, s1});
  view.take(s2, core::AdoptedTerm{{1}});
  CHECK(view.of(s2).hard_state == core::HardState{{1}, core::no_server});
  view.take(s2, core::GrantedVote{{1}, s1});
  CHECK(view.of(s2).hard_state == core::HardState{{1}, s1});
  view.take(s2, core::AdoptedTerm{{2}});
  CHECK(view.of(s2).hard_state == core::HardState{{2}, core::no_server});
}

// Paper, Figure 13, rule 7: if the log does not match the snapshot, all of it is discarded.
TEST_CASE("a snapshot advances the end of the log, the commit index and the applied index", "[cluster-view]") {
  auto view = booted();
  for (std::uint64_t index = 1; index <= 9; ++index) view.take(s2, core::Appended{{{index}, {1}}, index});
  SECTION("the log did not agree: it ends with the snapshot") {
    view.take(s2, core::InstalledSnapshot{.leader = s1, .last = {{5}, {2}}, .log_last = {5}});
    CHECK(view.of(s2).last_index == core::Index{5});
  }
  SECTION("what follows stays") {
    view.take(s2, core::InstalledSnapshot{.leader = s1, .last = {{5}, {1}}, .log_last = {9}});
    CHECK(view.of(s2).last_index == core::Index{9});
  }
  CHECK(view.of(s2).snapshot == core::Index{5});
  CHECK(view.of(s2).commit_index == core::Index{5});
  CHECK(view.of(s2).last_applied == core::Index{5});
}

TEST_CASE("a truncation beyond the end of a log changes nothing", "[cluster-view]") {
  auto view = booted();
  for (std::uint64_t index = 1; index <= 3; ++index) view.take(s2, core::Appended{{{index}, {1}}, index});
  view.take(s2, core::Truncated{{7}});
  CHECK(view.of(s2).last_index == core::Index{3});
  view.take(s2, core::Truncated{{2}});
  CHECK(view.of(s2).last_index == core::Index{1});
}

TEST_CASE("complete servers and an agreed configuration decide whether a run may end", "[cluster-view]") {
  auto view = booted();
  view.take(s1, core::AdvancedCommit{{2}});
  CHECK(view.committed() == core::Index{2});
  CHECK_FALSE(view.has_everything(s1));  // it has not applied it
  view.take(s1, core::Applied{.position = {{1}, {1}}});
  view.take(s1, core::Applied{.position = {{2}, {1}}});
  CHECK(view.has_everything(s1));
  CHECK_FALSE(view.has_everything(s2));
  REQUIRE(view.agreed_configuration() != nullptr);
  CHECK(*view.agreed_configuration() == three);
  view.take(s1, core::Configured{{2}, {.voters = {s1, s2}, .outgoing = three.voters, .learners = {}}});
  CHECK(view.agreed_configuration() == nullptr);  // a joint one is not final
  view.take(s1, core::Configured{{3}, core::Configuration::of_voters({s1, s2})});
  CHECK(view.agreed_configuration() == nullptr);  // it is not committed
  view.take(s1, core::AdvancedCommit{{3}});
  CHECK(view.agreed_configuration() != nullptr);
  view.crash(s1);
  CHECK_FALSE(view.has_everything(s1));
  CHECK(view.agreed_configuration() == nullptr);
}

TEST_CASE("a leader's view of a follower starts with its term, or when the follower joins", "[cluster-view]") {
  auto view = booted();
  CHECK(view.progress(s1, s2) == nullptr);
  view.take(s1, core::Appended{{{1}, {1}}, 7});
  stands_and_leads(view, s1, 2);
  CHECK(*view.progress(s1, s2) == ProgressView::initial({1}));
  view.take(s1, core::MovedProgress{s2, core::ProgressState::replicate, {1}, {2}});
  CHECK(view.progress(s1, s2)->match == core::Index{1});
  view.take(s1, core::Configured{{2}, core::Configuration::of_voters({s1, s3})});
  view.take(s1, core::Configured{{3}, three});
  CHECK(*view.progress(s1, s2) == ProgressView::initial({1}));  // what was known of it is discarded
  view.take(s1, core::Booted{});
  CHECK(view.progress(s1, s2) == nullptr);
}

}  // namespace raftsim::checkers
