// Two hosts play ping-pong over a network that loses one packet in ten.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "sim/world.hpp"

namespace {

using namespace raftsim::sim;
using namespace std::chrono_literals;

class Player : public Process {
 public:
  void boot(Host& host) override { wake(host); }
  void crash() override {}
  // Host 0 serves, and serves again when the ball has not come back for 50 ms.
  void wake(Host& host) override {
    if (host.id() != HostId{0}) return;
    host.send(HostId{1}, 0, 64, Payload::of(1));
    host.wake_at(host.now() + 50ms);
  }
  void receive(Host& host, const Packet& ball) override {
    const int strokes = ball.payload.as<int>();
    longest_rally_ = std::max(longest_rally_, strokes);
    host.send(ball.from, 0, 64, Payload::of(strokes + 1));
    if (host.id() == HostId{0}) host.wake_at(host.now() + 50ms);
  }
  void disk_done(Host&, const DiskOperation&) override {}
  [[nodiscard]] std::unique_ptr<Process> clone() const override { return std::make_unique<Player>(*this); }
  [[nodiscard]] int longest_rally() const { return longest_rally_; }

 private:
  int longest_rally_ = 0;
};

}  // namespace

int main() {
  NetworkSettings network;
  network.links.delay = Distribution::uniform(1ms, 20ms);
  network.links.loss = {1, 10};
  World world(/*seed=*/7, network);
  for (int i = 0; i < 2; ++i) world.add_host(std::make_unique<Player>(), /*disk=*/nullptr);

  Step step;  // what the last event did: the packet delivered, the packets sent, ...
  while (world.next().at <= Time(10s)) world.step(step);

  const auto& player = static_cast<const Player&>(world.process(HostId{0}));
  std::printf("%d strokes in the longest rally, %d balls lost\n", player.longest_rally(),
              static_cast<int>(world.network().statistics().lost_by_chance));
}
