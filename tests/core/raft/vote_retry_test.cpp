// "Servers retry RPCs if they do not receive a response in a timely manner" (paper, section 5.1). For a candidate it
// matters where answers come late: with the next term, all that are still under way are worthless.
#include <vector>

#include "catch.hpp"
#include "test_server.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Options retrying(Options options = plain()) {
  options.vote_retry = 50ms;
  return options;
}

// Who is asked for a vote.
std::vector<ServerId> asked(const std::vector<Message>& messages) {
  std::vector<ServerId> servers;
  for (const Message& message : messages) {
    if (std::holds_alternative<RequestVote>(message.body)) servers.push_back(message.to);
  }
  return servers;
}

using Servers = std::vector<ServerId>;

}  // namespace

TEST_CASE("A candidate asks once a term, unless it is told to retry", "[5.1][5.2]") {
  Server server(1, 3, plain());
  server.wake();
  REQUIRE(server.raft().role() == Role::candidate);
  CHECK(asked(server.wait(150ms)).empty());
  CHECK(server.raft().term() == Term{1});
}

TEST_CASE("A candidate asks those again that have not answered, in the same term", "[5.1][5.2]") {
  Server server(1, 5, retrying());
  CHECK(asked(server.wake()) == Servers{{2}, {3}, {4}, {5}});
  server.receive(2, 1, RequestVoteReply{.granted = true});
  server.receive(3, 1, RequestVoteReply{.granted = false});
  CHECK(asked(server.wait(49ms)).empty());
  const auto again = server.wait(1ms);
  CHECK(asked(again) == Servers{{4}, {5}});
  CHECK(again[0].term == Term{1});
  CHECK(asked(server.wait(100ms)) == Servers{{4}, {5}, {4}, {5}});
  server.receive(4, 1, RequestVoteReply{.granted = true});
  CHECK(server.raft().role() == Role::leader);
  CHECK(asked(server.wait(100ms)).empty());
}

TEST_CASE("Pre-votes are asked for again likewise", "[5.1][pre-vote]") {
  Options options = plain();
  options.pre_vote = true;
  Server server(1, 3, retrying(options));
  CHECK(asked(server.wake()) == Servers{{2}, {3}});
  REQUIRE(server.raft().role() == Role::pre_candidate);
  const auto again = server.wait(50ms);
  CHECK(asked(again) == Servers{{2}, {3}});
  CHECK(body_of<RequestVote>(again[0]).pre_vote);
  CHECK(again[0].term == Term{1});
  CHECK(server.raft().term() == Term{0});
}

TEST_CASE("A request that waits for the disk is not sent twice because of it", "[5.1][durability]") {
  Server server(1, 3, retrying());
  server.slow_disk = true;
  CHECK(asked(server.wake()).empty());
  CHECK(asked(server.wait(120ms)).empty());
  CHECK(asked(server.disk_done()) == Servers{{2}, {3}});
}

TEST_CASE("A retried request of a transfer still says that the leader asked for it", "[5.1][3.10]") {
  Server server(2, 3, retrying());
  server.receive(1, 1, AppendEntries{});
  CHECK(body_of<RequestVote>(server.receive(1, 1, TimeoutNow{})[0]).leadership_transfer);
  const auto again = server.wait(50ms);
  REQUIRE(asked(again) == Servers{{1}, {3}});
  CHECK(body_of<RequestVote>(again[0]).leadership_transfer);
}
