// How `raftsim inspect` explains a verdict about client operations: a short hand-written run in which a deposed leader
// answers a read.
#include "tools/inspect/operations.hpp"

#include <algorithm>

#include "catch.hpp"
#include "scenarios/wire.hpp"
#include "tools/inspect/view.hpp"
#include "tools/lines.hpp"

using namespace raftsim;
using namespace raftsim::tools;
using test::joined;
using test::says;

namespace {

constexpr sim::HostId s1{0}, s2{1}, c1{2}, c2{3};

class DeposedLeaderAnswers {
 public:
  DeposedLeaderAnswers() {
    trace_.header.servers = 2;
    trace_.header.clients = 2;
    for (const sim::HostId host : {s1, s2}) boot(host);
    leads(10, s1, 1);
    leads(20, s2, 2);
    // C1 writes to the new leader, which commits the write and answers.
    asks(30, 1, c1, s2, 1, 1, "put k1 = x", "");
    arrives(31);
    says(core::Applied{.position = {{7}, {2}}, .effect = {7}, .command = {1, 1}});
    answers(c1, 1, 1, 7, "");
    arrives(33);
    // Then C2 reads from the old one, which does not know yet that it is deposed.
    asks(40, 2, c2, s1, 4, 9, "get k1", "lease");
    arrives(41);
    says(core::ReadConfirmed{.asker = {1}, .index = {5}, .read = {scenarios::read_number({2, 4}, 9)}},
         core::Reason::confirmed_by_lease);
    answers(c2, 4, 9, 5, "w");
    arrives(43);
    event(60, sim::EventKind::act, sim::no_host);
    trace_.verdict = checkers::Verdict{"linearizability", "an order", "none", 10, at(60), "safety"};
    trace_.verdict->operations = {{2, 4}, {1, 1}};
    trace_.verdict->drawing = "C1 |-|\nC2    |-|\n";
  }
  checkers::Trace trace() { return trace_; }

 private:
  static sim::Time at(int milliseconds) { return sim::Time(std::chrono::milliseconds(milliseconds)); }
  checkers::TracedEvent& event(int milliseconds, sim::EventKind kind, sim::HostId host) {
    checkers::TracedEvent& added = trace_.events.emplace_back();
    added.id = trace_.events.size();
    added.at = at(milliseconds);
    added.kind = kind;
    added.host = host;
    added.incarnation = 1;
    return added;
  }
  template <core::IsObserved What>
  void says(const What& what, core::Reason reason = core::Reason::none) {
    trace_.events.back().observations.emplace_back(scenarios::server_of(trace_.events.back().host), what, reason);
  }
  void boot(sim::HostId host) {
    event(0, sim::EventKind::restart, host);
    says(core::Booted{});
  }
  void leads(int milliseconds, sim::HostId host, std::uint64_t term) {
    event(milliseconds, sim::EventKind::wake, host);
    says(core::BecameRole{core::Role::leader, {term}});
  }
  checkers::TracedPacket& sends(sim::HostId to, const char* kind, std::uint64_t client, std::uint64_t sequence,
                                std::uint64_t attempt) {
    checkers::TracedSend& send = trace_.events.back().sent.emplace_back();
    send.delivered_at = trace_.events.back().at;
    send.packet.id = ++packets_;
    send.packet.cause = trace_.events.back().id;
    send.packet.from = trace_.events.back().host;
    send.packet.to = to;
    send.packet.sent_at = trace_.events.back().at;
    send.packet.kind = kind;
    send.packet.content = std::vector<checkers::TracedField>{
        {"client", "C" + std::to_string(client)}, {"sequence", sequence}, {"attempt", attempt}};
    return send.packet;
  }
  static std::vector<checkers::TracedField>& fields(checkers::TracedPacket& packet) {
    return std::get<std::vector<checkers::TracedField>>(packet.content);
  }
  void asks(int milliseconds, std::uint64_t client, sim::HostId from, sim::HostId to, std::uint64_t sequence,
            std::uint64_t attempt, const std::string& what, const std::string& read) {
    event(milliseconds, sim::EventKind::wake, from);
    checkers::TracedPacket& packet = sends(to, "ClientRequest", client, sequence, attempt);
    fields(packet).push_back({"asks", what});
    if (!read.empty()) fields(packet).push_back({"read", read});
    under_way_ = packet;
  }
  void answers(sim::HostId client, std::uint64_t sequence, std::uint64_t attempt, std::uint64_t index,
               const std::string& value) {
    checkers::TracedPacket& packet = sends(client, "ClientReply", client.value - 1U, sequence, attempt);
    fields(packet).push_back({"status", std::string("done")});
    fields(packet).push_back({"index", index});
    fields(packet).push_back({"found", true});
    if (!value.empty()) fields(packet).push_back({"value", value});
    under_way_ = packet;
  }
  void arrives(int milliseconds) { event(milliseconds, sim::EventKind::deliver, under_way_.to).packet = under_way_; }

