// What a server knows and has promised as the leader of one term. Created on election, destroyed on stepping down.
#pragma once

#include <algorithm>
#include <vector>

#include "core/hash.hpp"
#include "core/options.hpp"
#include "core/raft/catch_up.hpp"
#include "core/raft/progress.hpp"
#include "core/raft/read_lease.hpp"
#include "core/raft/read_rounds.hpp"
#include "core/raft/recent_batch.hpp"
#include "core/raft/transfer.hpp"
#include "core/raft/uncommitted.hpp"
#include "core/types.hpp"

namespace raftsim::core {

struct Leadership {
  // By position in Raft::servers(). The leader's own element is unused.
  std::vector<Progress> progress;
  std::vector<CatchUp> catch_up;  // of learners

  Instant heartbeat_at{};
  Instant check_quorum_at{};
  // A lower bound of all Progress::resend_at. Acks postpone those but do not update this bound, to keep events cheap.
  // Each wake recomputes it from all followers.
  Instant resend_at = never;

  RecentBatch recent_batch;
  UncommittedBytes uncommitted;
  Transfer transfer;
  ReadRounds read_rounds;
  ReadLease lease;

  // Call when `one` may be due earlier than before: after sending to it or hearing from it.
  void watch(const Progress& one, const Options& options) { resend_at = std::min(resend_at, one.resend_at(options)); }

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Leadership&, const Leadership&) = default;
};

}  // namespace raftsim::core
