// A client sends one command at a time, goes where it is sent, and asks elsewhere when nobody answers.
#include "scenarios/cluster/client.hpp"

#include <stdexcept>
#include <vector>

#include "catch.hpp"
#include "scenarios/wire.hpp"
#include "sim/world.hpp"

namespace raftsim::tests {

using scenarios::Client;
using scenarios::ClientReply;
using scenarios::ClientRequest;
using scenarios::ReadMode;
using scenarios::ReplyStatus;
using namespace std::chrono_literals;

namespace {

// Takes requests down and leaves them unanswered: the test answers.
struct Desk final : sim::Process {
  struct Request {
    sim::Time at{};
    std::uint64_t sequence = 0;
    ClientRequest whole;
  };
  std::vector<Request> requests;
  void boot(sim::Host&) override {}
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override {
    const auto& request = packet.payload.as<ClientRequest>();
    requests.push_back({host.now(), request.name.sequence, request});
  }
  void wake(sim::Host&) override {}
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Desk>(*this); }
};

constexpr std::uint16_t servers = 3;
constexpr sim::HostId client_host{servers};

// Puts values of 40 bytes, without sessions.
scenarios::Scenario patient_client() {
  scenarios::Scenario scenario;
  scenario.servers = servers;
  scenario.workload.think_time = sim::Distribution::fixed(sim::Duration(10ms));
  scenario.workload.payload_bytes = sim::Distribution::fixed(std::uint64_t{40});
  scenario.workload.request_timeout = 500ms;
  scenario.workload.retry_pause = 20ms;
  scenario.workload.sessions = false;
  scenario.workload.operations = {.get = 0, .put = 1};
  return scenario;
}

scenarios::Scenario client_with_sessions() {
  auto scenario = patient_client();
  scenario.workload.sessions = true;
  return scenario;
}

sim::NetworkSettings one_millisecond() {
  sim::NetworkSettings network;
  network.links.delay = sim::Distribution::fixed(sim::Duration(1ms));
  return network;
}

// Three desks and client C7. Packets take a millisecond.
class Shop {
 public:
  explicit Shop(std::uint64_t seed = 1) : Shop(patient_client(), seed) {}
  explicit Shop(const scenarios::Scenario& scenario, std::uint64_t seed = 1) : world(seed, one_millisecond()) {
    for (std::uint16_t server = 0; server < servers; ++server) world.add_host(std::make_unique<Desk>(), nullptr);
    world.add_host(std::make_unique<Client>(7, std::make_shared<const scenarios::Scenario>(scenario)), nullptr);
  }
  void run_for(sim::Duration duration) {
    const auto until = world.now() + duration;
    world.act_at(until, 0);
    while (!world.idle() && world.next().at <= until) {
      world.step(step_);
      const auto one = client().take_news();
      if (one.submitted || one.ended) news.push_back(one);
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
  // The answer to the last request of this command that `server` has had.
  void answer(sim::HostId server, std::uint64_t sequence, bool done, core::ServerId leader = core::no_server) {
    answer(server, {.name = {7, sequence},
                    .attempt = last_attempt(server, sequence),
                    .status = done ? ReplyStatus::done : ReplyStatus::not_leader,
                    .leader = leader});
  }
  void answer(sim::HostId server, const ClientReply& reply) {
    world.call(server, step_, [&](sim::Process&, sim::Host& host) {
      host.send(client_host, scenarios::client_reply_kind, 24, sim::Payload::of(reply));
    });
    run_for(1ms);
  }
  [[nodiscard]] std::uint64_t last_attempt(sim::HostId server, std::uint64_t sequence) {
    std::uint64_t last = 0;
    for (const auto& request : desk(server).requests) {
      if (request.sequence == sequence) last = request.whole.attempt;
    }
    return last;
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

std::uint64_t submitted(const Client::News& news) { return news.submitted ? news.submitted->name.sequence : 0; }
std::uint64_t acknowledged(const Client::News& news) {
  return news.ended && news.ended->ending == Client::Ending::answered ? news.ended->sequence : 0;
}

sim::HostId after(sim::HostId server) { return {static_cast<std::uint16_t>((server.value + 1) % servers)}; }
core::ServerId named(sim::HostId host) { return scenarios::server_of(host); }

}  // namespace

TEST_CASE("A client thinks, sends a command, and thinks again once it is acknowledged") {
  Shop shop;
  const auto server = shop.next_request();
  CHECK(shop.last_request().at == sim::Time(11ms));  // 10 ms to think, 1 ms on the way
  CHECK(shop.last_request().sequence == 1);
  CHECK(shop.last_request().whole.operation.value.size() == 40);
  REQUIRE(shop.news.size() == 1);
  CHECK(submitted(shop.news[0]) == 1);
  CHECK_FALSE(shop.news[0].probe);

  shop.run_for(100ms);
  CHECK(shop.requests() == 1);  // one command at a time
  shop.answer(server, 1, true);
  REQUIRE(shop.news.size() == 2);
  CHECK(acknowledged(shop.news[1]) == 1);
  CHECK_FALSE(shop.news[1].submitted);

  const auto acknowledged_at = shop.world.now();
  CHECK(shop.next_request() == server);  // who did it is asked again
  CHECK(shop.last_request().at == acknowledged_at + 11ms);
  CHECK(shop.last_request().sequence == 2);
  CHECK(submitted(shop.news.back()) == 2);
  CHECK(shop.retries == 0);
}

// So that who reads a value knows which command wrote it, and histories of reads and writes can be decided.
TEST_CASE("A request says whose it is and its number, and so does the value that it writes") {
  Shop shop;
  shop.next_request();
  const auto& request = shop.last_request().whole;
  CHECK(request.kind == ClientRequest::Kind::operation);
  CHECK(request.name == core::CommandName{7, 1});
  CHECK(request.attempt == 1);
  CHECK(request.session == core::Index{});
  CHECK(request.operation.kind == core::OperationKind::put);
  CHECK(request.operation.value == core::Bytes("C7#1" + std::string(36, '.')));
}

TEST_CASE("A client follows a redirect at once, with the same command") {
  Shop shop;
  const auto first = shop.next_request();
  const auto command = shop.last_request().whole.operation;
  const auto leader = after(after(first));
  shop.answer(first, 1, false, named(leader));
  shop.run_for(1ms);
  REQUIRE(shop.desk(leader).requests.size() == 1);
  CHECK(shop.desk(leader).requests[0].sequence == 1);
  CHECK(shop.desk(leader).requests[0].whole.operation == command);
  CHECK(shop.retries == 1);
  CHECK(shop.news.size() == 1);  // submitted once
}

TEST_CASE("Without an answer the client asks the next server, under the same sequence number") {
  Shop shop;
  const auto first = shop.next_request();
  const auto command = shop.last_request().whole.operation;
  const auto sent_at = shop.last_request().at - 1ms;
  CHECK(shop.next_request() == after(first));
  CHECK(shop.last_request().at == sent_at + 501ms);
  CHECK(shop.last_request().sequence == 1);
  CHECK(shop.last_request().whole.operation == command);  // so that who reads the log sees that it is the same
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

// Two servers that were removed, one of which names the other, its last leader: neither hears of the cluster any more.
TEST_CASE("A client asks all servers by turns, wherever redirects lead it in between") {
  Shop shop;
  const auto first = shop.next_request();
  const auto its_leader = after(after(first));
  shop.answer(first, 1, false, named(its_leader));
  shop.run_for(1ms);
  REQUIRE(shop.last_asked() == its_leader);
  shop.answer(its_leader, 1, false);
  CHECK(shop.next_request() == after(first));
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
  CHECK(acknowledged(shop.news.back()) == 1);
  CHECK(shop.next_request() == first);
  CHECK(shop.last_request().sequence == 2);

  // The second server answers the first command. That one is done.
  shop.answer(after(first), 1, true);
  CHECK(submitted(shop.news.back()) == 2);
  shop.answer(first, 1, false, named(after(first)));
  shop.run_for(30ms);
  CHECK(shop.requests() == 3);
  shop.answer(first, 2, true);
  CHECK(acknowledged(shop.news.back()) == 2);
  const auto events = shop.news.size();
  shop.answer(first, 2, true);  // once more
  CHECK(shop.news.size() == events);
}

TEST_CASE("A late refusal of an earlier attempt at the same server is not taken for an answer to this one") {
  Shop shop;
  const auto first = shop.next_request();
  const auto early = shop.last_attempt(first, 1);
  for (int i = 0; i < servers; ++i) shop.next_request();  // round to the same server
  REQUIRE(shop.last_asked() == first);
  const auto requests = shop.requests();
  shop.answer(first,
              {.name = {7, 1}, .attempt = early, .status = ReplyStatus::not_leader, .leader = named(after(first))});
  shop.run_for(30ms);
  CHECK(shop.requests() == requests);
  shop.answer(first, 1, false, named(after(first)));
  shop.run_for(1ms);
  CHECK(shop.last_asked() == after(first));
}

// --- sessions ---

TEST_CASE("A client opens a session first, and sends its commands in it") {
  Shop shop(client_with_sessions());
  const auto server = shop.next_request();
  CHECK(shop.last_request().whole.kind == ClientRequest::Kind::open_session);
  CHECK(shop.client().session() == core::Index{});
  shop.answer(server, {.name = {7, 1}, .attempt = 1, .status = ReplyStatus::done, .index = {17}});
  CHECK(shop.client().session() == core::Index{17});
  REQUIRE(shop.news.size() == 2);
  CHECK(acknowledged(shop.news[1]) == 1);  // and at once:
  CHECK(submitted(shop.news[1]) == 2);
  shop.run_for(1ms);
  CHECK(shop.last_request().sequence == 2);
  CHECK(shop.last_request().whole.session == core::Index{17});
  CHECK(shop.last_request().whole.operation.value.view().substr(0, 5) == "C7#2.");
}

TEST_CASE("When its session has expired a client gives the command up: in a new session it might be done twice") {
  Shop shop(client_with_sessions());
  const auto server = shop.next_request();
  shop.answer(server, {.name = {7, 1}, .attempt = 1, .status = ReplyStatus::done, .index = {17}});
  shop.next_request();
  shop.answer(server, {.name = {7, 2}, .attempt = 2, .status = ReplyStatus::session_expired});
  const auto& news = shop.news.back();
  REQUIRE(news.ended);
  CHECK(news.ended->ending == Client::Ending::abandoned);
  CHECK(news.ended->sequence == 2);
  CHECK(submitted(news) == 3);
  CHECK(shop.client().session() == core::Index{});
  shop.run_for(1ms);
  CHECK(shop.last_request().whole.kind == ClientRequest::Kind::open_session);
  shop.answer(server, {.name = {7, 3}, .attempt = 3, .status = ReplyStatus::done, .index = {40}});
  shop.run_for(1ms);
  CHECK(shop.last_request().sequence == 4);
  CHECK(shop.last_request().whole.session == core::Index{40});
}

TEST_CASE("After the chaos a session that has yet to be opened does not count as the last command") {
  Shop shop(client_with_sessions());
  const auto server = shop.next_request();
  shop.client().finish();
  shop.answer(server, {.name = {7, 1}, .attempt = 1, .status = ReplyStatus::done, .index = {17}});
  CHECK_FALSE(shop.client().finished());
  CHECK(shop.news.back().probe);
  shop.run_for(1ms);
  shop.answer(server, {.name = {7, 2}, .attempt = 2, .status = ReplyStatus::done, .index = {18}});
  CHECK(shop.client().finished());
}

TEST_CASE("A client believes a server that says its command has failed: so a server must not say it lightly") {
  Shop shop;
  const auto server = shop.next_request();
  shop.answer(server, {.name = {7, 1}, .attempt = 1, .status = ReplyStatus::failed});
  REQUIRE(shop.news.back().ended);
  CHECK(shop.news.back().ended->ending == Client::Ending::failed);
  shop.next_request();
  CHECK(shop.last_request().sequence == 2);
}

// --- what clients do ---

namespace {

// The first `count` requests of a client whose every command is answered with `answer`.
std::vector<ClientRequest> requests_of(const scenarios::Scenario& scenario, std::size_t count,
                                       const core::Answer& answer) {
  Shop shop(scenario);
  std::vector<ClientRequest> result;
  while (result.size() < count) {
    const auto server = shop.next_request();
    const auto request = shop.last_request().whole;
    result.push_back(request);
    shop.answer(server, {.name = request.name, .attempt = request.attempt, .answer = answer, .index = {1}});
  }
  return result;
}

}  // namespace

TEST_CASE("Clients do what the workload's weights say, with all of its keys") {
  auto scenario = patient_client();
  scenario.workload.keys = 3;
  scenario.workload.operations = {.get = 1, .put = 1, .append = 1, .compare_and_set = 1, .erase = 1};
  std::vector<int> kinds(core::operation_kind_count);
  std::vector<int> keys(4);
  for (const auto& request : requests_of(scenario, 300, {.found = true})) {
    ++kinds[static_cast<std::size_t>(request.operation.kind)];
    ++keys[request.operation.key.value];
  }
  for (const int count : kinds) CHECK(count > 30);
  CHECK(keys[0] == 0);
  for (const auto key : {1, 2, 3}) CHECK(keys[static_cast<std::size_t>(key)] > 60);
}

TEST_CASE("Values do not grow for ever: after four appends to a key a client puts") {
  auto scenario = patient_client();
  scenario.workload.keys = 1;
  scenario.workload.operations = {.get = 0, .put = 0, .append = 1};
  const auto requests = requests_of(scenario, 11, {.found = true});
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& operation = requests[i].operation;
    INFO(i);
    CHECK((operation.kind == core::OperationKind::put) == (i % 5 == 4));
    if (i == 0) CHECK(operation.value == core::Bytes("C7#1;"));
  }
}

TEST_CASE("A compare-and-set expects what the client knows last of the key") {
  auto scenario = patient_client();
  scenario.workload.keys = 1;
  scenario.workload.operations = {.get = 0, .put = 0, .compare_and_set = 1};
  const auto requests = requests_of(scenario, 3, {.found = true});
  CHECK(requests[0].operation.expected == core::Bytes(""));
  CHECK(requests[1].operation.expected == requests[0].operation.value);
  CHECK(requests[2].operation.expected == requests[1].operation.value);
  for (const auto& request : requests_of(scenario, 3, {.found = false})) {
    CHECK(request.operation.expected == core::Bytes(""));
  }
}

TEST_CASE("Gets say how they want to be answered: a get through any server goes to the followers by turns") {
  auto scenario = patient_client();
  scenario.workload.operations = {.get = 1, .put = 0};
  for (const auto& request : requests_of(scenario, 5, {})) CHECK(request.read_mode == ReadMode::log);
  scenario.workload.reads = {.log = 0, .leader = 1, .follower = 1, .lease = 1};
  std::vector<int> modes(scenarios::read_mode_count);
  for (const auto& request : requests_of(scenario, 100, {})) ++modes[static_cast<std::size_t>(request.read_mode)];
  CHECK(modes[0] == 0);
  for (const auto mode : {1, 2, 3}) CHECK(modes[static_cast<std::size_t>(mode)] > 15);

  scenario.workload.reads = {.log = 0, .follower = 1};
  const auto asked = [&] {
    Shop shop(scenario);
    for (int i = 0; i < 30; ++i) shop.answer(shop.next_request(), static_cast<std::uint64_t>(i + 1), true);
    std::vector<std::size_t> by_server;
    for (std::uint16_t server = 0; server < servers; ++server) by_server.push_back(shop.desk({server}).requests.size());
    return by_server;
  };
  // They spare the server that they take for the leader...
  const auto spared = asked();
  CHECK(std::count(spared.begin(), spared.end(), 0) == 1);
  CHECK(std::count_if(spared.begin(), spared.end(), [](std::size_t count) { return count > 10; }) == servers - 1);
  // ... but not where that one may be all that there is.
  scenario.founding_servers = 1;
  for (const auto count : asked()) CHECK(count > 3);
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
  CHECK(submitted(shop.news.back()) == 2);
  CHECK(shop.news.back().probe);  // whether the cluster works again
  CHECK_FALSE(shop.client().finished());
  const auto server = shop.next_request();  // no answer: the probe is tried again like any other
  shop.answer(server, 2, true);
  CHECK(acknowledged(shop.news.back()) == 2);
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