  checkers::Trace trace_;
  checkers::TracedPacket under_way_;
  sim::PacketId packets_ = 0;
};

}  // namespace

TEST_CASE("A report says which answer is wrong, who gave it, and the state of the servers then") {
  CHECK(joined(operations_of_verdict(DeposedLeaderAnswers().trace())) == R"(
requests and answers of clients
  C1#1 put k1 = x
    asked     0.030000 of S2 (#1)
    effect    at index 7, applied first by S2 at 0.031000, event 6
    answered  0.033000 by S2: ok, as of index 7 (#2, sent 0.031000 at event 6)
    then      S1 leads term 1, commit index 0, since 0.010000
              S2 leads term 2, commit index 0, since 0.020000
  C2#4 get k1, read by way of lease
    asked     0.040000 of S1 (#3)
    confirmed 0.041000 by S1 at index 5, event 9: no other leader can be elected while the lease lasts
    answered  0.043000 by S1: "w", as of index 5 (#4, sent 0.041000 at event 9)
    then      S1 leads term 1, commit index 0, since 0.010000
              S2 leads term 2, commit index 0, since 0.020000
    WRONG     as of index 5, though C1#1 (index 7) had been answered 7 ms before this was asked
              --around 9 shows the events around this answer
)");
}

TEST_CASE("A verdict at the end of a run is explained by the operations, not by the last event") {
  checkers::Trace trace = DeposedLeaderAnswers().trace();
  trace.verdict->event = trace.events.back().id;
  const auto all = view(trace, {});
  CHECK(says(all, "  C2    |-|"));
  CHECK(says(all, "WRONG"));
  CHECK_FALSE(says(all, "causes of the violation"));

  SECTION("but by the packet, too, that brought the answer") {
    trace.verdict->event = 10;  // where C2 gets the answer
    CHECK(says(view(trace, {}), "causes of the violation"));
  }
  SECTION("and not where no operation is named") {
    trace.verdict->operations.clear();
    CHECK_FALSE(says(view(trace, {}), "requests and answers"));
    CHECK(says(view(trace, {}), "causes of the violation"));
  }
}

TEST_CASE("Operations without an answer and retries are shown as such") {
  checkers::Trace trace = DeposedLeaderAnswers().trace();
  SECTION("an operation without an answer is not held against anybody") {
    trace.events[9].packet.reset();
    const auto lines = operations_of_verdict(trace);
    CHECK(says(lines, "answered  never, or the answer did not reach its client"));
    CHECK_FALSE(says(lines, "WRONG"));
  }
  SECTION("a refusal is no answer") {
    auto& fields = std::get<std::vector<checkers::TracedField>>(trace.events[9].packet->content);
    fields[3].value = std::string("not leader");
    CHECK(says(operations_of_verdict(trace), "answered  never"));
  }
  SECTION("each attempt is told, with what the network did to it") {
    checkers::TracedSend again = trace.events[7].sent.front();
    again.packet.id = 20;
    again.lost = true;
    again.why = "partition";
    trace.events[8].sent.push_back(again);
    CHECK(says(operations_of_verdict(trace), "again     0.040000 of S1 (#20), lost (partition)"));
  }
  SECTION("of many attempts the first, the last and the one that was answered") {
    const checkers::TracedSend first = trace.events[7].sent.front();
    for (sim::PacketId id = 20; id < 30; ++id) {
      checkers::TracedSend again = first;
      again.packet.id = id;
      std::get<std::vector<checkers::TracedField>>(again.packet.content)[2].value = id;
      trace.events[7].sent.push_back(again);
    }
    std::get<std::vector<checkers::TracedField>>(trace.events[9].packet->content)[2].value = std::uint64_t{25};
    const auto lines = operations_of_verdict(trace);
    CHECK(says(lines, "asked     0.040000 of S1 (#3)"));
    CHECK(says(lines, "          and 8 more times in vain"));
    CHECK(says(lines, "again     0.040000 of S1 (#25)"));
    CHECK(says(lines, "again     0.040000 of S1 (#29)"));
    CHECK_FALSE(says(lines, "(#24)"));
  }
  SECTION("who is down or paused leads nobody") {
    trace.events[4].faults.push_back({"crash", "crash", s1});
    trace.events[4].faults.push_back({"pause", "pause", s2});
    CHECK(says(operations_of_verdict(trace), "then      S1 is down"));
    CHECK(says(operations_of_verdict(trace), "S2 is paused and leads term 2"));
  }
  SECTION("two that were under way at a time may take effect in any order") {
    trace.events[7].sent.front().packet.cause = 5;
    CHECK_FALSE(says(operations_of_verdict(trace), "WRONG"));
  }
}
