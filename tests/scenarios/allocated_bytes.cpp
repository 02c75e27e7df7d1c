#include "scenarios/allocated_bytes.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t bytes = 0;
thread_local std::uint64_t held = 0;

void release(void* memory) {
  held -= malloc_usable_size(memory);  // 0 of null
  std::free(memory);
}

}  // namespace

std::uint64_t raftsim::tests::allocated_bytes() { return bytes; }
std::uint64_t raftsim::tests::held_bytes() { return held; }

// The program's own, so that they can be counted (C++20, [replacement.functions]).
void* operator new(std::size_t size) {
  bytes += size;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  held += malloc_usable_size(memory);
  return memory;
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { release(memory); }
