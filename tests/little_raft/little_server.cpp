#include "little_raft/little_server.hpp"

#include <algorithm>

#include "scenarios/cluster/purposes.hpp"
#include "scenarios/wire.hpp"

namespace little_raft {

using core::Role;
using sim::DiskOperationKind;

// An entry as checkers know it: what they compare is its digest.
core::Entry described(const Entry& entry) {
  const auto kind = entry.bytes.empty() ? core::EntryKind::no_op : core::EntryKind::command;
  return {.term = entry.term, .kind = kind, .payload = core::Bytes(entry.bytes)};
}

// --- life ---

void LittleServer::boot(sim::Host& host) {
  const bool is_first = !host.disk().exists(journal_file);
  if (is_first) {
    host.submit({.kind = DiskOperationKind::create, .file = journal_file});
    host.submit({.kind = DiskOperationKind::fsync_directory});
  }
  const auto bytes = host.disk().read(journal_file);
  Kept kept;
  read_journal(bytes, kept);
  term_ = kept.term;
  vote_ = kept.vote;
  log_ = std::move(kept.log);
  written_ = durable_ = kept.bytes;
  if (kept.bytes < bytes.size()) {  // a crash tore the end, which was promised to nobody
    host.submit({.kind = DiskOperationKind::truncate, .file = journal_file, .offset = kept.bytes});
    write(host, "");  // nothing is promised before the repair is durable
  }
  report(core::Booted{.term = term_, .vote = vote_, .last = last(), .snapshot = {}});
  restart_election_timer(host);
}

// The journal brings back the rest.
void LittleServer::crash() {
  role_ = Role::follower;
  leader_ = core::no_server;
  votes_ = {};
  commit_ = {};
  store_ = {};
  promises_.clear();
  waiting_.clear();
}

void LittleServer::receive(sim::Host& host, const sim::Packet& packet) {
  if (auto command = scenarios::client_command(host, packet)) {
    propose(host, std::move(*command));
  } else if (const auto message = decode(packet.payload.as<std::string>())) {
    handle(host, scenarios::server_of(packet.from), *message);
  }
}

void LittleServer::handle(sim::Host& host, ServerId from, const Message& message) {
  if (message.term > term_) adopt(host, message.term);
  switch (message.kind) {
    case Message::Kind::vote:
      on_vote(host, from, message);
      break;
    case Message::Kind::vote_reply:
      on_vote_reply(host, from, message);
      break;
    case Message::Kind::append:
      on_append(host, from, message);
      break;
    case Message::Kind::append_reply:
      on_append_reply(host, from, message);
      break;
  }
}

void LittleServer::wake(sim::Host& host) {
  if (host.now() < act_at_) {
    host.wake_at(act_at_);
  } else if (role_ == Role::leader) {
    send_to_all(host);
    act_at_ = host.now() + settings_->heartbeat;
    host.wake_at(act_at_);
  } else {
    stand(host);
  }
}

// --- elections ---

void LittleServer::restart_election_timer(sim::Host& host) {
  const auto timeout = host.decide(scenarios::election_timeout_purpose, timeouts_++, settings_->election_timeout);
  act_at_ = host.now() + sim::Duration(static_cast<std::int64_t>(timeout));
  host.wake_at(act_at_);
}

void LittleServer::adopt(sim::Host& host, Term term) {
  const bool steps_down = role_ != Role::follower;
  term_ = term;
  vote_ = core::no_server;
  leader_ = core::no_server;
  role_ = Role::follower;
  report(core::AdoptedTerm{term});
  if (steps_down) {
    report(core::BecameRole{Role::follower, term});
    restart_election_timer(host);
  }
  write(host, term_record(term_, vote_));
}

void LittleServer::stand(sim::Host& host) {
  term_ = Term{term_.value + 1};
  vote_ = self_;
  role_ = Role::candidate;
  leader_ = core::no_server;
  votes_ = {};
  report(core::BecameRole{Role::candidate, term_});
  write(host, term_record(term_, vote_));
  restart_election_timer(host);
  // Its own vote counts as those of others do: once it is durable.
  promise(host, self_, {.kind = Message::Kind::vote_reply, .term = term_, .yes = true});
  for (std::uint16_t number = 1; number <= settings_->servers; ++number) {
    if (ServerId{number} == self_) continue;
    promise(host, {number},
            {.kind = Message::Kind::vote, .term = term_, .index = last(), .index_term = term_at(last())});
  }
}

void LittleServer::on_vote(sim::Host& host, ServerId from, const Message& request) {
  const bool is_free = vote_ == core::no_server || vote_ == from || settings_->bug == Bug::forgets_its_vote;
  const bool is_up_to_date =
      request.index_term > term_at(last()) || (request.index_term == term_at(last()) && request.index >= last());
  const bool granted = request.term == term_ && role_ == Role::follower && is_free && is_up_to_date;
  if (granted) {
    vote_ = from;
    report(core::GrantedVote{term_, from});
    write(host, term_record(term_, vote_));
    restart_election_timer(host);
  }
  promise(host, from, {.kind = Message::Kind::vote_reply, .term = term_, .yes = granted});
}

void LittleServer::on_vote_reply(sim::Host& host, ServerId from, const Message& reply) {
  if (role_ != Role::candidate || reply.term != term_ || !reply.yes) return;
  votes_.insert(from);
  report(core::ReceivedVote{term_, from});
  if (is_quorum(votes_.size())) lead(host);
}

void LittleServer::lead(sim::Host& host) {
  role_ = Role::leader;
  leader_ = self_;
  next_.assign(settings_->servers, last().next());
  match_.assign(settings_->servers, Index{0});
  report(core::BecameRole{Role::leader, term_});
  append(host, {.term = term_, .bytes = {}});  // an entry of its own term, or nothing older could be committed
  send_to_all(host);
  act_at_ = host.now() + settings_->heartbeat;
  host.wake_at(act_at_);
}

// --- replication ---

void LittleServer::propose(sim::Host& host, scenarios::ClientCommand command) {
  if (role_ != Role::leader) {
    scenarios::redirect(host, command, leader_);
    return;
  }
  append(host, {.term = term_, .bytes = std::string(command.bytes.view())});
  report(core::Proposed{last()});
  waiting_.push_back({last(), term_, std::move(command)});
  send_to_all(host);
}

void LittleServer::append(sim::Host& host, Entry entry) {
  log_.push_back(std::move(entry));
  report(core::Appended{{last(), log_.back().term}, core::digest_of(described(log_.back()))});
  write(host, entry_record(last(), log_.back()));
  // A leader's own copy counts as those of others do: once it is durable.
  if (role_ != Role::leader) return;
  promise(host, self_, {.kind = Message::Kind::append_reply, .term = term_, .count = last().value, .yes = true});
}

void LittleServer::send_to_all(sim::Host& host) {
  for (std::uint16_t number = 1; number <= settings_->servers; ++number) {
    if (ServerId{number} != self_) send_entries(host, {number});
  }
}

void LittleServer::send_entries(sim::Host& host, ServerId to) {
  const Index previous = next_[to.value - 1U].previous();
  Message message{.kind = Message::Kind::append,
                  .term = term_,
                  .index = previous,
                  .index_term = term_at(previous),
                  .commit = commit_};
  message.entries.assign(log_.begin() + static_cast<std::ptrdiff_t>(previous.value), log_.end());
  send(host, to, message);
}

void LittleServer::on_append(sim::Host& host, ServerId from, const Message& request) {
  Message reply{.kind = Message::Kind::append_reply, .term = term_, .index = request.index};
  if (request.term < term_) {
    promise(host, from, reply);
    return;
  }
  if (role_ == Role::candidate) {
    role_ = Role::follower;
    report(core::BecameRole{Role::follower, term_});
  }
  leader_ = from;
  restart_election_timer(host);
  if (request.index > last() || term_at(request.index) != request.index_term) {
    reply.last = std::min(last(), request.index.previous());
    report(core::RejectedAppend{from, request.index, reply.last});
    promise(host, from, reply);
    return;
  }
  store(host, request);
  reply.count = request.entries.size();
  reply.yes = true;
  commit_up_to(host, std::min(request.commit, request.index + request.entries.size()));
  promise(host, from, reply);
}

// Nothing is removed unless an entry of the leader's contradicts it: the request may be an old one.
void LittleServer::store(sim::Host& host, const Message& request) {
  Index index = request.index;
  for (const Entry& entry : request.entries) {
    index = index.next();
    if (index <= last() && (at(index) == entry || settings_->bug == Bug::keeps_conflicts)) continue;
    if (index <= last()) {
      log_.resize(index.value - 1);
      report(core::Truncated{index});
    }
    append(host, entry);
  }
}

void LittleServer::on_append_reply(sim::Host& host, ServerId from, const Message& reply) {
  if (role_ != Role::leader || reply.term != term_) return;
  auto& next = next_[from.value - 1U];
  auto& match = match_[from.value - 1U];
  if (reply.yes) {
    match = std::max(match, reply.index + reply.count);  // an older answer may come later
    next = std::max(next, match.next());
    if (from == self_) report(core::Stored{match});
    count_replicas(host);
  } else if (reply.index > match && reply.index.next() == next) {  // otherwise it answers an earlier question
    next = std::max(match, reply.last).next();
    send_entries(host, from);
  }
}

// Only entries of the own term are committed by counting (paper, section 5.4.2).
void LittleServer::count_replicas(sim::Host& host) {
  auto sorted = match_;
  std::sort(sorted.begin(), sorted.end());
  const Index on_quorum = sorted[(sorted.size() - 1) / 2];
  if (on_quorum > commit_ && term_at(on_quorum) == term_) commit_up_to(host, on_quorum);
}

void LittleServer::commit_up_to(sim::Host& host, Index index) {
  if (index <= commit_) return;
  const Index applied = commit_;
  commit_ = index;
  report(core::AdvancedCommit{commit_});
  for (Index next = applied.next(); next <= commit_; next = next.next()) apply(host, next);
}

void LittleServer::apply(sim::Host& host, Index index) {
  const Entry& entry = at(index);
  const auto applied = store_.apply(index, entry.bytes);
  report(core::Applied{.position = {index, entry.term},
                       .effect = applied.name.client == 0 ? Index{0} : index,
                       .entry = core::digest_of(described(entry)),
                       .machine = store_.digest(),
                       .command = applied.name});
  while (!waiting_.empty() && waiting_.front().index <= index) {
    const Waiting& waiting = waiting_.front();
    const bool is_its_own = waiting.index == index && waiting.term == entry.term;
    is_its_own ? scenarios::answer(host, waiting.command, index, applied.answer)
               : scenarios::redirect(host, waiting.command, leader_);
    waiting_.pop_front();
  }
}

// --- what leaves, and when ---

void LittleServer::write(sim::Host& host, std::string records) {
  const auto end = written_ + records.size();
  records.append((end + settings_->sector_bytes - 1) / settings_->sector_bytes * settings_->sector_bytes - end, '\n');
  host.submit({.kind = DiskOperationKind::write, .file = journal_file, .offset = written_, .bytes = records});
  written_ += records.size();
  host.submit({.kind = DiskOperationKind::fsync, .file = journal_file, .tag = written_});
}

void LittleServer::disk_done(sim::Host& host, const sim::DiskOperation& done) {
  if (done.kind != DiskOperationKind::fsync || done.tag == 0) return;
  durable_ = done.tag;
  while (!promises_.empty() && promises_.front().written <= durable_) {
    const Promise kept = std::move(promises_.front());
    promises_.pop_front();
    kept.to == self_ ? handle(host, self_, kept.message) : send(host, kept.to, kept.message);
  }
}

void LittleServer::promise(sim::Host& host, ServerId to, const Message& message) {
  const bool early = settings_->bug == Bug::acks_before_fsync && message.kind == Message::Kind::append_reply;
  if (to != self_ && (written_ <= durable_ || early)) {
    send(host, to, message);
  } else {
    promises_.push_back({written_, to, message});
  }
}

// The kinds of packets are those of scenarios/wire.hpp, so that a scenario's faults can be aimed at them.
void LittleServer::send(sim::Host& host, ServerId to, const Message& message) {
  const auto kind = [&] {
    switch (message.kind) {
      case Message::Kind::vote:
        return core::MessageKind::request_vote;
      case Message::Kind::vote_reply:
        return core::MessageKind::request_vote_reply;
      case Message::Kind::append:
        return message.entries.empty() ? core::MessageKind::heartbeat : core::MessageKind::append_entries;
      case Message::Kind::append_reply:
        break;
    }
    return core::MessageKind::append_entries_reply;
  }();
  auto bytes = encode(message);
  const auto size = static_cast<std::uint32_t>(bytes.size());
  host.send(scenarios::host_of(to), static_cast<std::uint8_t>(kind), size, sim::Payload::of(std::move(bytes)));
}

}  // namespace little_raft
