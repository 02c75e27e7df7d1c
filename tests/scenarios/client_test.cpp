// A client sends one command at a time, goes where it is sent, and asks elsewhere when nobody answers.
#include "scenarios/client.hpp"

#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "scenarios/wire.hpp"
#include "sim/world.hpp"

namespace raftsim::tests {

using scenarios::Client;
using scenarios::ClientReply;
using scenarios::ClientRequest;
using namespace std::chrono_literals;

namespace {

// Takes requests down and leaves them unanswered: the test answers.
struct Desk final : sim::Process {
  struct Request {
    sim::Time at{};
    std::uint64_t sequence = 0;
    core::Bytes command;
  };
  std::vector<Request> requests;
  void boot(sim::Host&) override {}
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override {
    const auto& request = packet.payload.as<ClientRequest>();
    requests.push_back({host.now(), request.sequence, request.command});
  }
  void wake(sim::Host&) override {}
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Desk>(*this); }
};

constexpr std::uint16_t servers = 3;
constexpr sim::HostId client_host{servers};

std::shared_ptr<const scenarios::Scenario> patient_client() {
  scenarios::Scenario scenario;
  scenario.servers = servers;
  scenario.workload.think_time = sim::Distribution::fixed(sim::Duration(10ms));
  scenario.workload.payload_bytes = sim::Distribution::fixed(std::uint64_t{40});
  scenario.workload.request_timeout = 500ms;
  scenario.workload.retry_pause = 20ms;
  return std::make_shared<const scenarios::Scenario>(scenario);
}

sim::NetworkSettings one_millisecond() {
  sim::NetworkSettings network;
  network.links.delay = sim::Distribution::fixed(sim::Duration(1ms));
  return network;
}

// Three desks and client C7. Packets take a millisecond.
class Shop {
 public:
  explicit Shop(std::uint64_t seed = 1) : world(seed, one_millisecond()) {
    for (std::uint16_t server = 0; server < servers; ++server) world.add_host(std::make_unique<Desk>(), nullptr);
    world.add_host(std::make_unique<Client>(7, patient_client()), nullptr);
  }
  void run_for(sim::Duration duration) {
    const auto until = world.now() + duration;
    world.act_at(until, 0);
    while (!world.idle() && world.next().at <= until) {
      world.step(step_);
      const auto one = client().take_news();
      if (one.submitted != 0) news.push_back(one);
      if (one.acknowledged != 0) news.push_back(one);
      if (one.retried) ++retries;
    }
  }
  // Until some desk has one more request; returns which.
  sim::HostId next_request() {
    const auto before = requests();
    const auto patience = world.now() + 2s;
    while (requests() == before) {
      if (world.now() >= patience) throw std::runtime_error("the client asks nobody");
      run_for(1ms);
    }
    return last_asked();
  }
  void answer(sim::HostId server, std::uint64_t sequence, bool done, core::ServerId leader = core::no_server) {
    world.call(server, step_, [&](sim::Process&, sim::Host& host) {
      host.send(client_host, scenarios::client_reply_kind, 24,
                sim::Payload::of(ClientReply{7, sequence, done, leader}));
    });
    run_for(1ms);
  }
  [[nodiscard]] Client& client() { return static_cast<Client&>(world.process(client_host)); }
  [[nodiscard]] Desk& desk(sim::HostId server) { return static_cast<Desk&>(world.process(server)); }
  [[nodiscard]] std::size_t requests() {
    std::size_t count = 0;
    for (std::uint16_t server = 0; server < servers; ++server) count += desk({server}).requests.size();
    return count;
  }
  [[nodiscard]] sim::HostId last_asked() {
    sim::HostId latest{0};
    for (std::uint16_t server = 0; server < servers; ++server) {
      if (desk({server}).requests.empty()) continue;
      if (desk(latest).requests.empty() || desk({server}).requests.back().at > desk(latest).requests.back().at) {
        latest = {server};
      }
    }
    return latest;
  }
  [[nodiscard]] const Desk::Request& last_request() { return desk(last_asked()).requests.back(); }

  sim::World world;
  std::vector<Client::News> news;  // submitted or acknowledged
  int retries = 0;

 private:
  sim::Step step_;
};

sim::HostId after(sim::HostId server) { return {static_cast<std::uint16_t>((server.value + 1) % servers)}; }
core::ServerId named(sim::HostId host) { return scenarios::server_of(host); }

}  // namespace

TEST_CASE("A client thinks, sends a command, and thinks again once it is acknowledged") {
  Shop shop;
  const auto server = shop.next_request();
  CHECK(shop.last_request().at == sim::Time(11ms));  // 10 ms to think, 1 ms on the way
  CHECK(shop.last_request().sequence == 1);
  CHECK(shop.last_request().command.size() == 40);
  REQUIRE(shop.news.size() == 1);
  CHECK(shop.news[0].submitted == 1);
  CHECK_FALSE(shop.news[0].probe);

  shop.run_for(100ms);
  CHECK(shop.requests() == 1);  // one command at a time
  shop.answer(server, 1, true);
  REQUIRE(shop.news.size() == 2);
  CHECK(shop.news[1].acknowledged == 1);
  CHECK(shop.news[1].submitted == 0);

  const auto acknowledged_at = shop.world.now();
  CHECK(shop.next_request() == server);  // who did it is asked again
  CHECK(shop.last_request().at == acknowledged_at + 11ms);
  CHECK(shop.last_request().sequence == 2);
  CHECK(shop.news.back().submitted == 2);
  CHECK(shop.retries == 0);
}

