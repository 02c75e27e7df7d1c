// A short hand-written run for tests that read or write traces: an ack is held in the network, a later one overtakes
// it, and when it finally arrives the leader's view of S3 moves back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkers/trace/recorder.hpp"

namespace raftsim::checkers {

class StaleAckHistory {
 public:
  StaleAckHistory() : recorder_(describer()) {
    boot();
    elect_s1();
    replicate_first_entry();
    replicate_second_entry();
    acks_arrive();
  }

  [[nodiscard]] Trace trace() {
    Trace trace;
    trace.header = {"0.1.0", R"({"name":"stale-ack","summary":"acks delayed","servers":3})",
                    42,      {"match-overwrite"},
                    "[]",    0xabcdef0123456789U,
                    3,       1};
    trace.verdict = Verdict{"match-index-monotonic",
                            "match_index of S3 at S1 stays at 2 or grows",
                            "it went back to 1",
                            14,
                            at(90),
                            "safety"};
    trace.statistics = R"({"events":14})";
    trace.events = recorder_.take_events();
    return trace;
  }

  static constexpr sim::HostId s1{0}, s2{1}, s3{2}, c1{3};
  [[nodiscard]] static sim::Time at(int milliseconds) { return sim::Time(std::chrono::milliseconds(milliseconds)); }

 private:
  using Reason = core::Reason;

  static Describer describer() {
    Describer result;
    result.kind = [](std::uint8_t) { return "ClientRequest"; };
    result.packet = [](const sim::Packet& packet, std::vector<TracedField>& fields) {
      fields.push_back({"sequence", packet.payload.as<std::uint64_t>()});
      fields.push_back({"command", std::string("set x")});
    };
    result.command = [](std::string_view payload) { return std::string(payload); };
    result.file = [](sim::FileNumber file) { return "log-" + std::to_string(file); };
    return result;
  }

  // --- building blocks ---
  sim::Step& begin(int milliseconds, sim::EventKind kind, sim::HostId host, sim::EventId cause) {
    step_ = {};
    said_.clear();
    step_.id = ++events_;
    step_.event.at = at(milliseconds);
    step_.event.kind = kind;
    step_.event.host = host;
    step_.event.cause = cause;
    step_.event.incarnation = 1;
    return step_;
  }
  void end() { recorder_.step(step_, said_, core::mix(7, events_), MessagePackets()); }

  template <core::IsObserved What>
  void say(const What& what, Reason reason = Reason::none) {
    said_.emplace_back(core::ServerId{static_cast<std::uint16_t>(step_.event.host.value + 1)}, what, reason);
  }
  void appends(std::uint64_t index, const char* command, Reason reason = Reason::none) {
    say(core::Appended{{{index}, {1}}, core::digest_of(entry(command))}, reason);
  }

  sim::Sent& send(sim::HostId to, core::Message message, int delivered_at) {
    message.from = {static_cast<std::uint16_t>(step_.event.host.value + 1)};
    message.to = {static_cast<std::uint16_t>(to.value + 1)};
    sim::Sent& sent = step_.sent.emplace_back();
    sim::Packet& packet = sent.packet;
    packet.id = ++packets_;
    packet.cause = step_.id;
    packet.sent_at = step_.event.at;
    packet.bytes = 64;
    packet.incarnation = 1;
    packet.from = step_.event.host;
    packet.to = to;
    packet.kind = static_cast<std::uint8_t>(core::kind_of(message));
    packet.payload = sim::Payload::of(std::move(message));
    sent.delivered_at = at(delivered_at);
    sent_.push_back(packet);
    return sent;
  }
  [[nodiscard]] const sim::Packet& packet(sim::PacketId id) const { return sent_[id - 1]; }

