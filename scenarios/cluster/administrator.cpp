#include "scenarios/cluster/administrator.hpp"

#include <algorithm>

#include "scenarios/cluster/purposes.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

std::optional<core::Configuration> next_change(const core::Configuration& current, const core::ServerSet& voters) {
  if (current.joint()) return std::nullopt;  // the leader leaves it by itself
  const auto unready = voters - current.voters - current.learners;
  core::Configuration next = current;
  if (!unready.empty()) {
    next.learners = current.learners | unready;
  } else {
    next = core::Configuration::of_voters(voters);
  }
  if (next == current) return std::nullopt;
  return next;
}

void Administrator::boot(sim::Host& host) {
  const auto all = sim::Distribution::uniform(std::uint64_t{0}, std::uint64_t{servers_} - 1);
  server_ = turn_ = {static_cast<std::uint16_t>(host.choices().decide({admin_first_server_purpose}, all))};
  rest(host);
}

void Administrator::rest(sim::Host& host) {
  phase_ = Phase::idle;
  waiting_ = false;
  act_at_ = host.now();
  do {
    ++plans_;
    act_at_ +=
        sim::Duration(static_cast<std::int64_t>(host.choices().decide({admin_pause_purpose, 0, plans_}, wants_.every)));
  } while (!host.choices().decide_chance({admin_change_purpose, 0, plans_}, {1, 1}));
  host.wake_at(act_at_);
}

void Administrator::ask(sim::Host& host, AdminRequest request) {
  request.attempt = ++attempt_;
  waiting_ = true;
  host.send(server_, admin_request_kind, admin_request_bytes, sim::Payload::of(request));
  act_at_ = host.now() + wants_.request_timeout;
  host.wake_at(act_at_);
}

void Administrator::ask_again_later(sim::Host& host) {
  waiting_ = false;
  act_at_ = host.now() + wants_.retry_pause;
  host.wake_at(act_at_);
}

void Administrator::wake(sim::Host& host) {
  if (finished_) return;
  if (host.now() < act_at_) {
    host.wake_at(act_at_);
    return;
  }
  if (phase_ == Phase::idle) {
    phase_ = Phase::looking;
    gives_up_at_ = host.now() + wants_.patience;
  } else if (host.now() >= gives_up_at_) {
    news_.gave_up = true;
    rest(host);
    return;
  } else if (waiting_) {  // no answer in time: the server may be down, cut off or removed
    take_next();
  }
  ask(host, {});
}

// By turns, wherever redirects led meanwhile: servers that were removed name old leaders, and each other.
void Administrator::take_next() {
  turn_ = {static_cast<std::uint16_t>((turn_.value + 1U) % servers_)};
  server_ = turn_;
}

void Administrator::receive(sim::Host& host, const sim::Packet& packet) {
  const auto& reply = packet.payload.as<AdminReply>();
  if (finished_ || !waiting_ || reply.attempt != attempt_) return;
  if (!reply.leads) {
    const bool elsewhere = reply.leader != core::no_server && host_of(reply.leader) != server_;
    if (elsewhere) {
      server_ = host_of(reply.leader);
      ask(host, {});
    } else {
      // Whoever knows no leader may be out of the cluster for good: the next one is asked in a while.
      take_next();
      ask_again_later(host);
    }
    return;
  }
  if (reply.accepted) {
    ask_again_later(host);
    (phase_ == Phase::changing ? news_.began_change : news_.began_transfer) = true;
    if (phase_ == Phase::changing) return;
    ++transfers_;
    rest(host);
    return;
  }
  if (phase_ == Phase::looking) choose_goal(host, reply);
  if (phase_ == Phase::changing) pursue(host, reply);
}

void Administrator::choose_goal(sim::Host& host, const AdminReply& reply) {
  const auto& voters = reply.configuration.voters;
  const auto dice =
      host.choices().decide({admin_goal_purpose, 0, plans_}, sim::Distribution::uniform(std::uint64_t{0}, 99));
  const auto others = voters - core::ServerSet{server_of(server_)};
  if (dice < wants_.transfers_percent && !others.empty()) {
    ask(host, {.kind = AdminRequest::Kind::transfer, .successor = pick(host, others)});
    return;
  }
  phase_ = Phase::changing;
  victim_ = core::no_server;
  used_ = used_ | reply.configuration.members();
  const auto jumps = wants_.transfers_percent + wants_.jumps_percent;
  if (dice < jumps) {
    goal_ = any_voters(host);
  } else if (dice < jumps + wants_.replacements_percent && !never_used().empty()) {
    goal_ = replaced(host, voters);
  } else {
    goal_ = stepped(host, voters);
  }
  used_ = used_ | goal_;
}

// A reply from the leader says what is in force: go on from there, whoever led when the change began.
void Administrator::pursue(sim::Host& host, const AdminReply& reply) {
  const auto& current = reply.configuration;
  if (!current.joint() && current == core::Configuration::of_voters(goal_)) {
    if (victim_ != core::no_server) {
      // Until then it may be needed: the configuration without it may still be rolled back.
      if (!reply.committed) {
        ask_again_later(host);
        return;
      }
      retired_.insert(victim_);
      news_.replaced = victim_;
    }
    news_.reached_goal = true;
    ++changes_;
    rest(host);
    return;
  }
  const auto next = next_change(current, goal_);
  if (next && reply.refusal == core::ChangeRefusal::none) {
    ask(host, {.kind = AdminRequest::Kind::change, .target = *next});
  } else {
    ask_again_later(host);  // a joint configuration, or a refusal: it takes time
  }
}

// --- what it wants ---

core::ServerSet Administrator::available() const { return core::ServerSet::first(servers_) - retired_; }

core::ServerSet Administrator::never_used() const { return core::ServerSet::first(servers_) - used_; }

core::ServerSet Administrator::replaced(sim::Host& host, const core::ServerSet& voters) {
  victim_ = pick(host, voters);
  auto goal = voters;
  goal.erase(victim_);
  goal.insert(pick(host, never_used()));
  return goal;
}

core::ServerSet Administrator::stepped(sim::Host& host, const core::ServerSet& voters) {
  if (voters.size() >= std::min(wants_.most_voters, servers_)) growing_ = false;
  if (voters.size() <= wants_.least_voters) growing_ = true;
  auto goal = voters;
  if (growing_) {
    const auto others = available() - voters;
    if (!others.empty()) goal.insert(pick(host, others));
  } else {
    goal.erase(pick(host, voters));
  }
  return goal;
}

core::ServerSet Administrator::any_voters(sim::Host& host) {
  const auto most = std::min(wants_.most_voters, servers_);
  const auto least = std::min(wants_.least_voters, most);
  const auto size = host.choices().decide({admin_size_purpose, 0, plans_},
                                          sim::Distribution::uniform(std::uint64_t{least}, std::uint64_t{most}));
  auto goal = available();
  while (goal.size() > size) goal.erase(pick(host, goal));
  return goal;
}

core::ServerId Administrator::pick(sim::Host& host, const core::ServerSet& from) const {
  const auto any = sim::Distribution::uniform(std::uint64_t{0}, std::uint64_t{0xffffffff});
  core::ServerId lowest = core::no_server;
  std::uint64_t least = 0;
  for (const auto server : from) {
    const auto drawn = host.choices().decide({admin_pick_purpose, 0, plans_, host_of(server).value}, any);
    if (lowest == core::no_server || drawn < least) {
      lowest = server;
      least = drawn;
    }
  }
  return lowest;
}

}  // namespace raftsim::scenarios
