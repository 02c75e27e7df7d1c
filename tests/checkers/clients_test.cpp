// The guarantees for clients: a command takes effect once, a read is never stale, and the history has an order.
#include "catch.hpp"
#include "history.hpp"
#include "linearizability/told.hpp"

namespace raftsim::checkers::story {

namespace {

// Three servers with one entry committed for each of `count` indexes.
History with_log(std::size_t count, std::vector<std::string> without = {}) {
  auto options = History::in_memory(3);
  options.without = std::move(without);
  History history(options);
  history.elected(1, 7, {2});
  for (std::size_t i = 0; i < count; ++i) {
    const std::string command(1, static_cast<char>('a' + i));
    history.appends(1, 7, command).appends(2, 7, command);
  }
  return history.commits(1, count).commits(2, count);
}

// A server applies the command `sequence` of C1 at `index`, and reports where that took effect.
void applies(History& history, unsigned server, std::uint64_t index, std::uint64_t sequence, std::uint64_t effect,
             core::Digest machine = 0) {
  const std::string text(1, static_cast<char>('a' + index - 1));
  history.says({{static_cast<std::uint16_t>(server)},
                core::Applied{.position = {{index}, {7}},
                              .effect = {effect},
                              .entry = core::digest_of({7}, core::EntryKind::command, text),
                              .machine = machine,
                              .command = {1, sequence}}});
}

void asks(History& history, std::uint32_t client, std::uint64_t sequence, const core::Operation& asked,
          bool in_session = true) {
  history.suite().operation_invoked(history.moment(), client, sequence, asked, in_session);
}

void hears(History& history, std::uint32_t client, std::uint64_t sequence, const core::Answer& answer,
           std::uint64_t index) {
  history.suite().operation_returned(history.moment(), client, sequence, answer, {index});
}

}  // namespace

// --- exactly once ---

TEST_CASE("a command that was sent twice and took effect once is correct", "[exactly-once]") {
  auto history = with_log(2);
  asks(history, 1, 1, put("a"));
  applies(history, 1, 1, 1, 1);
  applies(history, 1, 2, 1, 1);
  applies(history, 2, 1, 1, 1);
  applies(history, 2, 2, 1, 1);
  hears(history, 1, 1, ok, 1);
  history.suite().ended(history.moment());
  CHECK(history.verdict() == "");
}

TEST_CASE("a command in a session is caught at its second effect", "[exactly-once]") {
  auto history = with_log(2);
  asks(history, 1, 1, put("a"));
  applies(history, 1, 1, 1, 1);
  applies(history, 1, 2, 1, 2);
  CHECK(history.verdict() ==
        "exactly-once: C1#1 takes effect once, at index 1; S1 let it take effect again at index 2");
}

TEST_CASE("an effect of a command whose client was told that it failed is caught", "[exactly-once]") {
  auto history = with_log(1);
  asks(history, 1, 1, put("a"));
  auto too_late = history;
  history.suite().operation_failed(history.moment(), 1, 1);
  applies(history, 1, 1, 1, 1);
  CHECK(history.verdict() ==
        "exactly-once: C1#1 never takes effect: its client was told so; S1 let it take effect at index 1");
  applies(too_late, 1, 1, 1, 1);
  too_late.suite().operation_failed(too_late.moment(), 1, 1);
  CHECK(too_late.verdict() ==
        "exactly-once: C1#1 has no effect, as its client is told; it had taken effect at index 1");
}

TEST_CASE("a failed operation cannot explain what others read", "[linearizability]") {
  auto options = History::in_memory(3);
  History history(options);
  asks(history, 1, 1, put("a"), false);
  history.suite().operation_failed(history.moment(), 1, 1);
  asks(history, 2, 1, get(), false);
  hears(history, 2, 1, is("a"), 1);
  history.suite().ended(history.moment());
  REQUIRE(history.suite().verdict().has_value());
  CHECK(history.suite().verdict()->checker == "linearizability");
}

TEST_CASE("a history of failed operations only is linearizable", "[linearizability]") {
  History history(History::in_memory(3));
  asks(history, 1, 1, put("a"));
  history.suite().operation_failed(history.moment(), 1, 1);
  history.suite().ended(history.moment());
  CHECK_FALSE(history.suite().verdict());
}

TEST_CASE("without a session a command may take effect each time it was sent", "[exactly-once]") {
  auto history = with_log(2);
  asks(history, 1, 1, put("a"), false);
  applies(history, 1, 1, 1, 1);
  applies(history, 1, 2, 1, 2);
  CHECK(history.verdict() == "");
}

TEST_CASE("an answer from a session for a command without effect is caught", "[exactly-once]") {
  auto history = with_log(2);
  asks(history, 1, 1, put("a"));
  applies(history, 1, 1, 1, 0);
  applies(history, 1, 2, 1, 1);
  CHECK(history.verdict() ==
        "exactly-once: what is answered from a session took effect where the answer says: C1#1 nowhere; at index 2 S1 "
        "took it for one that had taken effect at index 1");
}

TEST_CASE("an acknowledged command without effect is caught", "[exactly-once]") {
  auto history = with_log(1);
  asks(history, 1, 1, put("a"));
  applies(history, 1, 1, 1, 0);
  hears(history, 1, 1, ok, 1);
  CHECK(history.verdict() ==
        "exactly-once: C1#1 took effect before it was acknowledged; no server had let it take effect");
}

TEST_CASE("servers that expire sessions at different times diverge", "[exactly-once]") {
  auto history = with_log(2);
  applies(history, 1, 1, 1, 1);
  applies(history, 1, 2, 2, 2);
  applies(history, 2, 1, 1, 1);
  applies(history, 2, 2, 2, 0);
  CHECK(history.verdict() ==
        "exactly-once: all servers agree on what C1#2 at index 2 came to: on S1 it took effect; on S2 it took no "
        "effect");
}

// --- fresh reads ---

TEST_CASE("a read that began after a write was acknowledged sees it, by index", "[read-freshness]") {
  History history;
  asks(history, 1, 1, put("a"), false);
  hears(history, 1, 1, ok, 5);
  asks(history, 2, 1, get(), false);
  auto fresh = history;
  hears(fresh, 2, 1, is("a"), 5);
  CHECK(fresh.verdict() == "");
  hears(history, 2, 1, no, 4);
  CHECK(history.verdict() ==
        "read-freshness: C2#1 reads k1 as of index 5 at least: C1#1 wrote it there, and was acknowledged at 0.000 s, "
        "before the read began; it was answered as of index 4");
}

TEST_CASE("a read that was under way when the write was acknowledged may miss it", "[read-freshness]") {
  History history;
  asks(history, 1, 1, put("a"), false);
  asks(history, 2, 1, get(), false);
  hears(history, 1, 1, ok, 5);
  hears(history, 2, 1, no, 4);
  CHECK(history.verdict() == "");
}

TEST_CASE("a write to another key does not make a read stale", "[read-freshness]") {
  History history;
  asks(history, 1, 1, put("a", 1), false);
  hears(history, 1, 1, ok, 5);
  asks(history, 2, 1, get(2), false);
  hears(history, 2, 1, no, 4);
  CHECK(history.verdict() == "");
}

// --- the whole ---

TEST_CASE("without a session each effect of a command is a separate operation", "[linearizability]") {
  auto history = with_log(3);
  const bool in_session = GENERATE(false, true);
  asks(history, 1, 1, put("a"), in_session);
  applies(history, 1, 1, 1, 1);
  hears(history, 1, 1, ok, 1);
  asks(history, 2, 1, put("b"), false);
  hears(history, 2, 1, ok, 2);
  applies(history, 1, 2, 9, 2);
  if (!in_session) applies(history, 1, 3, 1, 3);  // a late copy of C1's request
  asks(history, 2, 2, get(), false);
  hears(history, 2, 2, is("a"), 3);
  history.suite().ended(history.moment());
  CHECK(history.verdict().empty() == !in_session);
}

TEST_CASE("answers without an order are a verdict at the end of the run, with a drawing", "[linearizability]") {
  auto options = History::in_memory(3);
  options.without = {"read-freshness"};
  History history(options);
  asks(history, 1, 1, put("a"), false);
  hears(history.at(10), 1, 1, ok, 5);
  asks(history.at(20), 2, 1, get(), false);
  hears(history.at(30), 2, 1, no, 4);
  CHECK(history.verdict() == "");
  history.suite().ended(history.moment());
  CHECK(history.verdict() ==
        "linearizability: the operations on k1 have an order in which each takes effect between its invocation and "
        "its answer, and that explains the answers; 2 operations have none: the longest order is C1#1; C2#1 get k1 "
        "was answered nothing there, and should then be answered \"a\"");
  CHECK(history.suite().verdict()->drawing ==
        "C1#1 put k1 \"a\" -> ok             |-|      0.000 s to 0.010 s\n"
        "C2#1 get k1     -> nothing there      |-|  0.020 s to 0.030 s\n");
  CHECK(history.suite().verdict()->operations == std::vector<core::CommandName>{{1, 1}, {2, 1}});
}

TEST_CASE("a command whose client got no answer still explains what others read", "[linearizability]") {
  auto history = with_log(1);
  asks(history, 1, 1, put("a"));
  applies(history, 1, 1, 1, 1);
  history.suite().operation_abandoned(history.moment(), 1, 1);
  asks(history, 2, 1, get(), false);
  hears(history, 2, 1, is("a"), 1);
  history.suite().ended(history.moment());
  CHECK(history.verdict() == "");
}

// --- snapshots ---

TEST_CASE("a snapshot of the applied state, installed on a server that lacks it, is correct", "[snapshot-is-prefix]") {
  auto history = with_log(2);
  applies(history, 1, 1, 1, 1, 0xa);
  applies(history, 1, 2, 2, 2, 0xb);
  history.takes_snapshot(1, 2, 7, 0xb).installs(3, 2, 7, 0, 0xb);
  CHECK(history.verdict() == "");
}

TEST_CASE("a snapshot whose index is ahead of its state is caught", "[snapshot-is-prefix]") {
  auto history = with_log(2);
  applies(history, 1, 1, 1, 1, 0xa);
  applies(history, 2, 1, 1, 1, 0xa);
  applies(history, 2, 2, 2, 2, 0xb);
  SECTION("by what was applied: the commit index is no measure") {
    history.takes_snapshot(1, 2, 7, 0xa);
    CHECK(history.verdict() ==
          "snapshot-is-prefix: S1 takes a snapshot of what it has applied, up to index 1; it took one that says it "
          "goes up to index 2");
  }
  SECTION("by its content") {
    history.takes_snapshot(2, 2, 7, 0xa);
    CHECK(history.verdict() ==
          "snapshot-is-prefix: the snapshot that S2 took holds the state after index 2, as S2 had it; it holds "
          "another one");
  }
  SECTION("by the term of its last entry") {
    history.takes_snapshot(2, 2, 6, 0xb);
    CHECK(history.verdict() ==
          "snapshot-is-prefix: the snapshot that S2 took ends in the committed entry at index 2, of term 7; it says "
          "that this entry is of term 6");
  }
}

TEST_CASE("a snapshot installed over a later state is caught", "[snapshot-is-prefix]") {
  auto history = with_log(2);
  applies(history, 2, 1, 1, 1, 0xa);
  applies(history, 2, 2, 2, 2, 0xb);
  history.installs(2, 1, 7, 0, 0xa);
  CHECK(history.verdict() ==
        "snapshot-is-prefix: S2 installs no snapshot that ends at or before its commit index, 2; it installed one "
        "that goes up to index 1, having applied up to index 2");
}

TEST_CASE("combined chunks of different snapshots are caught before they are read", "[snapshot-is-prefix]") {
  auto history = with_log(2);
  applies(history, 1, 1, 1, 1, 0xa);
  applies(history, 1, 2, 2, 2, 0xb);
  history.takes_snapshot(1, 1, 7, 0xa).takes_snapshot(1, 2, 7, 0xb).installs_garbled(3, 2, 7);
  CHECK(history.verdict() ==
        "snapshot-is-prefix: what S3 installs is one of the snapshots that were taken up to index 2; it put together "
        "other bytes");
}

TEST_CASE("a snapshot of uncommitted entries is caught", "[snapshot-is-prefix]") {
  auto history = with_log(2);
  history.installs(3, 3, 7, 0, 0xc);
  CHECK(history.verdict() ==
        "snapshot-is-prefix: the snapshot that S3 installed holds committed entries, up to index 2; it goes up to "
        "index 3");
}

TEST_CASE("a snapshot with another state than the entries gave is caught when it is installed",
          "[snapshot-is-prefix]") {
  auto history = with_log(2);
  applies(history, 1, 1, 1, 1, 0xa);
  applies(history, 1, 2, 2, 2, 0xb);
  SECTION("held against who applied the entries") {
    history.installs(3, 2, 7, 0, 0xc);
    CHECK(history.verdict() ==
          "snapshot-is-prefix: the snapshot that S3 installed holds the state after index 2, as S1 had it; it holds "
          "another one");
  }
  SECTION("who applies what follows on top of it is held against the others") {
    history.installs(3, 1, 7, 0, 0xa);
    CHECK(history.verdict() == "");
    history.appends_at(3, 2, 7, "b").commits(3, 2);
    applies(history, 3, 2, 2, 2, 0xc);
    CHECK(history.suite().verdict()->checker == "state-machine-safety");
  }
}

}  // namespace raftsim::checkers::story