TEST_CASE("A command says whose it is and the how-manieth, and nothing else reads like one") {
  Shop shop;
  shop.next_request();
  const auto name = scenarios::read_command(shop.last_request().command.view());
  REQUIRE(name);
  CHECK(name->client == 7);
  CHECK(name->sequence == 1);
  CHECK_FALSE(scenarios::read_command(""));  // a no-op
  CHECK_FALSE(scenarios::read_command("fifteen letters"));
}

TEST_CASE("A client follows a redirect at once, with the same command") {
  Shop shop;
  const auto first = shop.next_request();
  const auto command = shop.last_request().command;
  const auto leader = after(after(first));
  shop.answer(first, 1, false, named(leader));
  shop.run_for(1ms);
  REQUIRE(shop.desk(leader).requests.size() == 1);
  CHECK(shop.desk(leader).requests[0].sequence == 1);
  CHECK(shop.desk(leader).requests[0].command == command);
  CHECK(shop.retries == 1);
  CHECK(shop.news.size() == 1);  // submitted once
}

TEST_CASE("Without an answer the client asks the next server, under the same sequence number") {
  Shop shop;
  const auto first = shop.next_request();
  const auto command = shop.last_request().command;
  const auto sent_at = shop.last_request().at - 1ms;
  CHECK(shop.next_request() == after(first));
  CHECK(shop.last_request().at == sent_at + 501ms);
  CHECK(shop.last_request().sequence == 1);
  CHECK(shop.last_request().command == command);  // so that who reads the log sees that it is the same
  CHECK(shop.next_request() == after(after(first)));
  CHECK(shop.next_request() == first);
  CHECK(shop.retries == 3);
  CHECK(shop.client().sequence() == 1);
}

TEST_CASE("A server that knows no leader, or takes itself for one that cannot, is left after a pause") {
  for (const bool names_itself : {false, true}) {
    Shop shop;
    const auto first = shop.next_request();
    shop.answer(first, 1, false, names_itself ? named(first) : core::no_server);
    const auto refused_at = shop.world.now();
    CHECK(shop.retries == 0);  // nothing was sent yet
    CHECK(shop.next_request() == after(first));
    CHECK(shop.last_request().at == refused_at + 21ms);
    CHECK(shop.retries == 1);
  }
}

TEST_CASE("While it pauses, a refusal that names a leader sends the client there once, and the pause is off") {
  Shop shop;
  const auto first = shop.next_request();
  const auto leader = after(after(first));
  shop.answer(first, 1, false);
  shop.run_for(5ms);
  shop.answer(first, 1, false, named(leader));  // say, the answer to a duplicate of the request
  shop.run_for(1ms);
  CHECK(shop.desk(leader).requests.size() == 1);
  CHECK(shop.requests() == 2);
  shop.run_for(400ms);
  CHECK(shop.requests() == 2);
  CHECK(shop.retries == 1);
  // That request has its full time, too.
  shop.run_for(200ms);
  CHECK(shop.requests() == 3);
}

TEST_CASE("Late answers: to an earlier command, or refusals by a server that was given up") {
  Shop shop;
  const auto first = shop.next_request();
  REQUIRE(shop.next_request() == after(first));  // given up
  shop.answer(first, 1, false, named(first));
  shop.run_for(30ms);
  CHECK(shop.requests() == 2);  // it still waits for the second server

  // A late success is a success: the command was applied, whoever says so.
  shop.answer(first, 1, true);
  CHECK(shop.news.back().acknowledged == 1);
  CHECK(shop.next_request() == first);
  CHECK(shop.last_request().sequence == 2);

  // The second server answers the first command. That one is done.
  shop.answer(after(first), 1, true);
  CHECK(shop.news.back().submitted == 2);
  shop.answer(first, 1, false, named(after(first)));
  shop.run_for(30ms);
  CHECK(shop.requests() == 3);
  shop.answer(first, 2, true);
  CHECK(shop.news.back().acknowledged == 2);
  const auto events = shop.news.size();
  shop.answer(first, 2, true);  // once more
  CHECK(shop.news.size() == events);
}

TEST_CASE("After the chaos the client sees its command through, sends one more, and stops") {
  Shop shop;
  SECTION("with a command pending") {
    const auto server = shop.next_request();
    shop.client().finish();
    shop.answer(server, 1, true);
    CHECK_FALSE(shop.client().finished());
    CHECK_FALSE(shop.news.front().probe);
    shop.next_request();
  }
  SECTION("with none pending") {
    const auto server = shop.next_request();
    shop.answer(server, 1, true);
    shop.client().finish();
    shop.next_request();
  }
  CHECK(shop.news.back().submitted == 2);
  CHECK(shop.news.back().probe);  // whether the cluster works again
  CHECK_FALSE(shop.client().finished());
  const auto server = shop.next_request();  // no answer: the probe is tried again like any other
  shop.answer(server, 2, true);
  CHECK(shop.news.back().acknowledged == 2);
  CHECK(shop.client().finished());
  const auto requests = shop.requests();
  shop.run_for(5s);
  CHECK(shop.requests() == requests);
}

TEST_CASE("Clients do not all ask the same server first") {
  std::vector<bool> asked(servers);
  for (std::uint64_t seed = 1; seed <= 30; ++seed) asked[Shop(seed).next_request().value] = true;
  CHECK(asked == std::vector<bool>(servers, true));
}

}  // namespace raftsim::tests
