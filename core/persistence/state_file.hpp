// The whole state in one file that is replaced on each write: the simplest approach, at O(log size) per write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/mutation.hpp"
#include "core/persistence/file_operation.hpp"
#include "core/raft/effects.hpp"
#include "core/raft/log.hpp"
#include "core/raft/restored.hpp"

namespace raftsim::core {

// Write `state.new`, fsync it, rename it over `state`, fsync the directory: at any moment the disk holds either the old
// or the new state, complete (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014, on why each step is
// needed). One replacement is under way at a time; the next one covers everything submitted meanwhile. A snapshot has
// its own file, which is replaced in the same way before the state continues from it.
class StateFile {
 public:
  explicit StateFile(Mutations mutations = {});
  // Continues from a recovered file. The first replacement waits for `repairs_tag`, unless it is 0.
  StateFile(const Restored& restored, std::uint64_t repairs_tag, Mutations mutations = {});

  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);
  friend bool operator==(const StateFile&, const StateFile&) = default;

 private:
  void start_after(LogPosition base, const Log& log);
  void encode(Index first, const Log::Range& entries);
  void replace(std::vector<FileOperation>& out);

  HardState hard_state_;
  std::string file_;                    // what the next replacement writes; its first record is updated then
  LogPosition base_;                    // the entries in file_ follow it
  std::vector<std::uint64_t> offsets_;  // of the entry records in file_, from base_.index + 1
  SharedSnapshot snapshot_;             // not null: to be written before the next replacement
  Ticket submitted_;
  Ticket replacing_;            // covered by the replacement under way
  std::uint64_t awaiting_ = 0;  // the tag that ends the replacement or repair under way; 0: none
  std::uint64_t last_tag_ = 0;
  Mutations mutations_;
};

}  // namespace raftsim::core
