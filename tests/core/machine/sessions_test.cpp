// Exactly once (dissertation, section 6.3): a client that gets no answer sends its command again, and then it may be in
// the log twice. Without sessions an append would take effect twice, and a late copy of an old put would undo a newer
// one.
#include "core/machine/sessions.hpp"

#include "catch.hpp"
#include "core/machine/replica.hpp"

namespace raftsim::core::test {

TEST_CASE("A command that is in the log twice takes effect once, and gets the same answer twice", "[machine]") {
  Replica replica;
  const auto session = replica.open(1, 1).index;
  CHECK(session == Index{1});  // a session's id is the index of its entry
  const auto first = replica.in_session(session, {1, 2}, append(5, "x"));
  CHECK(first.status == AppliedStatus::took_effect);
  CHECK(first.name == CommandName{1, 2});
  CHECK(first.index == Index{2});
  CHECK(first.answer == yes());
  const auto again = replica.in_session(session, {1, 2}, append(5, "x"));
  CHECK(again.status == AppliedStatus::duplicate);
  CHECK(again.index == Index{2});  // where it took effect
  CHECK(again.answer == yes());
  CHECK(replica.value(5) == "x");
}

TEST_CASE("A duplicate gets the original answer, not a fresh one", "[machine]") {
  Replica replica;
  const auto mine = replica.open(1, 1).index;
  const auto theirs = replica.open(2, 1).index;
  (void)replica.in_session(mine, {1, 2}, put(5, "a"));
  CHECK(replica.in_session(mine, {1, 3}, get(5)).answer == yes("a"));
  (void)replica.in_session(theirs, {2, 2}, put(5, "b"));
  CHECK(replica.in_session(mine, {1, 3}, get(5)).answer == yes("a"));

  CHECK(replica.in_session(mine, {1, 4}, compare_and_set(5, "b", "c")).answer == yes());
  CHECK(replica.in_session(mine, {1, 4}, compare_and_set(5, "b", "c")).answer == yes());  // not "no, it has c"
}

TEST_CASE("A late copy of an old command does not undo later ones", "[machine]") {
  Replica replica;
  const auto session = replica.open(1, 1).index;
  (void)replica.in_session(session, {1, 2}, put(5, "old"));
  (void)replica.in_session(session, {1, 3}, put(5, "new"));
  const auto late = replica.in_session(session, {1, 2}, put(5, "old"));
  CHECK(late.status == AppliedStatus::outdated);  // no client waits for its answer
  CHECK(late.index == Index{});
  CHECK(replica.value(5) == "new");
}

TEST_CASE("A client may skip sequence numbers, and each client has its own", "[machine]") {
  Replica replica;
  const auto mine = replica.open(1, 1).index;
  const auto theirs = replica.open(2, 1).index;
  CHECK(replica.in_session(mine, {1, 100}, put(5, "a")).status == AppliedStatus::took_effect);
  CHECK(replica.in_session(theirs, {2, 7}, put(5, "b")).status == AppliedStatus::took_effect);
}

TEST_CASE("Without a session a command takes effect each time it is in the log", "[machine]") {
  Replica replica;
  CHECK(replica.plain({1, 1}, append(5, "x")).status == AppliedStatus::took_effect);
  CHECK(replica.plain({1, 1}, append(5, "x")).status == AppliedStatus::took_effect);
  CHECK(replica.value(5) == "xx");
}

TEST_CASE("A command of an unknown session is refused and has no effect", "[machine]") {
  Replica replica;
  const auto refused = replica.in_session({17}, {1, 1}, put(5, "x"));
  CHECK(refused.status == AppliedStatus::session_unknown);
  CHECK(refused.index == Index{});
  CHECK(replica.machine.read({5}) == no());
}

// --- sessions end ---

TEST_CASE("A session unused for the timeout expires with the next applied command", "[machine]") {
  Replica replica({.timeout = 10s});
  const auto idle = replica.open(1, 1).index;
  const auto busy = replica.open(2, 1).index;
  replica.at = Instant(9s);
  (void)replica.in_session(busy, {2, 2}, get(1));
  CHECK(replica.machine.sessions().size() == 2);
  replica.at = Instant(10s);
  (void)replica.in_session(busy, {2, 3}, get(1));
  CHECK(replica.machine.sessions().size() == 1);
  // If its command were carried out, it might be for the second time: no record is left.
  CHECK(replica.in_session(idle, {1, 2}, put(5, "x")).status == AppliedStatus::session_unknown);
  CHECK(replica.machine.read({5}) == no());
  CHECK(replica.in_session(busy, {2, 4}, put(5, "y")).status == AppliedStatus::took_effect);
}

TEST_CASE("A duplicate keeps its session alive, too", "[machine]") {
  Replica replica({.timeout = 10s});
  const auto session = replica.open(1, 1).index;
  (void)replica.in_session(session, {1, 2}, append(5, "x"));
  replica.at = Instant(9s);
  CHECK(replica.in_session(session, {1, 2}, append(5, "x")).status == AppliedStatus::duplicate);
  replica.at = Instant(18s);
  CHECK(replica.in_session(session, {1, 3}, append(5, "y")).status == AppliedStatus::took_effect);
}

TEST_CASE("Agreed time does not go back, even if a new leader's clock is behind the old one's", "[machine]") {
  Replica replica({.timeout = 10s});
  replica.at = Instant(50s);
  const auto session = replica.open(1, 1).index;
  replica.at = Instant(3s);
  CHECK(replica.in_session(session, {1, 2}, get(1)).status == AppliedStatus::took_effect);
  CHECK(replica.machine.now() == Instant(50s));
}

TEST_CASE("A replica's own clock has no influence: it may apply late, all at once, or again after a restart",
          "[machine]") {
  Replica prompt({.timeout = 10s});
  Replica late({.timeout = 10s});
  late.surroundings.now = Instant(1h);
  for (auto* replica : {&prompt, &late}) {
    const auto session = replica->open(1, 1).index;
    replica->at = Instant(9s);
    CHECK(replica->in_session(session, {1, 2}, put(5, "x")).status == AppliedStatus::took_effect);
  }
  CHECK(prompt.machine == late.machine);
  CHECK(prompt.machine.digest() == late.machine.digest());
}

TEST_CASE("At the limit a new session evicts the least recently used one", "[machine]") {
  Replica replica({.timeout = 1h, .count = 2});
  const auto first = replica.open(1, 1).index;
  replica.at = Instant(1s);
  const auto second = replica.open(2, 1).index;
  replica.at = Instant(2s);
  (void)replica.in_session(first, {1, 2}, get(1));
  replica.at = Instant(3s);
  (void)replica.open(3, 1);
  CHECK(replica.machine.sessions().size() == 2);
  CHECK(replica.in_session(second, {2, 2}, get(1)).status == AppliedStatus::session_unknown);
  CHECK(replica.in_session(first, {1, 3}, get(1)).status == AppliedStatus::took_effect);
}

// --- what people get wrong ---

TEST_CASE("Known bug: if the session is not checked, a retry takes effect twice", "[machine]") {
  Replica replica({}, with(Mutation::no_dedup));
  const auto session = replica.open(1, 1).index;
  (void)replica.in_session(session, {1, 2}, append(5, "x"));
  CHECK(replica.in_session(session, {1, 2}, append(5, "x")).status == AppliedStatus::took_effect);
  CHECK(replica.value(5) == "xx");
}

TEST_CASE("Known bug: only the leader that appended a command detects its duplicate, the next leader does not",
          "[machine]") {
  Replica old_leader({}, with(Mutation::dedup_in_memory));
  old_leader.surroundings.leads = true;
  Replica next_leader({}, with(Mutation::dedup_in_memory));
  for (auto* replica : {&old_leader, &next_leader}) {
    const auto session = replica->open(1, 1).index;
    (void)replica->in_session(session, {1, 2}, append(5, "x"));
    // Nothing that servers compare or save distinguishes them.
    CHECK(replica->machine.digest() == old_leader.machine.digest());
    CHECK(replica->machine.save() == old_leader.machine.save());
    (void)replica->in_session(session, {1, 2}, append(5, "x"));
  }
  CHECK(old_leader.value(5) == "x");
  CHECK(next_leader.value(5) == "xx");
}

TEST_CASE("Known bug: sessions that expire by a server's own clock exist on one server and not on another",
          "[machine]") {
  Replica prompt({.timeout = 10s}, with(Mutation::expiry_local_clock));
  Replica late({.timeout = 10s}, with(Mutation::expiry_local_clock));
  late.surroundings.now = Instant(1h);
  for (auto* replica : {&prompt, &late}) {
    const auto session = replica->open(1, 1).index;
    (void)replica->in_session(session, {1, 2}, put(5, "x"));
  }
  CHECK(prompt.machine.digest() != late.machine.digest());
  CHECK(late.machine.read({5}) == no());
}

TEST_CASE("Known bug: a command dropped because of its age takes effect on one server and not on another",
          "[machine]") {
  Replica prompt({}, with(Mutation::nondeterministic_apply));
  Replica late({}, with(Mutation::nondeterministic_apply));
  late.surroundings.now = Instant(1s);
  for (auto* replica : {&prompt, &late}) (void)replica->plain({1, 1}, put(5, "x"));
  CHECK(prompt.value(5) == "x");
  CHECK(late.machine.read({5}) == no());
}

}  // namespace raftsim::core::test
