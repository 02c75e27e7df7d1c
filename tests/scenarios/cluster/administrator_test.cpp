// An administrator goes by what the leader says, and takes new servers in as learners first.
#include "scenarios/cluster/administrator.hpp"

#include <algorithm>
#include <vector>

#include "catch.hpp"
#include "scenarios/wire.hpp"
#include "sim/world.hpp"

namespace raftsim::tests {

using core::Configuration;
using core::ServerSet;
using scenarios::Administration;
using scenarios::Administrator;
using scenarios::AdminReply;
using scenarios::AdminRequest;
using scenarios::next_change;
using namespace std::chrono_literals;

namespace {

// Answers for a cluster: S1 leads and does what it is asked, the others send the administrator there.
struct Office final : sim::Process {
  Configuration configuration = Configuration::of_voters({{1}});
  std::vector<Configuration> changes;
  std::vector<core::ServerId> successors;
  core::ChangeRefusal refusal = core::ChangeRefusal::none;
  bool committed = true;
  std::uint64_t asked = 0;

  void boot(sim::Host&) override {}
  void crash() override {}
  void receive(sim::Host& host, const sim::Packet& packet) override {
    const auto& request = packet.payload.as<AdminRequest>();
    ++asked;
    AdminReply reply{.attempt = request.attempt, .leads = host.id().value == 0, .leader = {1}};
    if (reply.leads) decide(request, reply);
    host.send(packet.from, scenarios::admin_reply_kind, scenarios::admin_reply_bytes, sim::Payload::of(reply));
  }
  void decide(const AdminRequest& request, AdminReply& reply) {
    if (request.kind == AdminRequest::Kind::transfer) {
      successors.push_back(request.successor);
      reply.accepted = true;
    } else if (request.kind == AdminRequest::Kind::change) {
      reply.refusal = refusal;
      reply.accepted = refusal == core::ChangeRefusal::none;
      changes.push_back(request.target);
      if (reply.accepted) configuration = request.target;
    }
    reply.configuration = configuration;
    reply.committed = committed;
  }
  void wake(sim::Host&) override {}
  void disk_done(sim::Host&, const sim::DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return std::make_unique<Office>(*this); }
};

constexpr std::uint16_t all_servers = 5;

Administration steady() {
  Administration wants;
  wants.every = sim::Distribution::fixed(sim::Duration(10ms));
  wants.most_voters = 4;
  wants.jumps_percent = 0;
  wants.transfers_percent = 0;
  return wants;
}

class Town {
 public:
  explicit Town(const Administration& wants) : world(1, network()) {
    for (std::uint16_t server = 0; server < all_servers; ++server) world.add_host(std::make_unique<Office>(), nullptr);
    world.add_host(std::make_unique<Administrator>(all_servers, wants), nullptr);
  }
  static sim::NetworkSettings network() {
    sim::NetworkSettings settings;
    settings.links.delay = sim::Distribution::fixed(sim::Duration(1ms));
    return settings;
  }
  void run_for(sim::Duration duration) {
    const auto until = world.now() + duration;
    world.act_at(until, 0);
    while (!world.idle() && world.next().at <= until) world.step(step_);
  }
  Office& office(std::uint16_t server = 1) { return static_cast<Office&>(world.process({std::uint16_t(server - 1)})); }
  Administrator& administrator() { return static_cast<Administrator&>(world.process({all_servers})); }

  sim::World world;

 private:
  sim::Step step_;
};

}  // namespace

TEST_CASE("On the way to new voters those who lack the log learn first", "[administrator]") {
  const auto one = Configuration::of_voters({{1}});
  const ServerSet goal{{1}, {2}};
  const auto first = next_change(one, goal);
  REQUIRE(first);
  CHECK(*first == Configuration{.voters = {{1}}, .outgoing = {}, .learners = {{2}}});
  CHECK(next_change(*first, goal) == Configuration::of_voters(goal));
  CHECK_FALSE(next_change(Configuration::of_voters(goal), goal).has_value());
  const Configuration joint{.voters = goal, .outgoing = one.voters, .learners = {}};
  CHECK_FALSE(next_change(joint, goal).has_value());
}

TEST_CASE("The cluster grows one by one to its largest size, shrinks to its smallest, and grows again",
          "[administrator]") {
  Town town(steady());
  town.run_for(4s);
  std::vector<std::size_t> sizes{1};
  for (const auto& change : town.office().changes) {
    if (change.voters.size() != sizes.back()) sizes.push_back(change.voters.size());
  }
  REQUIRE(sizes.size() > 8);
  sizes.resize(9);
  CHECK(sizes == std::vector<std::size_t>{1, 2, 3, 4, 3, 2, 1, 2, 3});
  CHECK(town.administrator().changes() > 8);

  town.administrator().finish();
  const auto asked = town.office().asked;
  town.run_for(1s);
  CHECK(town.office().asked == asked);
}

TEST_CASE("A change that is refused is asked for again, and given up when patience ends", "[administrator]") {
  Town town(steady());
  town.office().refusal = core::ChangeRefusal::change_under_way;
  town.run_for(2s);
  CHECK(town.office().changes.size() > 10);
  CHECK(town.office().changes.front() == town.office().changes.back());
  CHECK(town.administrator().changes() == 0);
  town.run_for(4s);
  town.office().refusal = core::ChangeRefusal::none;
  town.run_for(2s);
  CHECK(town.administrator().changes() > 0);
}

TEST_CASE("Leadership goes to other voters, and any voters may be wanted at once", "[administrator]") {
  auto wants = steady();
  wants.jumps_percent = 50;
  wants.transfers_percent = 50;
  Town town(wants);
  town.run_for(5s);
  CHECK_FALSE(town.office().successors.empty());
  const auto& to = town.office().successors;
  CHECK(std::none_of(to.begin(), to.end(), [](core::ServerId successor) { return successor == core::ServerId{1}; }));
  CHECK(town.administrator().transfers() == to.size());
  std::size_t jumps = 0;
  Configuration before = Configuration::of_voters({{1}});
  for (const auto& change : town.office().changes) {
    if (((change.voters - before.voters) | (before.voters - change.voters)).size() > 1) ++jumps;
    before = change;
  }
  CHECK(jumps > 0);
}

TEST_CASE("A voter is replaced by a server that has never run, and is gone for good once that is committed") {
  auto wants = steady();
  wants.replacements_percent = 100;
  wants.most_voters = 1;
  Town town(wants);
  town.office().committed = false;
  town.run_for(1s);
  // S1 has another in its place, but may be needed still: the configuration without it could be rolled back.
  REQUIRE(town.office().configuration.voters.size() == 1);
  CHECK_FALSE(town.office().configuration.voters.contains({1}));
  CHECK(town.administrator().changes() == 0);

  town.office().committed = true;
  town.run_for(200ms);
  CHECK(town.administrator().changes() > 0);
  town.run_for(2s);
  // One number after the other is used up, and none comes again.
  std::vector<core::ServerId> voters;
  for (const auto& change : town.office().changes) {
    if (change.voters.size() != 1) continue;
    const auto voter = *change.voters.begin();
    if (voters.empty() || voters.back() != voter) voters.push_back(voter);
  }
  auto once = voters;
  std::sort(once.begin(), once.end());
  CHECK(std::adjacent_find(once.begin(), once.end()) == once.end());
}

}  // namespace raftsim::tests
