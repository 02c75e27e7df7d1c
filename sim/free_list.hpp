// Memory for blocks of one size that come and go all the time.
#pragma once

#include <cstddef>
#include <new>

namespace raftsim::sim {

// Each thread keeps what is given back for the next who takes. Payloads need a block for every packet; a general
// allocator has a few of a size at hand, and a network has more packets than that under way.
//
// Under AddressSanitizer nothing is kept, so that it sees who uses a block after giving it back.
template <std::size_t bytes>
class FreeList {
 public:
  [[nodiscard]] static void* take() {
    Kept& kept = of_this_thread();
    if (kept.first == nullptr) return ::operator new(size);
    Block* const block = kept.first;
    kept.first = block->next;
    return block;
  }
  static void give(void* memory) {
#ifdef __SANITIZE_ADDRESS__
    ::operator delete(memory);
#else
    Kept& kept = of_this_thread();
    kept.first = new (memory) Block{kept.first};
#endif
  }

 private:
  struct Block {
    Block* next;
  };
  struct Kept {
    Kept() = default;
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    ~Kept() {
      while (first != nullptr) {
        Block* const block = first;
        first = block->next;
        ::operator delete(block);
      }
    }
    Block* first = nullptr;
  };
  static constexpr std::size_t size = bytes < sizeof(Block) ? sizeof(Block) : bytes;
  static Kept& of_this_thread() {
    thread_local Kept kept;
    return kept;
  }
};

}  // namespace raftsim::sim
