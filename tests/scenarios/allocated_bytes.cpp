#include "scenarios/allocated_bytes.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t bytes = 0;

}  // namespace

std::uint64_t raftsim::tests::allocated_bytes() { return bytes; }

// The program's own, so that they can be counted (C++20, [replacement.functions]).
void* operator new(std::size_t size) {
  bytes += size;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
