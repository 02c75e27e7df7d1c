// The machine as a whole: what all replicas agree on, and what its snapshot keeps.
#include "core/machine/machine.hpp"

#include <functional>
#include <vector>

#include "catch.hpp"
#include "core/machine/replica.hpp"

namespace raftsim::core::test {

namespace {

// A little of everything.
Replica lived_in() {
  Replica replica({.timeout = 10s, .count = 3});
  replica.at = Instant(1s);
  const auto first = replica.open(1, 1).index;
  (void)replica.in_session(first, {1, 2}, put(1, "one"));
  (void)replica.in_session(first, {1, 3}, get(1));
  replica.at = Instant(2s);
  const auto second = replica.open(2, 1).index;
  (void)replica.in_session(second, {2, 2}, append(7, std::string(100, 's')));
  return replica;
}

}  // namespace

TEST_CASE("A no-op, a configuration or foreign bytes change nothing", "[machine]") {
  auto replica = lived_in();
  const auto before = replica.machine;
  const auto payload = encode(Command{.kind = CommandKind::plain, .name = {1, 1}, .operation = put(1, "x")});
  for (const auto& entry : {Entry{{1}, EntryKind::no_op, {}}, Entry{{1}, EntryKind::configuration, payload},
                            Entry{{1}, EntryKind::command, Bytes("command number 5 of somebody")}}) {
    CHECK(replica.apply(entry).status == AppliedStatus::no_command);
    CHECK(replica.machine == before);
    CHECK(replica.machine.digest() == before.digest());
  }
}

TEST_CASE("A snapshot restores the whole machine: data, sessions, agreed time", "[machine]") {
  const auto original = lived_in();
  const auto state = original.machine.save();
  const auto restored = Machine({.timeout = 10s, .count = 3}).restored(state.view());
  REQUIRE(restored);
  CHECK(*restored == original.machine);
  CHECK(restored->digest() == original.machine.digest());
  CHECK(restored->now() == Instant(2s));
  CHECK(restored->read({1}) == yes("one"));
  CHECK(restored->save() == state);
}

TEST_CASE("A replica restored from a snapshot continues like one that applied everything", "[machine]") {
  auto original = lived_in();
  auto other = lived_in();
  other.machine = *other.machine.restored(original.machine.save().view());
  for (auto* replica : {&original, &other}) {
    replica->at = Instant(5s);
    CHECK(replica->in_session({1}, {1, 3}, get(1)).status == AppliedStatus::duplicate);
    CHECK(replica->in_session({1}, {1, 3}, get(1)).answer == yes("one"));
    CHECK(replica->in_session({1}, {1, 4}, append(1, "!")).status == AppliedStatus::took_effect);
    replica->at = Instant(12s);  // the second session has expired
    CHECK(replica->in_session({4}, {2, 3}, get(1)).status == AppliedStatus::session_unknown);
    CHECK(replica->machine.sessions().size() == 1);
  }
  CHECK(original.machine == other.machine);
  CHECK(original.machine.digest() == other.machine.digest());
  CHECK(original.machine.save() == other.machine.save());
}

// Otherwise replicas that differ would be considered equal.
TEST_CASE("The digest covers everything that a snapshot keeps", "[machine]") {
  const std::vector<std::function<void(Replica&)>> changes{
      [](Replica& it) { (void)it.plain({9, 1}, put(1, "other")); },
      [](Replica& it) { (void)it.plain({9, 1}, put(8, "new")); },
      [](Replica& it) { (void)it.plain({9, 1}, erase(1)); },
      [](Replica& it) { (void)it.open(9, 1); },
      [](Replica& it) { (void)it.open(8, 1); },
      [](Replica& it) { (void)it.in_session({1}, {1, 3}, get(1)); },  // used: a duplicate
      [](Replica& it) { (void)it.in_session({1}, {1, 4}, get(1)); },
      [](Replica& it) { (void)it.in_session({1}, {1, 5}, get(1)); },
      [](Replica& it) { (void)it.in_session({1}, {1, 5}, get(2)); },  // another answer
      [](Replica& it) { (void)it.in_session({1}, {1, 5}, get(7)); },
      [](Replica& it) {  // only time
        it.at = Instant(3s);
        (void)it.plain({9, 1}, get(1));
      },
      [](Replica& it) {  // and all sessions expire
        it.at = Instant(30s);
        (void)it.plain({9, 1}, get(1));
      },
      [](Replica& it) {  // the answer is the same, and was given at another index
        (void)it.plain({9, 1}, get(1));
        (void)it.in_session({1}, {1, 4}, get(1));
      },
  };
  std::vector<Machine> machines{lived_in().machine};
  for (const auto& change : changes) {
    auto replica = lived_in();
    change(replica);
    machines.push_back(replica.machine);
  }
  for (std::size_t i = 0; i < machines.size(); ++i) {
    CHECK(machines[i].restored(machines[i].save().view())->digest() == machines[i].digest());
    for (std::size_t j = 0; j < i; ++j) {
      INFO(i << " and " << j);
      CHECK((machines[i].digest() == machines[j].digest()) == (machines[i].save() == machines[j].save()));
      CHECK(machines[i].digest() != machines[j].digest());
    }
  }
}

TEST_CASE("Truncated or overlong bytes are not a machine", "[machine]") {
  const auto original = lived_in().machine;
  const auto state = std::string(original.save().view());
  for (std::size_t size = 0; size < state.size(); ++size) CHECK_FALSE(original.restored(state.substr(0, size)));
  CHECK_FALSE(original.restored(state + '\0'));
  CHECK(original.restored(state));
}

TEST_CASE("Known bug: after a snapshot without answers, a retry takes effect again", "[machine]") {
  for (const bool broken : {false, true}) {
    Replica replica({}, broken ? with(Mutation::sessions_not_in_snapshot) : Mutations{});
    const auto session = replica.open(1, 1).index;
    (void)replica.in_session(session, {1, 2}, append(5, "x"));
    replica.machine = *replica.machine.restored(replica.machine.save().view());
    (void)replica.in_session(session, {1, 2}, append(5, "x"));
    CHECK(replica.value(5) == (broken ? "xx" : "x"));
  }
}

}  // namespace raftsim::core::test
