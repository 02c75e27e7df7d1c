#include <vector>

#include "core/message_content.hpp"
#include "sim/fingerprint.hpp"
#include "tools/bench/repeated.hpp"
#include "tools/bench/replays.hpp"

namespace raftsim::tools {

namespace {

// How many numbers World and Run mix in.
constexpr std::uint64_t numbers_of_step = 3;
constexpr std::uint64_t numbers_of_packet = 2;
constexpr std::uint64_t numbers_of_operation = 2;  // of a disk

}  // namespace

Replay replay_fingerprint(const RecordedRun& run) {
  std::uint64_t numbers = run.observed_numbers;
  std::vector<const core::Message*> messages;
  for (const sim::Step& step : run.steps) {
    numbers += numbers_of_step + step.sent.size() * numbers_of_packet + step.submitted * numbers_of_operation;
    for (const sim::Sent& each : step.sent) {
      const auto* message = each.packet.payload.get_if<core::Message>();
      if (message != nullptr && each.packet.duplicate_of == 0) messages.push_back(message);
    }
  }
  std::uint64_t seen = 0;
  std::uint64_t of_messages = 0;
  const auto work = [&](sim::Fingerprint& fingerprint) {
    of_messages = 0;
    for (std::uint64_t number = 0; number < numbers; ++number) fingerprint.mix(number);
    for (const core::Message* message : messages) {
      core::feed(*message, [&](std::uint64_t number) {
        fingerprint.mix(number);
        ++of_messages;
      });
    }
    seen |= fingerprint.value();  // else the compiler may see that nobody asks
  };
  const double nanoseconds = least_time([] { return sim::Fingerprint(); }, work);
  return {nanoseconds, seen == 0 ? 0 : numbers + of_messages};
}

}  // namespace raftsim::tools
