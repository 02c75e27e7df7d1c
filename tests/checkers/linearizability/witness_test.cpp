#include "checkers/linearizability/witness.hpp"

#include <algorithm>
#include <optional>

#include "catch.hpp"
#include "checkers/linearizability/model.hpp"
#include "checkers/linearizability/search.hpp"
#include "told.hpp"

namespace raftsim::checkers::story {

namespace {

// A store that is linearizable by construction: each operation takes effect at one moment between its invocation and
// its answer, at the next index. Some answers never arrive, and some of those operations never take effect.
class RandomStore {
 public:
  explicit RandomStore(std::uint64_t seed) : state_(seed) {}

  ClientHistory run(std::size_t steps) {
    std::vector<std::optional<Client>> clients(5);
    for (std::size_t step = 0; step < steps; ++step) {
      const auto number = static_cast<std::uint32_t>(below(clients.size()));
      const auto at = sim::Time(std::chrono::milliseconds(step));
      auto& client = clients[number];
      if (!client) {
        client = Client{next_asked(), {}, {}};
        history_.invoked(number, ++sequence_, client->asked, at);
        client->sequence = sequence_;
      } else if (client->index == core::Index{}) {
        if (below(20) == 0) {
          history_.abandoned(number, client->sequence);
          client.reset();  // never took effect
          continue;
        }
        client->index = {++index_};
        client->answer = model_.apply(client->asked);
        history_.took_effect(number, client->sequence, client->index);
      } else {
        if (below(20) == 0) {
          history_.abandoned(number, client->sequence);  // took effect, and nobody was told
        } else {
          history_.returned(number, client->sequence, client->answer, client->index, at);
        }
        client.reset();
      }
    }
    return history_;
  }
  std::uint64_t below(std::uint64_t limit) { return (state_ = core::mix(state_, 1)) % limit; }

 private:
  struct Client {
    core::Operation asked;
    core::Answer answer;
    core::Index index;
    std::uint64_t sequence = 0;
  };
  core::Operation next_asked() {
    const std::string value = "v" + std::to_string(++values_) + ".";
    switch (below(6)) {
      case 0:
        return put(value);
      case 1:
        return append(value);
      case 2:
        return compare_and_set(model_.value().value_or("v1."), value);
      case 3:
        return erase();
      default:
        return get();
    }
  }

  std::uint64_t state_;
  KeyModel model_;
  ClientHistory history_;
  std::uint64_t sequence_ = 0;
  std::uint64_t index_ = 0;
  std::uint64_t values_ = 0;
};

}  // namespace

TEST_CASE("the servers' order explains what a good store did, and the search agrees", "[linearizability]") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto operations = RandomStore(seed).run(60).by_key().at(0);
    CAPTURE(seed);
    CHECK(is_witnessed(operations));
    CHECK(Search(operations).run(1'000'000) == Linearizable::yes);
  }
}

TEST_CASE("with one answer changed the witness never says yes where the search says no", "[linearizability]") {
  std::size_t refuted = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    RandomStore store(seed);
    auto operations = store.run(60).by_key().at(0);
    auto& changed = operations[store.below(operations.size())];
    if (!changed.has_returned()) continue;
    switch (store.below(3)) {
      case 0:
        changed.answer.found = !changed.answer.found;
        break;
      case 1:
        changed.answer = operations[store.below(operations.size())].answer;
        break;
      default:
        changed.index.value += store.below(7);  // a server that says the wrong index
        break;
    }
    CAPTURE(seed);
    const Linearizable searched = Search(operations).run(1'000'000);
    if (is_witnessed(operations)) CHECK(searched == Linearizable::yes);
    if (searched == Linearizable::no) ++refuted;
  }
  CHECK(refuted > 100);
}

TEST_CASE("an order of the servers that goes against real time is no witness", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok, 2).does(2, get(), no, 1);
  CHECK(!is_witnessed(told.key()));
}

TEST_CASE("a read is explained by the writes up to the index that it was served at", "[linearizability]") {
  Told told;
  told.asks(1, put("a")).asks(2, put("b")).asks(3, get()).hears(1, ok, 4).hears(2, ok, 5).hears(3, is("a"), 4);
  CHECK(is_witnessed(told.key()));
  SECTION("two reads at the same index are in the order in which they were asked") {
    told.does(3, get(), is("b"), 5).does(4, get(), is("b"), 5);
    CHECK(is_witnessed(told.key()));
  }
}

TEST_CASE("a wrong index is not held against answers that have an order", "[linearizability]") {
  Told told;
  told.does(1, put("a"), ok, 9).does(2, get(), is("a"), 3);
  CHECK(!is_witnessed(told.key()));
  const auto operations = told.key();
  CHECK(Search(operations).run(1000) == Linearizable::yes);
}

}  // namespace raftsim::checkers::story
