// Disks that lost what they had promised to keep, and what that means for verdicts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checkers/durable_image.hpp"
#include "core/hash.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

class Ledger;

// Which servers' disks have broken a promise (Disk::broken_promises) since their server last came up.
class BrokenPromises {
 public:
  // Returns whether `server` has such a disk.
  bool look(core::ServerId server, const sim::Disk& disk);
  // The same, for a server that comes up: from now on its disk is what it is.
  bool take(core::ServerId server);

 private:
  struct Watched {
    std::uint64_t seen = 0;
    bool broken = false;
  };
  std::vector<Watched> disks_;  // by server; empty while all is well
};

// What a server relied on.
struct Promise {
  core::HardState hard_state;
  core::Index last;
  core::Digest chain = 0;  // of the log up to `last`
};
[[nodiscard]] Promise promise_of(const DurableImage& durable);
// In words; nothing when all of it is there.
[[nodiscard]] std::optional<std::string> what_is_lost(const Promise& promised, const DurableImage& found);

// The text of a verdict, and that the model is left if it is (Ledger::beyond_model).
[[nodiscard]] std::string with_label(const Ledger& ledger, std::string seen);

}  // namespace raftsim::checkers
