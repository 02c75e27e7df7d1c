// The basic values: payloads, batches, messages, and a server as a whole.
#include <set>
#include <string>
#include <type_traits>

#include "catch.hpp"
#include "core/assertion.hpp"
#include "core/mutation.hpp"
#include "core/observation_fields.hpp"
#include "test_cluster.hpp"

using namespace raftsim::core;
using namespace raftsim::core::test;

TEST_CASE("A payload keeps its value, short or long, copied, moved or assigned to itself", "[bytes]") {
  for (const std::size_t size : {0U, 1U, 20U, 21U, 1000U}) {
    const std::string content(size, 'x');
    Bytes original(content);
    Bytes copy = original;
    CHECK(copy.view() == content);
    Bytes moved = std::move(copy);
    CHECK(moved.view() == content);
    Bytes assigned("before, and long enough to be shared");
    assigned = moved;
    assigned = *&assigned;
    CHECK(assigned == original);
    moved = Bytes("other");
    CHECK(moved.view() == "other");
    CHECK(assigned.view() == content);
    CHECK(original.size() == size);
  }
  CHECK_FALSE(Bytes("a") == Bytes("b"));
}

TEST_CASE("Copies of a long payload share its bytes", "[bytes]") {
  const Bytes original(std::string(100, 'x'));
  const Bytes copy = original;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(copy.view().data() == original.view().data());
}

TEST_CASE("A batch is shared by its copies and compared by content", "[entry]") {
  const EntryBatch batch({entry(1, "a"), entry(2, "b")});
  const EntryBatch copy = batch;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(copy.view().data() == batch.view().data());
  CHECK(batch == EntryBatch({entry(1, "a"), entry(2, "b")}));
  CHECK_FALSE(batch == EntryBatch({entry(1, "a"), entry(2, "c")}));
  CHECK_FALSE(batch == EntryBatch({entry(1, "a")}));
  CHECK(EntryBatch().empty());
  CHECK(EntryBatch(std::vector<Entry>{}) == EntryBatch());
}

TEST_CASE("An entry's digest distinguishes term, kind and payload", "[entry]") {
  const std::set<Digest> digests{digest_of(entry(1, "a")), digest_of(entry(2, "a")), digest_of(entry(1, "b")),
                                 digest_of(entry(1, "")),
                                 digest_of(Entry{.term = {1}, .kind = EntryKind::no_op, .payload = Bytes("a")})};
  CHECK(digests.size() == 5);
}

TEST_CASE("Messages have a kind, a size and a digest of their whole content", "[message]") {
  const auto message = [](decltype(Message::body) body, std::uint64_t term = 1) {
    return Message{.from = {1}, .to = {2}, .term = {term}, .body = std::move(body)};
  };
  const std::vector<std::pair<Message, std::string>> kinds{
      {message(RequestVote{}), "RequestVote"},
      {message(RequestVote{.last = {}, .pre_vote = true}), "PreVote"},
      {message(RequestVoteReply{}), "RequestVoteReply"},
      {message(RequestVoteReply{.granted = false, .pre_vote = true}), "PreVoteReply"},
      {message(AppendEntries{}), "Heartbeat"},
      {message(AppendEntries{.previous = {}, .leader_commit = {}, .entries = EntryBatch({entry(1)})}), "AppendEntries"},
      {message(AppendEntriesReply{}), "AppendEntriesReply"}};
  std::set<Digest> digests;
  for (const auto& [sent, name] : kinds) {
    CHECK(name_of(kind_of(sent)) == name);
    CHECK(wire_size(sent) > 0);
    digests.insert(digest_of(sent));
  }
  digests.insert(digest_of(message(AppendEntriesReply{}, 2)));
  digests.insert(digest_of(message(AppendEntriesReply{.previous = {1}, .count = 0, .success = false})));
  digests.insert(digest_of(message(AppendEntriesReply{.previous = {0}, .count = 1, .success = false})));
  digests.insert(digest_of(message(AppendEntriesReply{.previous = {0}, .count = 0, .success = true})));
  digests.insert(digest_of(message(RequestVote{.last = {{1}, {0}}, .pre_vote = false})));
  CHECK(digests.size() == kinds.size() + 5);
  CHECK(wire_size(kinds[5].first) == wire_size(kinds[4].first) + wire_size(entry(1)));
}

