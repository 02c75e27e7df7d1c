// The two figures of the paper that show why the log needs its rules.
#include <map>

#include "catch.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

namespace {

Restored server_with(std::uint64_t term, std::initializer_list<std::uint64_t> log) {
  return {.hard_state = {{term}, no_server}, .log = log_of(log)};
}

}  // namespace

// Figure 7: the leader of term 8 is elected; its followers' logs lack entries, have extra ones, or both.
TEST_CASE("Figure 7: a leader brings every kind of log into line with its own", "[5.3][figure7]") {
  Options options = plain();
  options.backtracking = GENERATE(Backtracking::conflict_term, Backtracking::decrement);
  options.max_entries_per_message = GENERATE(1U, 64U);
  const bool by_term = options.backtracking == Backtracking::conflict_term;
  Cluster cluster({server_with(7, {1, 1, 1, 4, 4, 5, 5, 6, 6, 6}),        // S1, to lead term 8
                   server_with(7, {1, 1, 1, 4, 4, 5, 5, 6, 6}),           // a
                   server_with(7, {1, 1, 1, 4}),                          // b
                   server_with(7, {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6}),     // c
                   server_with(7, {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7}),  // d
                   server_with(7, {1, 1, 1, 4, 4, 4, 4}),                 // e
                   server_with(7, {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3})},    // f
                  options);
  std::map<int, int> rejections;
  cluster.on_deliver = [&](const Message& message) {
    const auto* reply = std::get_if<AppendEntriesReply>(&message.body);
    if (reply != nullptr && !reply->success && reply->conflict != LogPosition{}) ++rejections[message.from.value];
  };
  cluster.elect(1);
  REQUIRE(cluster[1].raft().role() == Role::leader);
  REQUIRE(cluster[1].raft().term() == Term{8});
  for (int follower = 2; follower <= 7; ++follower) {
    CAPTURE(follower);
    CHECK(cluster[follower].raft().log() == cluster[1].raft().log());
    CHECK(cluster[follower].raft().commit_index() == Index{11});
    CHECK(cluster[follower].durable().log == cluster[1].raft().log());
  }
  // The number of replies needed to find where the logs diverge: one per entry, or one per term.
  CHECK(rejections[2] == 1);                  // a ends at 9
  CHECK(rejections[3] == (by_term ? 1 : 6));  // b ends at 4
  CHECK(rejections[4] == 0);                  // c and d agree at 10 and have more
  CHECK(rejections[5] == 0);
  CHECK(rejections[6] == (by_term ? 1 : 5));  // e ends with term 4, whose last entry at the leader is 5
  CHECK(rejections[7] == (by_term ? 1 : 7));  // f diverges after 3: no entry of the leader is of its terms 2 and 3
}

TEST_CASE("With linear-backtrack a long tail costs a round trip for each entry", "[5.3][figure7][mutation]") {
  Cluster cluster({server_with(7, {1, 1, 1, 4, 4, 5, 5, 6, 6, 6}), server_with(7, {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}),
                   server_with(7, {})},
                  options_with({Mutation::linear_backtrack}, plain()));
  int rejections = 0;
  cluster.on_deliver = [&](const Message& message) {
    const auto* reply = std::get_if<AppendEntriesReply>(&message.body);
    if (reply != nullptr && !reply->success && message.from == server_id(2)) ++rejections;
  };
  cluster.elect(1);
  CHECK(rejections == 7);
  CHECK(cluster[2].raft().log() == cluster[1].raft().log());
}

// Figure 8, message by message.
TEST_CASE("Figure 8: an entry of an earlier term is not committed by counting, as it can still be lost",
          "[5.4.2][figure8]") {
  const bool planted = GENERATE(false, true);
  const Options options = planted ? options_with({Mutation::figure8}, plain()) : plain();

  // (a), (b): S1 led term 2 and replicated its entry to S2 only; S5 led term 3 and replicated its entry to none.
  Server s1(1, 5, options, server_with(3, {1, 2}));
  Server s3(3, 5, options, server_with(3, {1}));
  Server s5(5, 5, options, server_with(3, {1, 3}));

  // (c): S1 leads term 4. Its entry of term 2 reaches S3, and so a quorum; its own entry of term 4 does not leave it.
  s1.win_election();
  REQUIRE(s1.raft().term() == Term{4});
  s1.receive(2, 4, AppendEntriesReply{.previous = {2}, .count = 0, .success = true});
  s3.receive(1, 4, AppendEntries{.previous = {{1}, {1}}, .leader_commit = {0}, .entries = EntryBatch({entry(2)})});
  s1.receive(3, 4, AppendEntriesReply{.previous = {1}, .count = 1, .success = true});
  CHECK(s1.progress(2).match_index() == Index{2});
  CHECK(s1.progress(3).match_index() == Index{2});

  if (!planted) {
    CHECK(s1.raft().commit_index() == Index{0});
    SECTION("(e): once an entry of term 4 is on a quorum, all before it is committed, and S5 cannot win any more") {
      s1.receive(2, 4, AppendEntriesReply{.previous = {2}, .count = 1, .success = true});
      const auto entries = s1.raft().log().range({3}, {3});
      s3.receive(1, 4,
                 AppendEntries{.previous = {{2}, {2}},
                               .leader_commit = {0},
                               .entries = EntryBatch(std::vector<Entry>(entries.begin(), entries.end()))});
      s1.receive(3, 4, AppendEntriesReply{.previous = {2}, .count = 1, .success = true});
      CHECK(s1.raft().commit_index() == Index{3});
      const auto replies = s3.receive(5, 5, RequestVote{.last = {{2}, {3}}});
      REQUIRE(replies.size() == 1);
      CHECK_FALSE(body_of<RequestVoteReply>(replies[0]).granted);
    }
  } else {
    CHECK(s1.raft().commit_index() == Index{2});  // told to a client, maybe
  }

  SECTION("(d): S1 is gone; S5 wins term 5 by its entry of term 3 and overwrites the entry of term 2") {
    s5.receive(1, 4, AppendEntriesReply{});  // hears of term 4
    s5.win_election();
    REQUIRE(s5.raft().term() == Term{5});
    const auto replies = s3.receive(5, 5, RequestVote{.last = {{2}, {3}}});
    REQUIRE(body_of<RequestVoteReply>(replies.at(0)).granted);  // S3's last entry is of term 2
    s3.receive(5, 5, AppendEntries{.previous = {{1}, {1}}, .leader_commit = {0}, .entries = EntryBatch({entry(3)})});
    CHECK(terms_of(s3.raft().log()) == std::vector<std::uint64_t>{1, 3});
    // With figure8 planted, S1 had committed index 2 with the entry of term 2: what was promised is lost.
    CHECK((s1.raft().commit_index() >= Index{2}) == planted);
  }
}