  void deliver(int milliseconds, sim::PacketId id) {
    begin(milliseconds, sim::EventKind::deliver, packet(id).to, packet(id).cause);
    step_.delivered = packet(id);
  }
  void fsync_done(int milliseconds, sim::HostId host, sim::EventId cause) {
    begin(milliseconds, sim::EventKind::disk_done, host, cause);
    sim::DiskOperation& done = step_.disk_done.emplace();
    done.id = cause;
    done.kind = sim::DiskOperationKind::fsync;
    done.file = 1;
    done.cause = cause;
    done.submitted = at(milliseconds - 5);
  }

  static core::Entry entry(const char* command) {
    return {{1}, *command == 0 ? core::EntryKind::no_op : core::EntryKind::command, core::Bytes(command)};
  }
  static core::Message append(std::uint64_t previous, const char* command) {
    const core::LogPosition position{{previous}, {previous == 0 ? 0U : 1U}};
    return {{}, {}, {1}, core::AppendEntries{position, {0}, core::EntryBatch({entry(command)})}};
  }
  static core::Message ack(std::uint64_t previous) {
    return {{}, {}, {1}, core::AppendEntriesReply{{previous}, 1, true, {}, {previous + 1}}};
  }
  void progress(std::uint64_t match) {
    say(core::MovedProgress{{3}, core::ProgressState::replicate, {match}, {match + 1}}, Reason::success);
  }

  // --- the story ---
  void boot() {
    for (const sim::HostId host : {s1, s2, s3}) {
      begin(0, sim::EventKind::restart, host, 0);
      say(core::Booted{});
      end();
    }
  }
  void elect_s1() {
    begin(10, sim::EventKind::wake, s1, 1);
    say(core::BecameRole{core::Role::candidate, {1}}, Reason::election_timeout);
    const core::Message request{{}, {}, {1}, core::RequestVote{}};
    send(s2, request, 11);
    sim::Sent& lost = send(s3, request, 0);
    lost.lost = true;
    lost.why = "loss";
    end();

    deliver(11, 1);
    say(core::AdoptedTerm{{1}}, Reason::higher_term);
    say(core::GrantedVote{{1}, {1}});
    send(s1, {{}, {}, {1}, core::RequestVoteReply{true}}, 12);
    end();

    deliver(12, 3);
    say(core::ReceivedVote{{1}, {2}});
    say(core::BecameRole{core::Role::leader, {1}}, Reason::won_election);
    appends(1, "", Reason::new_term);
    send(s3, append(0, ""), 20);
    step_.submitted = 2;
    end();
  }
  void replicate_first_entry() {
    deliver(20, 4);
    say(core::AdoptedTerm{{1}}, Reason::higher_term);
    appends(1, "");
    step_.submitted = 2;
    end();

    fsync_done(25, s3, 7);
    say(core::Stored{{1}});
    send(s1, ack(0), 90).why = "hold-acks";
    end();
  }
  void replicate_second_entry() {
    begin(30, sim::EventKind::deliver, s1, 0);
    sim::Packet request;
    request.id = ++packets_;
    request.from = c1;
    request.to = s1;
    request.kind = 32;
    request.payload = sim::Payload::of(std::uint64_t{17});
    sent_.push_back(request);
    step_.delivered = request;
    say(core::Proposed{{2}});
    appends(2, "C1#17");
    send(s3, append(1, "C1#17"), 40);
    end();

    deliver(40, 7);
    appends(2, "C1#17");
    end();

    fsync_done(45, s3, 10);
    say(core::Stored{{2}});
    send(s1, ack(1), 60);
    end();
  }
  void acks_arrive() {
    begin(50, sim::EventKind::act, sim::no_host, 0).event.subject = 3;
    end();
    recorder_.fault("leader-crash", "crash", s2);

    deliver(60, 8);
    progress(2);
    say(core::AdvancedCommit{{2}}, Reason::quorum_matched);
    end();

    deliver(90, 5);
    progress(1);
    end();
  }

  TraceRecorder recorder_;
  sim::Step step_;
  std::vector<core::Observation> said_;
  std::vector<sim::Packet> sent_;
  sim::EventId events_ = 0;
  sim::PacketId packets_ = 0;
};

}  // namespace raftsim::checkers
