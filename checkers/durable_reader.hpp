// Reads from the bytes of a disk what a server would recover if the power failed now. Each kind of server has its own
// file format, and supplies a reader for it.
#pragma once

#include <memory>

#include "core/hash.hpp"
#include "core/persistence/durable_state.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

// A reader of one disk. It reads as far as the server's own recovery would: data after a torn or damaged record does
// not count. A fresh reader has read nothing: term 0, no vote, an empty log.
class DurableReader {
 public:
  DurableReader() = default;
  DurableReader& operator=(const DurableReader&) = delete;
  virtual ~DurableReader() = default;

  // Reads what has become durable, or was changed by a crash, since the last call. Returns whether anything changed.
  // Called after each completed disk operation: must be cheap if nothing changed (Disk::durable_version).
  virtual bool follow(const sim::Disk& disk) = 0;

  [[nodiscard]] virtual core::HardState hard_state() const = 0;
  // The last entry in the snapshot; index 0 without one.
  [[nodiscard]] virtual core::LogPosition snapshot() const { return {}; }
  [[nodiscard]] virtual core::Digest snapshot_digest() const { return 0; }  // as in core::TookSnapshot
  // The log begins after this position: index 0, or a position in a snapshot.
  [[nodiscard]] virtual core::LogPosition base() const { return {}; }
  [[nodiscard]] virtual core::Index last_index() const = 0;
  // Precondition: base().index < index <= last_index(). The digest is that of core::Appended.
  [[nodiscard]] virtual core::DurableEntry at(core::Index index) const = 0;

  [[nodiscard]] virtual std::unique_ptr<DurableReader> clone() const = 0;

 protected:
  DurableReader(const DurableReader&) = default;
};

}  // namespace raftsim::checkers
