#include "sim/free_list.hpp"

#include <set>
#include <vector>

#include "catch.hpp"
#include "sim/payload.hpp"

using namespace raftsim::sim;

TEST_CASE("a block that was given back is the next one taken") {
  using List = FreeList<48>;
  std::set<void*> blocks;
  for (int i = 0; i < 10; ++i) blocks.insert(List::take());
  CHECK(blocks.size() == 10);
  for (void* block : blocks) List::give(block);
#ifndef __SANITIZE_ADDRESS__
  for (std::size_t i = 0; i < 10; ++i) blocks.insert(List::take());
  CHECK(blocks.size() == 10);
  for (void* block : blocks) List::give(block);
#endif
}

TEST_CASE("a payload's value ends with the last packet that carries it") {
  struct Counted {
    explicit Counted(int& count) : alive(&count) { ++*alive; }
    Counted(const Counted& other) : alive(other.alive) { ++*alive; }
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --*alive; }
    int* alive;
  };
  int alive = 0;
  for (int round = 0; round < 3; ++round) {
    Payload first = Payload::of(Counted(alive));
    Payload second = first;
    CHECK(alive == 1);
    first = Payload();
    CHECK(second.as<Counted>().alive == &alive);
    second = Payload();
    CHECK(alive == 0);
  }
}
