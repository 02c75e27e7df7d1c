// A server under test that dies, or asks for what no machine does, is a finding about that server: a verdict with a
// trace. The harness goes on.
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "catch.hpp"
#include "checkers/trace/recorder.hpp"
#include "scenarios/cluster/servers/raftsim/raft_servers.hpp"
#include "scenarios/shipped_runs.hpp"

namespace raftsim::tests {

namespace {

using namespace std::chrono_literals;

enum class Misdeed : std::uint8_t {
  throws_exception,
  throws_number,
  sends_to_nobody,
  sends_to_itself,
  writes_to_no_file,
  reads_foreign_packet,
  never_lets_time_pass,
  halts,
  refuses_to_start,
};

// Our own Raft, which on S2 does something that it must not when it has received thirty packets.
class Faulty final : public scenarios::Server {
 public:
  Faulty(std::unique_ptr<scenarios::Server> inner, Misdeed misdeed, bool is_faulty)
      : inner_(std::move(inner)), misdeed_(misdeed), is_faulty_(is_faulty) {}
  Faulty(const Faulty& other) : Server(other), misdeed_(other.misdeed_), is_faulty_(other.is_faulty_) {
    auto copy = other.inner_->clone();
    inner_.reset(static_cast<scenarios::Server*>(copy.release()));
  }

  void boot(sim::Host& host) override {
    if (is_faulty_ && misdeed_ == Misdeed::refuses_to_start) {
      host.halt("the log smells");
      return;
    }
    inner_->boot(host);
    take_over();
  }
  void crash() override { inner_->crash(); }
  void receive(sim::Host& host, const sim::Packet& packet) override {
    inner_->receive(host, packet);
    take_over();
    if (is_faulty_ && ++received_ == 30) commit(host, packet);
  }
  void wake(sim::Host& host) override {
    if (stuck_) {
      host.wake_at(host.now());
      return;
    }
    inner_->wake(host);
    take_over();
  }
  void disk_done(sim::Host& host, const sim::DiskOperation& done) override {
    inner_->disk_done(host, done);
    take_over();
  }
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Faulty>(*this); }

 private:
  void take_over() {
    auto& reported = inner_->observations();
    observations_.insert(observations_.end(), reported.begin(), reported.end());
    reported.clear();
  }
  void commit(sim::Host& host, const sim::Packet& packet) {
    switch (misdeed_) {
      case Misdeed::throws_exception:
        throw std::runtime_error("out of cheese");
      case Misdeed::throws_number:
        throw 7;
      case Misdeed::sends_to_nobody:
        host.send({99}, 0, 1, sim::Payload::of(1));
        break;
      case Misdeed::sends_to_itself:
        host.send(host.id(), 0, 1, sim::Payload::of(1));
        break;
      case Misdeed::writes_to_no_file:
        host.submit({.kind = sim::DiskOperationKind::write, .file = 4711, .bytes = "x"});
        break;
      case Misdeed::reads_foreign_packet:
        (void)packet.payload.as<std::string>();
        break;
      case Misdeed::halts:
        host.halt("enough");
        break;
      case Misdeed::refuses_to_start:
        break;  // it has not started
      case Misdeed::never_lets_time_pass:
        stuck_ = true;
        host.wake_at(host.now());
        break;
    }
  }

  std::unique_ptr<scenarios::Server> inner_;
  Misdeed misdeed_;
  bool is_faulty_;
  bool stuck_ = false;
  int received_ = 0;
};

class FaultyServers final : public scenarios::ServerFactory {
 public:
  FaultyServers(std::shared_ptr<const scenarios::Scenario> scenario, Misdeed misdeed)
      : inner_(std::move(scenario)), misdeed_(misdeed) {}
  [[nodiscard]] std::unique_ptr<scenarios::Server> make(core::ServerId self) const override {
    return std::make_unique<Faulty>(inner_.make(self), misdeed_, self == core::ServerId{2});
  }
  [[nodiscard]] const core::Message* describe(const sim::Packet& packet, core::Message& room) const override {
    return inner_.describe(packet, room);
  }
  [[nodiscard]] std::shared_ptr<const checkers::DurableReader> durable_reader() const override {
    return inner_.durable_reader();
  }

