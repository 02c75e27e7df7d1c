// A leadership transfer to a chosen successor (dissertation, section 3.10).
#pragma once

#include "core/types.hpp"

namespace raftsim::core {

// Meanwhile the leader accepts no proposals, so that the successor can catch up. Then it tells the successor, once, to
// start an election. If it still leads at the deadline, it aborts the transfer.
class Transfer {
 public:
  void begin(ServerId to, Instant deadline) { *this = Transfer(to, deadline); }
  void requested() { requested_ = true; }
  void end() { *this = {}; }

  [[nodiscard]] bool under_way() const { return to_ != no_server; }
  [[nodiscard]] ServerId to() const { return to_; }
  // `server` is the successor and has not caught up yet.
  [[nodiscard]] bool waits_for(ServerId server) const { return under_way() && !requested_ && server == to_; }
  [[nodiscard]] Instant deadline() const { return deadline_; }  // `never` if none is under way

  Transfer() = default;
  friend bool operator==(const Transfer&, const Transfer&) = default;

 private:
  Transfer(ServerId to, Instant deadline) : to_(to), deadline_(deadline) {}

  ServerId to_;
  bool requested_ = false;
  Instant deadline_ = never;
};

}  // namespace raftsim::core
