#include "tools/benchmark/allocations.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t count = 0;
thread_local std::uint64_t bytes = 0;

}  // namespace

std::uint64_t raftsim::benchmarks::allocations() { return count; }
std::uint64_t raftsim::benchmarks::allocated_bytes() { return bytes; }

// The program's own, so that they can be counted (C++20, [replacement.functions]).
void* operator new(std::size_t size) {
  ++count;
  bytes += size;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
