#include "scenarios/cluster/operation_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <initializer_list>

#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

namespace {

constexpr std::uint32_t appends_in_a_row = 4;

// The first so many keys get their share, the others the rest.
sim::Distribution keys_of(const Workload& workload) {
  const std::uint64_t all = workload.keys;
  const std::uint64_t hot = workload.hot_keys;
  if (hot == 0) return sim::Distribution::uniform(std::uint64_t{1}, all);
  const auto share = workload.hot_share;
  return {{{share.numerator, 1, hot}, {share.denominator - share.numerator, hot + 1, all}}};
}

// The place of each weight, as often as it says.
sim::Distribution by_weight(std::initializer_list<std::uint32_t> weights) {
  sim::Distribution result;
  std::uint64_t place = 0;
  for (const auto weight : weights) {
    if (weight > 0) result.parts.push_back({weight, place, place});
    ++place;
  }
  return result;
}

}  // namespace

OperationSource::OperationSource(std::uint32_t number, const Workload& workload)
    : number_(number),
      kinds_(by_weight({workload.operations.get, workload.operations.put, workload.operations.append,
                        workload.operations.compare_and_set, workload.operations.erase})),
      keys_(keys_of(workload)),
      read_modes_(
          by_weight({workload.reads.log, workload.reads.leader, workload.reads.follower, workload.reads.lease})),
      sizes_(workload.payload_bytes) {
  if (workload.operations.append > 0 || workload.operations.compare_and_set > 0) known_.resize(workload.keys + 1);
}

core::Bytes OperationSource::value(std::uint64_t sequence, std::uint64_t size, char filler) const {
  std::array<char, 40> letters{};  // 'C', ten digits, '#', twenty digits
  const auto* end = fmt::format_to(letters.data(), "C{}#{}", number_, sequence);
  const auto named = static_cast<std::size_t>(end - letters.data());
  const auto whole = std::max<std::size_t>(size, named + 1);
  return core::Bytes::filled(whole, [&](char* room) {
    std::memcpy(room, letters.data(), named);
    std::memset(room + named, filler, whole - named);
  });
}

core::Operation OperationSource::next(const sim::Host& host, std::uint64_t nth, std::uint64_t sequence) {
  core::Operation operation;
  operation.kind = static_cast<core::OperationKind>(host.decide(operation_purpose, nth, kinds_));
  operation.key = {static_cast<std::uint32_t>(host.decide(key_purpose, nth, keys_))};
  auto* known = known_.empty() ? nullptr : &known_[operation.key.value];
  using Kind = core::OperationKind;
  if (operation.kind == Kind::append && known->appends == appends_in_a_row) operation.kind = Kind::put;
  switch (operation.kind) {
    case Kind::get:
    case Kind::erase:
      break;
    case Kind::append:
      ++known->appends;
      operation.value = value(sequence, 0, ';');
      break;
    case Kind::compare_and_set:
      operation.expected = known->value;
      [[fallthrough]];
    case Kind::put:
      if (known != nullptr) known->appends = 0;
      operation.value = value(sequence, host.decide(payload_bytes_purpose, nth, sizes_), '.');
      break;
  }
  return operation;
}

ReadMode OperationSource::read_mode(const sim::Host& host, std::uint64_t nth) const {
  return static_cast<ReadMode>(host.decide(read_mode_purpose, nth, read_modes_));
}

void OperationSource::answered(const core::Operation& operation, const core::Answer& answer) {
  if (known_.empty()) return;
  auto& known = known_[operation.key.value].value;
  switch (operation.kind) {
    case core::OperationKind::get:
      known = answer.value;
      break;
    case core::OperationKind::put:
      known = operation.value;
      break;
    case core::OperationKind::compare_and_set:
      if (answer.found) known = operation.value;
      break;
    case core::OperationKind::append:
    case core::OperationKind::erase:
      break;  // a compare-and-set that expects what is not there any more: that is to be seen, too
  }
}

}  // namespace raftsim::scenarios
