// The whole state in one file that is replaced at each write: what people do first, and it costs O(log) each time.
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

// Write `state.new`, fsync it, rename it over `state`, fsync the directory: at each moment the disk holds either the
// old state or the new one, whole (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014, on why each step
// is needed). One replacement is under way at a time; the next one covers everything that was submitted meanwhile.
// A snapshot has a file of its own, which is replaced in the same way before the state goes on from it.
class StateFile {
 public:
  explicit StateFile(Mutations mutations = {});
  // Goes on from a file that was read back; the first replacement waits for `repairs_tag`, unless it is 0.
  StateFile(const Restored& restored, std::uint64_t repairs_tag, Mutations mutations = {});

  std::optional<Ticket> submit(const Write& write, const Log& log, std::vector<FileOperation>& out);
  std::optional<Ticket> done(std::uint64_t tag, std::vector<FileOperation>& out);
  friend bool operator==(const StateFile&, const StateFile&) = default;

 private:
  void start_after(LogPosition base, const Log& log);
  void encode(Index first, const Log::Range& entries);
  void replace(std::vector<FileOperation>& out);

  HardState hard_state_;
  std::string file_;                    // what the next replacement writes; its first record is brought up to date then
  LogPosition base_;                    // the entries in file_ follow it
  std::vector<std::uint64_t> offsets_;  // of the entry records in file_, from base_.index + 1
  SharedSnapshot snapshot_;             // not null: it gets to the disk before the next replacement
  Ticket submitted_;
  Ticket replacing_;            // covered by the replacement under way
  std::uint64_t awaiting_ = 0;  // the tag that ends the replacement or repair under way; 0: none
  std::uint64_t last_tag_ = 0;
  Mutations mutations_;
};

}  // namespace raftsim::core
