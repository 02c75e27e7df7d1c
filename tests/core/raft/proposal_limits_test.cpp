// How much a leader accepts from clients before it has committed what it accepted.
#include "catch.hpp"
#include "core/raft/uncommitted.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

constexpr std::uint64_t command_bytes = entry_header_bytes + 20;
const std::string command(20, 'x');

Options limited_to(std::uint64_t bytes, std::initializer_list<Mutation> mutations = {}) {
  Options options = plain();
  options.max_uncommitted_bytes = bytes;
  return options_with(mutations, options);
}

// S1 leads three servers; everything it has is committed.
Server committed_leader(const Options& options) {
  Server leader(1, 3, options);
  leader.win_election();
  leader.receive(2, 1, success(0, 1));
  REQUIRE(leader.raft().commit_index() == Index{1});
  return leader;
}

}  // namespace

TEST_CASE("A leader refuses proposals beyond its limit until something is committed", "[limits]") {
  Server leader = committed_leader(limited_to(2 * command_bytes));
  leader.propose({command});
  leader.propose({command});
  CHECK(leader.proposed == Index{3});
  CHECK(leader.raft().uncommitted_bytes() == 2 * command_bytes);
  leader.propose({command});
  CHECK_FALSE(leader.proposed);
  CHECK(leader.refusal == Refusal::too_much_uncommitted);
  CHECK(leader.observed(ObservationKind::ignored, Reason::too_much_uncommitted));
  CHECK(leader.raft().log().last().index == Index{3});

  leader.receive(2, 1, success(1, 1));
  CHECK(leader.raft().uncommitted_bytes() == command_bytes);
  leader.propose({command, command});  // a batch is accepted as a whole or not at all
  CHECK_FALSE(leader.proposed);
  leader.propose({command});
  CHECK(leader.proposed == Index{4});
}

TEST_CASE("However small the limit, a command is accepted if none is outstanding", "[limits]") {
  Server leader = committed_leader(limited_to(1));
  for (std::uint64_t i = 2; i < 5; ++i) {
    leader.propose({command});
    CHECK(leader.proposed == Index{i});
    leader.propose({command});
    CHECK_FALSE(leader.proposed);
    leader.receive(3, 1, success(i - 1, 1));
  }
}

TEST_CASE("Without a limit nothing is counted and nothing refused", "[limits]") {
  Server leader = committed_leader(plain());
  for (int i = 0; i < 100; ++i) leader.propose({command});
  CHECK(leader.proposed);
  CHECK(leader.raft().uncommitted_bytes() == 0);
}

// Entries that a new leader finds in its log are outstanding, too: they are committed together with its own first
// entry.
TEST_CASE("Entries of earlier terms count, and are released when committed", "[limits]") {
  Server leader(1, 3, limited_to(1000),
                {.hard_state = {{1}, no_server}, .log = Log({entry(1, command), entry(1, command)})});
  leader.win_election();
  CHECK(leader.raft().uncommitted_bytes() == 2 * command_bytes + entry_header_bytes);
  leader.receive(2, 2, success(0, 3));
  CHECK(leader.raft().commit_index() == Index{3});
  CHECK(leader.raft().uncommitted_bytes() == 0);
}

// After etcd a370b6f: the count was increased and decreased by different sizes of the same entry.
TEST_CASE("The count does not leak, neither by commits nor by changes of leadership", "[limits]") {
  const bool broken = GENERATE(false, true);
  const auto mutations = std::initializer_list<Mutation>{Mutation::quota_leak};
  Cluster cluster(3, broken ? limited_to(4 * command_bytes, mutations) : limited_to(4 * command_bytes));
  cluster.elect(1);
  int refused = 0;
  for (int i = 0; i < 50; ++i) {
    cluster.propose(1, {command});
    if (!cluster[1].proposed) ++refused;
  }
  CHECK((refused > 0) == broken);
  if (broken) return;
  CHECK(cluster[1].raft().uncommitted_bytes() == 0);

  cluster.cut_off(1);
  cluster.propose(1, {command});  // will be lost
  CHECK(cluster[1].raft().uncommitted_bytes() == command_bytes);
  cluster.elect(2);
  cluster.reconnect(1);
  cluster.wake(2);  // what was sent to S1 while it was cut off is considered lost
  cluster.wake(2);
  cluster.propose(2, {command});
  CHECK(cluster[1].raft().role() == Role::follower);
  CHECK(cluster[1].raft().uncommitted_bytes() == 0);
  CHECK(cluster[2].raft().uncommitted_bytes() == 0);
}

TEST_CASE("A refused proposal has a reason", "[limits]") {
  Server server(1, 3, limited_to(1));
  server.propose({command});
  CHECK(server.refusal == Refusal::not_leader);
  Server leader = committed_leader(limited_to(1));
  leader.propose({});
  CHECK(leader.refusal == Refusal::no_commands);
  CHECK_FALSE(leader.proposed);
}