 private:
  scenarios::RaftServers inner_;
  Misdeed misdeed_;
};

scenarios::Outcome outcome_with(Misdeed misdeed, checkers::TraceRecorder* recorder = nullptr,
                                const std::vector<std::string>& settings = {}) {
  const auto scenario = shipped_scenario("calm", settings);
  const auto servers = std::make_shared<FaultyServers>(scenario, misdeed);
  return scenarios::Run(scenario, 1, {.recorder = recorder, .servers = servers}).finish();
}

void check_blamed(Misdeed misdeed, const std::string& seen) {
  const auto outcome = outcome_with(misdeed);
  REQUIRE(outcome.verdict.has_value());
  CHECK(outcome.verdict->checker == "server-failed");
  CHECK(outcome.verdict->expected == "S2 throws nothing and asks for nothing impossible");
  CHECK(outcome.verdict->seen == seen);
}

}  // namespace

TEST_CASE("A server that throws, whatever it throws, is the verdict server-failed about that server") {
  check_blamed(Misdeed::throws_exception, "out of cheese");
  check_blamed(Misdeed::throws_number, "an exception that is no std::exception");
}

TEST_CASE("So is a server that asks the network or the disk for what they refuse") {
  check_blamed(Misdeed::sends_to_nobody, "host 1 sends a packet to host 99: expected another of hosts 0 to 7");
  check_blamed(Misdeed::sends_to_itself, "host 1 sends a packet to host 1: expected another of hosts 0 to 7");
  // The operation takes effect later, in an event of its own.
  check_blamed(Misdeed::writes_to_no_file, "disk: write of file 4711, which does not exist");
  check_blamed(Misdeed::reads_foreign_packet, "the packet carries a value of another type than its receiver expects");
}

TEST_CASE("A server may halt for an error of its disk, and for nothing else") {
  check_blamed(Misdeed::halts, "it halted, and its disk has reported no error: enough");
}

TEST_CASE("An error that a server has halted for once does not excuse what it does in its next life") {
  const auto outcome =
      outcome_with(Misdeed::halts, nullptr,
                   {R"(faults=[{"name": "disk", "kind": "disk-error", "target": "S2", "at": "1ms", "lasts": "1s"}])"});
  REQUIRE(outcome.verdict.has_value());
  CHECK(outcome.statistics.situations.count(checkers::Situation::halted_by_disk) == 1);
  CHECK(outcome.verdict->seen == "it halted, and its disk has reported no error: enough");
}

TEST_CASE("A server may refuse to start from a disk that broke its promises, and from no other") {
  const auto outcome = outcome_with(Misdeed::refuses_to_start);
  REQUIRE(outcome.verdict.has_value());
  CHECK(outcome.verdict->checker == "recovery");
  CHECK(outcome.verdict->expected == "S2 comes up again: its disk went through nothing but crashes");
  CHECK(outcome.verdict->seen == "it refused: the log smells");
}

TEST_CASE("A server that never lets time pass is stopped, and blamed") {
  const auto outcome = outcome_with(Misdeed::never_lets_time_pass);
  REQUIRE(outcome.verdict.has_value());
  CHECK(outcome.verdict->checker == "server-failed");
  CHECK(outcome.verdict->seen == "1,000,000 events in a row without time passing, the last of them at S2");
}

TEST_CASE("The run of a server that failed is recorded up to the event in which it did, with what it reported") {
  checkers::TraceRecorder recorder;
  const auto outcome = outcome_with(Misdeed::throws_exception, &recorder);
  REQUIRE_FALSE(recorder.events().empty());
  const auto& last = recorder.events().back();
  CHECK(last.id == outcome.verdict->event);
  CHECK(last.host == sim::HostId{1});
  REQUIRE(recorder.events().size() >= 2);
  CHECK(recorder.events()[recorder.events().size() - 2].id == last.id - 1);
}

}  // namespace raftsim::tests
