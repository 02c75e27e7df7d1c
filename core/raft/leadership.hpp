// What a server knows and has promised as the leader of one term. It begins with the election and dies with the office.
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
  // By position in Raft::servers(); that of the leader itself is not used.
  std::vector<Progress> progress;
  std::vector<CatchUp> catch_up;  // of learners

  Instant heartbeat_at{};
  Instant check_quorum_at{};
  // No later than the first Progress::resend_at. Acks move those back and are not followed, so that an event costs
  // nothing; each wake looks at all followers and sets this to the first again.
  Instant resend_at = never;

  RecentBatch recent_batch;
  UncommittedBytes uncommitted;
  Transfer transfer;
  ReadRounds read_rounds;
  ReadLease lease;

  // To be called when `one` may be due earlier than before: something was sent to it, or heard of it.
  void watch(const Progress& one, const Options& options) { resend_at = std::min(resend_at, one.resend_at(options)); }

  [[nodiscard]] Digest digest() const;
  friend bool operator==(const Leadership&, const Leadership&) = default;
};

}  // namespace raftsim::core
