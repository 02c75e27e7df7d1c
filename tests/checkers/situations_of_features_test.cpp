#include "catch.hpp"
#include "history.hpp"

namespace raftsim::checkers::story {

namespace {

using core::Reason;

template <core::IsObserved What>
core::Observation of(unsigned server, const What& what, Reason reason = Reason::none) {
  return {{static_cast<std::uint16_t>(server)}, what, reason};
}

core::Observation configured(unsigned server, const core::Configuration& configuration, Reason reason) {
  return of(server, core::Configured{{}, configuration}, reason);
}

core::Observation role(unsigned server, std::uint64_t term, core::Role now, Reason reason) {
  return of(server, core::BecameRole{now, {term}}, reason);
}

core::Message chunk(std::uint64_t offset, std::string_view bytes, std::uint64_t size) {
  const core::SnapshotChunk part{{{{9}, {7}}, size, 1}, {}, offset, core::Bytes(bytes)};
  return {{1}, {2}, {7}, core::InstallSnapshot{core::make_shared_value<const core::SnapshotChunk>(part)}};
}

// S1 leads term 7 and has committed two entries that S2 has; S3 has others from an older term.
History with_divergent_follower() {
  auto options = History::in_memory(3);
  options.without = {"snapshot-is-prefix", "configuration-safety", "recovery"};
  History history(options);
  history.follows(3, 6).appends(3, 6, "x").appends(3, 6, "y");
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").appends(1, 7, "b").appends(2, 7, "b");
  return history.commits(1, 2);
}

}  // namespace

TEST_CASE("a snapshot that replaces a divergent log is distinguished from one that the log matches", "[situations]") {
  auto history = with_divergent_follower();
  auto agreeing = history;
  agreeing.installs(2, 1, 7, 2);
  CHECK(agreeing.reached(Situation::snapshot_installed));
  CHECK(agreeing.reached(Situation::suffix_kept));
  CHECK(!agreeing.reached(Situation::snapshot_over_divergent_log));
  history.installs(3, 2, 7, 2);
  CHECK(history.reached(Situation::snapshot_over_divergent_log));
  CHECK(!history.reached(Situation::suffix_kept));
}

TEST_CASE("a crash between two chunks interrupts a snapshot transfer, one after the last does not", "[situations]") {
  auto history = with_divergent_follower();
  history.suite().delivered(history.moment(), {}, chunk(0, "half", 8));
  auto whole = history;
  whole.suite().delivered(whole.moment(), {}, chunk(4, "half", 8));
  whole.crashes(2);
  CHECK(!whole.reached(Situation::snapshot_transfer_interrupted));
  CHECK(!history.reached(Situation::duplicate_chunk_delivered));
  sim::Packet copy;
  copy.duplicate_of = 1;
  history.suite().delivered(history.moment(), copy, chunk(0, "half", 8));
  CHECK(history.reached(Situation::duplicate_chunk_delivered));
  history.crashes(2);
  CHECK(history.reached(Situation::snapshot_transfer_interrupted));
}

TEST_CASE("a change of members is distinguished from a restored or rolled back configuration", "[situations]") {
  auto history = with_divergent_follower();
  const core::Configuration learning{{{1}, {2}}, {}, {{3}}};
  history.says(configured(2, learning, Reason::configuration_restored));
  CHECK(!history.reached(Situation::configuration_appended));
  history.says(configured(2, {{{1}, {2}, {3}}, {{1}, {2}}, {}}, Reason::configuration_appended));
  CHECK(history.reached(Situation::configuration_appended));
  CHECK(history.reached(Situation::joint_entered));
  CHECK(history.reached(Situation::learner_promoted));
  CHECK(!history.reached(Situation::joint_left));
  history.says(configured(2, learning, Reason::configuration_rolled_back));
  CHECK(history.reached(Situation::configuration_rolled_back));
  CHECK(!history.reached(Situation::joint_left));
}

TEST_CASE("a chunk of an older term or for a removed server is not a transfer", "[situations]") {
  auto history = with_divergent_follower();
  SECTION("refused") {
    history.follows(2, 8).suite().delivered(history.moment(), {}, chunk(0, "half", 8));
    history.crashes(2);
    CHECK(!history.reached(Situation::snapshot_transfer_interrupted));
  }
  SECTION("its leader has removed whom it sent one to") {
    history.believes(1, 3, 0, 3, core::ProgressState::snapshot, Reason::compacted_log);
    auto sending = history;
    sending.crashes(1);
    CHECK(sending.reached(Situation::snapshot_transfer_interrupted));
    history.configures(1, 7, core::Configuration::of_voters({{1}, {2}})).crashes(1);
    CHECK(!history.reached(Situation::snapshot_transfer_interrupted));
  }
}

TEST_CASE("ignored inputs are distinguished by their reason", "[situations]") {
  auto history = with_divergent_follower();
  history.says(of(2, core::Ignored{}, Reason::stale_snapshot));
  CHECK(history.reached(Situation::stale_snapshot_ignored));
  CHECK(!history.reached(Situation::stale_chunk_reply_ignored));
  history.says(of(1, core::Ignored{}, Reason::stale_chunk_reply));
  CHECK(history.reached(Situation::stale_chunk_reply_ignored));
  CHECK(!history.reached(Situation::proposal_refused_at_limit));
  history.says(of(1, core::Ignored{}, Reason::too_much_uncommitted));
  CHECK(history.reached(Situation::proposal_refused_at_limit));
}

TEST_CASE("a leader removed by its own change steps down", "[situations]") {
  auto history = with_divergent_follower();
  auto follower = history;
  follower.says(role(2, 7, core::Role::follower, Reason::removed));
  CHECK(!follower.reached(Situation::leader_removed_itself));
  history.says(role(1, 7, core::Role::follower, Reason::removed));
  CHECK(history.reached(Situation::leader_removed_itself));
}

TEST_CASE("a transfer is completed when the successor leads, and interrupted when the leader crashes", "[situations]") {
  auto history = with_divergent_follower();
  history.says(of(1, core::Transferring{}, Reason::transfer_begun));
  CHECK(history.reached(Situation::transfer_begun));
  auto crashed = history;
  crashed.crashes(1);
  CHECK(crashed.reached(Situation::transfer_interrupted));
  auto late = history;
  late.says(of(1, core::Transferring{}, Reason::transfer_timed_out)).crashes(1);
  CHECK(late.reached(Situation::transfer_timed_out));
  CHECK(!late.reached(Situation::transfer_interrupted));
  history.says(role(2, 8, core::Role::candidate, Reason::timeout_now));
  CHECK(!history.reached(Situation::transfer_completed));
  history.says(role(2, 8, core::Role::leader, Reason::won_election));
  CHECK(history.reached(Situation::transfer_completed));
}

TEST_CASE("reads by a quorum, by a lease, and too late for an election", "[situations]") {
  auto history = with_divergent_follower();
  history.says(of(1, core::ReadConfirmed{}, Reason::confirmed_by_quorum));
  CHECK(history.reached(Situation::read_confirmed_by_quorum));
  CHECK(!history.reached(Situation::read_confirmed_by_lease));
  core::AppendEntriesReply ack;
  ack.success = true;
  ack.round = 3;
  history.suite().delivered(history.moment(), {}, {{2}, {1}, {7}, ack});
  CHECK(!history.reached(Situation::read_round_overtaken));
  history.follows(1, 8).suite().delivered(history.moment(), {}, {{2}, {1}, {7}, ack});
  CHECK(history.reached(Situation::read_round_overtaken));
}

TEST_CASE("answers from a session are distinguished from refusals", "[situations]") {
  auto options = History::in_memory(3);
  options.without = {"exactly-once"};
  History history(options);
  history.elected(1, 7, {2}).appends(1, 7, "a").appends(2, 7, "a").appends(1, 7, "b").appends(2, 7, "b").commits(1, 2);
  core::Applied applied{.position = {{1}, {7}}, .effect = {1}, .command = {1, 0}};
  applied.entry = core::digest_of({7}, core::EntryKind::command, "a");
  history.says(of(1, applied));
  CHECK(!history.reached(Situation::answered_from_session));
  applied.position.index = {2};
  applied.entry = core::digest_of({7}, core::EntryKind::command, "b");
  auto refused = history;
  history.says(of(1, applied));
  CHECK(history.reached(Situation::answered_from_session));
  CHECK(!history.reached(Situation::session_refused));
  applied.effect = {};
  refused.says(of(1, applied));
  CHECK(refused.reached(Situation::session_refused));
}

}  // namespace raftsim::checkers::story
