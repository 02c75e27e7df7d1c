// A leader's handing over to a successor of its choice (dissertation, section 3.10).
#pragma once

#include "core/types.hpp"

namespace raftsim::core {

// From the call on the leader takes no proposals, so that the successor can catch up with its log. Then it tells the
// successor to stand for election, once. Whatever becomes of that, at the deadline it goes on leading.
class Transfer {
 public:
  void begin(ServerId to, Instant deadline) { *this = Transfer(to, deadline); }
  void requested() { requested_ = true; }
  void end() { *this = {}; }

  [[nodiscard]] bool under_way() const { return to_ != no_server; }
  [[nodiscard]] ServerId to() const { return to_; }
  // The successor has still to catch up.
  [[nodiscard]] bool waits_for(ServerId server) const { return under_way() && !requested_ && server == to_; }
  [[nodiscard]] Instant deadline() const { return deadline_; }  // `never` when none is under way

  Transfer() = default;
  friend bool operator==(const Transfer&, const Transfer&) = default;

 private:
  Transfer(ServerId to, Instant deadline) : to_(to), deadline_(deadline) {}

  ServerId to_;
  bool requested_ = false;
  Instant deadline_ = never;
};

}  // namespace raftsim::core
