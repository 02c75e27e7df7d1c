// next_index is never moved back by a stale reply, that is, one that later replies have overtaken.
#pragma once

#include <vector>

#include "checkers/checker.hpp"

namespace raftsim::checkers {

struct ProgressView;

// Staleness is judged by the content of a reply, not by when it was sent: a correct leader only has the content, so no
// reply that it must accept is called stale here. Within one term of leadership the prefix on which leader and follower
// agree only grows. Hence it is wrong if a reply moves next_index back
// (a) to or below match_index, whatever the reply: the logs are known to match there;
// (b) by a rejection of an index at or below match_index: it was written before the follower caught up;
// (c) by a success: it can only show that the logs match further;
// (d) while probing, by a rejection of another index than next_index - 1: it answers an earlier probe, and acting on it
//     would move next_index back once more for each copy that arrives;
// (e) while a snapshot is being transferred, by any rejection: the follower is asked nothing that it could reject, and
//     abandoning the transfer for a reply to an earlier probe would restart it.
// (When replicate state falls back to probing, next_index moves back, too: to where it was before the window was sent.)
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
  // The last reply received. A server that queues packets while it writes acts on them in a later event; those are then
  // judged by (a) alone.
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
  // Why `reply` must not move next_index back from where it was `before`; null if it may.
  [[nodiscard]] static const char* stale(const Reply& reply, const ProgressView& before);

  std::vector<Reply> last_;  // by receiver - 1
};

}  // namespace raftsim::checkers
