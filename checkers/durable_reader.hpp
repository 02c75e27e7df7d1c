// Reads, from the bytes of a disk, what would come back if the power failed now. Each kind of server has files of its
// own; who can read them is handed in with it.
#pragma once

#include <memory>

#include "core/hash.hpp"
#include "core/persistence/durable_state.hpp"
#include "core/types.hpp"
#include "sim/disk.hpp"

namespace raftsim::checkers {

// Of one disk. It reads as far as the server's own recovery would: what comes after a torn or damaged record is not
// there. A fresh reader has read nothing: term 0, no vote, an empty log.
class DurableReader {
 public:
  DurableReader() = default;
  DurableReader& operator=(const DurableReader&) = delete;
  virtual ~DurableReader() = default;

  // Reads what has become durable, or was changed by a crash, since the last call. Returns whether there was anything.
  // Called after each operation that the disk has completed: keep it cheap when nothing changed (Disk::durable_version).
  virtual bool follow(const sim::Disk& disk) = 0;

  [[nodiscard]] virtual core::HardState hard_state() const = 0;
  // The last entry in the snapshot; index 0 without one.
  [[nodiscard]] virtual core::LogPosition snapshot() const { return {}; }
  [[nodiscard]] virtual core::Digest snapshot_digest() const { return 0; }  // as in core::TookSnapshot
  // The log begins after this position: index 0, or in a snapshot.
  [[nodiscard]] virtual core::LogPosition base() const { return {}; }
  [[nodiscard]] virtual core::Index last_index() const = 0;
  // Precondition: base().index < index <= last_index(). The digest is that of core::Appended.
  [[nodiscard]] virtual core::DurableEntry at(core::Index index) const = 0;

  [[nodiscard]] virtual std::unique_ptr<DurableReader> clone() const = 0;

 protected:
  DurableReader(const DurableReader&) = default;
};

}  // namespace raftsim::checkers
