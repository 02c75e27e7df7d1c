// Gets that do not become entries of the log: a server asks its core up to where it must have applied, and answers once
// it has (dissertation, section 6.4).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/machine/command.hpp"
#include "core/machine/operation.hpp"
#include "core/raft/effects.hpp"
#include "core/types.hpp"
#include "sim/packet.hpp"

namespace raftsim::scenarios {

class WaitingReads {
 public:
  struct Read {
    std::uint64_t number = 0;  // as the core knows it
    sim::HostId client;
    core::CommandName name;
    std::uint64_t attempt = 0;
    core::Key key;
    bool confirmed = false;
    core::Index index{};  // when confirmed: how far the machine must be
  };

  void add(const Read& read) { reads_.push_back(read); }
  [[nodiscard]] bool empty() const { return reads_.empty(); }
  void clear() { reads_.clear(); }

  // What the core answered. function(const Read&) for a read that it cannot confirm.
  template <class Refuse>
  void resolve(const core::ReadOutcome& outcome, const Refuse& refuse) {
    const auto place = std::find_if(reads_.begin(), reads_.end(),
                                    [&](const Read& read) { return read.number == outcome.read && !read.confirmed; });
    if (place == reads_.end()) return;
    if (outcome.confirmed) {
      place->confirmed = true;
      place->index = outcome.index;
      return;
    }
    refuse(*place);
    reads_.erase(place);
  }
  // function(const Read&) for each that may be answered now, in the order in which they came.
  template <class Answer>
  void answer_up_to(core::Index applied, const Answer& answer) {
    std::erase_if(reads_, [&](const Read& read) {
      if (!read.confirmed || read.index > applied) return false;
      answer(read);
      return true;
    });
  }

 private:
  std::vector<Read> reads_;
};

}  // namespace raftsim::scenarios