TEST_CASE("Every observation has a name, and every reason a description", "[observation]") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < observation_kind_count; ++i) names.insert(name_of(static_cast<ObservationKind>(i)));
  CHECK(names.size() == observation_kind_count);
  CHECK(std::string(name_of(Role::pre_candidate)) == "pre-candidate");
  CHECK(std::string(describe(Reason::none)).empty());
  CHECK(std::string(describe(Reason::overwritten_write)) != "?");
  for (std::size_t i = 0; i < observation_kind_count; ++i) {
    CHECK(blank(static_cast<ObservationKind>(i)).index() == i);
  }
}

TEST_CASE("An observation is trivially copyable, and is one cache line", "[observation]") {
  CHECK(sizeof(Observation) <= 64);
  CHECK(std::is_trivially_copyable_v<Observation>);
  // Server and reason are stored after the widest of the alternatives, which must not overwrite them.
  Observation said({3}, Stored{{1}}, Reason::leader_said);
  said.what = Configured{{4}, Configuration::of_voters({{1}, {2}})};
  CHECK(said.server == ServerId{3});
  CHECK(said.reason == Reason::leader_said);
  const Observation copy = said;
  said.what.emplace<Applied>(LogPosition{{~std::uint64_t{0}}, {~std::uint64_t{0}}}, Index{~std::uint64_t{0}},
                             ~Digest{0}, ~Digest{0}, CommandName{~std::uint32_t{0}, ~std::uint64_t{0}});
  CHECK(said.server == ServerId{3});
  CHECK(said.reason == Reason::leader_said);
  CHECK(copy.get_if<Configured>()->index == Index{4});
  CHECK(copy.get_if<Applied>() == nullptr);
}

TEST_CASE("Mutations form a set", "[mutation]") {
  Mutations mutations;
  CHECK(mutations.empty());
  mutations.plant(Mutation::figure8);
  mutations.plant(Mutation::figure8);
  CHECK(mutations.has(Mutation::figure8));
  CHECK_FALSE(mutations.has(Mutation::stable_aba));
  CHECK_FALSE(mutations == Mutations());
  // Each is distinct, even if there are more than a word has bits.
  for (std::size_t planted = 0; planted < mutation_count; ++planted) {
    Mutations one;
    one.plant(static_cast<Mutation>(planted));
    CHECK_FALSE(one.empty());
    for (std::size_t asked = 0; asked < mutation_count; ++asked) {
      CHECK(one.has(static_cast<Mutation>(asked)) == (asked == planted));
    }
  }
}

TEST_CASE("A server is a value: a copy behaves like the original, and is independent", "[raft]") {
  Server original(1, 3);
  original.win_election();
  Server copy = original;
  CHECK(copy.raft() == original.raft());
  CHECK(copy.raft().digest() == original.raft().digest());
  CHECK(copy.propose({"a"}) == original.propose({"a"}));
  CHECK(copy.raft() == original.raft());
  copy.propose({"b"});
  CHECK_FALSE(copy.raft() == original.raft());
  CHECK(copy.raft().digest() != original.raft().digest());
}

TEST_CASE("Server number 0 is rejected, and a server need not be a member of its configuration", "[raft]") {
  const auto boot = [](ServerId self, std::vector<ServerId> servers) {
    return Raft(self, std::move(servers), Options(), {}, start, 200ms);
  };
  CHECK_NOTHROW(boot({1}, {{1}}));
  CHECK_NOTHROW(boot({1}, {{2}, {3}}));
  CHECK_NOTHROW(boot({1}, {}));
  CHECK_THROWS_AS(boot({0}, {{1}}), AssertionFailed);
  CHECK_THROWS_AS(boot({1}, {{0}, {1}}), AssertionFailed);
}
