#include "tools/bench/allocations.hpp"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RAFTSIM_OTHER_NEW
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define RAFTSIM_OTHER_NEW
#endif
#endif

namespace {

thread_local std::uint64_t count = 0;
thread_local std::uint64_t bytes = 0;

}  // namespace

std::uint64_t raftsim::tools::allocations() { return count; }
std::uint64_t raftsim::tools::allocated_bytes() { return bytes; }

#ifndef RAFTSIM_OTHER_NEW
// The program's own, so that they can be counted (C++20, [replacement.functions]).
void* operator new(std::size_t size) {
  ++count;
  bytes += size;
  for (;;) {
    if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
#endif
