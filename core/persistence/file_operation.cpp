#include "core/persistence/file_operation.hpp"

namespace raftsim::core {

std::string file_name(std::uint64_t file) {
  if (file == state_file) return "state";
  if (file == new_state_file) return "state.new";
  if (file == snapshot_file) return "snapshot";
  if (file == new_snapshot_file) return "snapshot.new";
  std::string digits = std::to_string(file);
  if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return "wal-" + digits + ".log";
}

}  // namespace raftsim::core
