#include "tools/sweep/arguments.hpp"

#include <fmt/format.h>

#include <charconv>
#include <random>

#include "tools/exit_code.hpp"
#include "tools/terminal/decimal.hpp"

namespace raftsim::tools {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds longest = 24h * 365;
constexpr std::uint64_t default_seeds = 1000;
constexpr std::uint64_t default_max_violations = 10;
// Seeds that are drawn are easy to read and to type, and many are left behind them.
constexpr std::uint64_t largest_random_seed = 999'999'999'999;

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::nanoseconds> unit_from(std::string_view text) {
  if (text == "s") return 1s;
  if (text == "m" || text == "min") return 1min;
  if (text == "h") return 1h;
  return std::nullopt;
}

std::uint64_t first_seed_from(const std::string& text) {
  if (text == "random") {
    std::random_device source;
    return std::uniform_int_distribution<std::uint64_t>(1, largest_random_seed)(source);
  }
  if (const auto number = number_from(text)) return *number;
  throw BadInput(fmt::format("--first-seed: expected a whole number or random, found '{}'", text));
}

void check_fit(const PlanArguments& arguments) {
  if (arguments.seeds && !arguments.time.empty()) {
    throw BadInput("--seeds and --for: a sweep has a number of seeds or a time, not both");
  }
  if (arguments.shard.empty()) return;
  if (arguments.first_seed == "random") {
    throw BadInput(
        "--shard and --first-seed random: each shard would start with another seed; give all shards the same number");
  }
  if (arguments.max_violations) {
    throw BadInput("--shard and --max-violations: a shard does not know what the others find: use --keep");
  }
}

}  // namespace

std::chrono::nanoseconds budget_from(const std::string& text) {
  const std::string expected = fmt::format("--for: expected a time such as 30s, 10m or 1.5h, found '{}'", text);
  const auto decimal = decimal_at_start(text);
  const auto unit = decimal ? unit_from(decimal->rest) : std::nullopt;
  if (!unit) throw BadInput(expected);
  const std::chrono::duration<double, std::nano> time =
      decimal->number * std::chrono::duration<double, std::nano>(*unit);
  if (!(time >= 1ms) || time > longest) throw BadInput(expected + ", from a millisecond to a year");
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time);
}

Shard shard_from(const std::string& text) {
  const auto slash = text.find('/');
  const auto number = number_from(text.substr(0, slash));
  const auto count = number_from(slash == std::string::npos ? "" : text.substr(slash + 1));
  if (!number || !count || *number == 0 || number > count) {
    throw BadInput(fmt::format("--shard: expected I/N with I from 1 to N, such as 2/4, found '{}'", text));
  }
  return {*number, *count};
}

SweepPlan plan_of(const PlanArguments& arguments) {
  check_fit(arguments);
  SweepPlan plan;
  plan.first_seed = first_seed_from(arguments.first_seed);
  plan.jobs = arguments.jobs;
  if (!arguments.time.empty()) plan.time = budget_from(arguments.time);
  plan.seeds = arguments.time.empty() ? arguments.seeds.value_or(default_seeds) : seeds_from(plan.first_seed);
  if (!arguments.shard.empty()) plan.shard = shard_from(arguments.shard);
  const bool goes_on = arguments.keep || !arguments.shard.empty();
  plan.max_violations = arguments.max_violations.value_or(goes_on ? no_limit : default_max_violations);
  plan.keep = arguments.keep.value_or(1);
  check(plan);
  return plan;
}

}  // namespace raftsim::tools
