#include "checkers/linearizability/smallest.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "checkers/linearizability/search.hpp"

namespace raftsim::checkers {

namespace {

using Operations = std::vector<ClientOperation>;
using core::OperationKind;

// What every step must preserve.
struct Kept {
  const KeyModel& start;
  std::uint64_t steps = 0;          // of each search
  std::optional<Order> stays = {};  // the return of an operation
  [[nodiscard]] bool has_no_order(const Operations& operations) const {
    return Search(operations, start).run(steps) == Linearizable::no;
  }
};

// The history up to `moment`.
Operations cut_at(const Operations& operations, Order moment) {
  Operations result;
  for (const ClientOperation& operation : operations) {
    if (operation.invoked > moment) continue;
    result.push_back(operation);
    if (operation.has_returned() && operation.returned > moment) result.back().returned = not_yet;
  }
  return result;
}

// A history without an order has none however it continues, so the moment at which it lost its order can be bisected.
Operations shortest_prefix(const Operations& operations, const Kept& kept) {
  std::vector<Order> returns;
  for (const ClientOperation& operation : operations) {
    if (operation.has_returned()) returns.push_back(operation.returned);
  }
  std::sort(returns.begin(), returns.end());
  std::size_t low = 0;
  std::size_t high = returns.size() - 1;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (kept.has_no_order(cut_at(operations, returns[middle]))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  Operations cut = cut_at(operations, returns[high]);
  return kept.has_no_order(cut) ? cut : operations;
}

bool only_reads(const ClientOperation& operation) {
  return operation.is_read() || (operation.asked.kind == OperationKind::compare_and_set && operation.has_returned() &&
                                 !operation.answer.found);
}

bool shows(const ClientOperation& operation, std::string_view value) {
  return operation.has_returned() && operation.answer.value.view().find(value) != std::string_view::npos;
}

// Whether `left` without the write `dropped` has an order if it has one with it.
bool may_drop(const ClientOperation& dropped, const Operations& left) {
  if (only_reads(dropped)) return true;
  return std::none_of(left.begin(), left.end(), [&](const ClientOperation& other) {
    if (other.asked.kind == OperationKind::compare_and_set || other.asked.kind == OperationKind::erase) return true;
    if (dropped.asked.kind != OperationKind::erase) return shows(other, dropped.asked.value.view());
    return other.asked.kind == OperationKind::append || (other.has_returned() && !other.answer.found);
  });
}

// Drops what may be dropped, `count` operations at a time from the end; returns whether any were dropped.
bool drop_some(Operations& operations, std::size_t count, const Kept& kept) {
  bool dropped = false;
  for (std::size_t end = operations.size(); end > 0;) {
    const std::size_t begin = end > count ? end - count : 0;
    Operations left(operations.begin(), operations.begin() + static_cast<std::ptrdiff_t>(begin));
    Operations tried(operations.begin() + static_cast<std::ptrdiff_t>(begin),
                     operations.begin() + static_cast<std::ptrdiff_t>(end));
    left.insert(left.end(), operations.begin() + static_cast<std::ptrdiff_t>(end), operations.end());
    // One after the other: each is judged together with those not dropped yet.
    while (!tried.empty()) {
      const ClientOperation last = std::move(tried.back());
      tried.pop_back();
      Operations company = left;
      company.insert(company.end(), tried.begin(), tried.end());
      if (last.returned == kept.stays || !may_drop(last, company)) break;
      if (tried.empty() && kept.has_no_order(left)) {
        operations = std::move(left);
        dropped = true;
        break;
      }
    }
    end = begin;
  }
  return dropped;
}

}  // namespace

Operations smallest_without_order(KeyOperations key, std::uint64_t steps) {
  Kept kept{key.start, steps};
  const auto returned = [](const ClientOperation& operation) { return operation.has_returned(); };
  if (key.proved > 0) kept.stays = std::find_if(key.operations.begin(), key.operations.end(), returned)->returned;
  Operations operations = shortest_prefix(key.operations, kept);
  for (std::size_t count = operations.size() / 2; count > 1; count /= 2) drop_some(operations, count, kept);
  while (drop_some(operations, 1, kept)) {
  }
  if (kept.stays && operations.size() > 2) {
    kept.stays.reset();
    drop_some(operations, 1, kept);
  }
  return operations;
}

}  // namespace raftsim::checkers
