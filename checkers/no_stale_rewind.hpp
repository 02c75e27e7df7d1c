// next_index is never moved back by a reply that others have overtaken.
#pragma once

#include <vector>

#include "checkers/checker.hpp"

namespace raftsim::checkers {

struct ProgressView;

// Which replies are stale is judged by what they say, not by when they were sent: content is all that a correct leader
// has to go by, so nothing that it must accept is called stale here. Within one term of leadership the prefix on which
// leader and follower agree only grows. Hence, when a reply comes in and next_index goes back, it is wrong
// (a) to or below match_index, whatever the reply: the logs are known to agree there;
// (b) by a rejection of an index at or below match_index: it was written before the follower caught up;
// (c) by a success: it says that the logs agree further on, never that they agree less;
// (d) while probing, by a rejection of another index than next_index - 1: it answers an earlier question, and acting on
//     it would move next_index back once more for each copy that arrives;
// (e) while a snapshot is on its way, by any rejection: nothing is asked that the follower could deny, and giving up the
//     transfer for an answer to an earlier question begins it anew.
// (Out of replicate state into probing next_index goes back, too: to where it was before the window was sent.)
// A late rejection that passes all five costs one round trip of probing; no leader can tell it from a fresh one.
class NoStaleRewind final : public Checker {
 public:
  explicit NoStaleRewind(std::size_t servers) : last_(servers) {}
  [[nodiscard]] std::string_view name() const override { return "no-stale-rewind"; }
  [[nodiscard]] std::string_view property() const override { return "progress"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<NoStaleRewind>(*this); }
  void observed(const Context& context, core::ServerId server, const core::MovedProgress& moved) override;
  void delivered(const Context& context, const sim::Packet& packet, const core::Message& message) override;

 private:
  // The last reply that came in. A server that sets packets aside while it writes acts on them in a later event; those
  // are then judged by (a) alone.
  struct Reply {
    sim::EventId event = 0;
    core::ServerId from;
    core::Term term;
    core::Index previous;
    std::uint32_t count = 0;
    bool success = false;
    sim::PacketId packet = 0;
    sim::PacketId duplicate_of = 0;
    sim::Time sent_at{};
  };
  // Why `reply` may not move next_index back from where it was `before`; null when it may.
  [[nodiscard]] static const char* stale(const Reply& reply, const ProgressView& before);

  std::vector<Reply> last_;  // by receiver - 1
};

}  // namespace raftsim::checkers
