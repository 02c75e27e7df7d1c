#include "tools/bench/reference_loop.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <functional>
#include <limits>
#include <vector>

#include "sim/fingerprint.hpp"

namespace raftsim::tools {

namespace {

constexpr int pending = 64;
constexpr int rounds = 200'000;
constexpr int attempts = 3;

}  // namespace

double reference_nanoseconds() {
  double least = std::numeric_limits<double>::max();
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::uint64_t random = 0;
    std::vector<std::uint64_t> heap;
    const auto push = [&](std::uint64_t after) {
      heap.push_back(after + (sim::scramble(++random) >> 40U));
      std::push_heap(heap.begin(), heap.end(), std::greater<>());
    };
    for (int i = 0; i < pending; ++i) push(0);
    const std::clock_t begin = std::clock();
    for (int round = 0; round < rounds; ++round) {
      std::pop_heap(heap.begin(), heap.end(), std::greater<>());
      const std::uint64_t now = heap.back();
      heap.pop_back();
      push(now);
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    least = std::min(least, seconds * 1e9 / rounds);
  }
  return least;
}

}  // namespace raftsim::tools
