#include "checkers/linearizability/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "checkers/linearizability/search.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

namespace {

using core::OperationKind;

constexpr std::uint64_t steps_to_explain = 1'000'000;
constexpr std::size_t longest_value = 24;
constexpr std::size_t listed = 6;

// A client's value may be any bytes, and long.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char letter : value.substr(0, longest_value)) {
    const bool plain = letter >= ' ' && letter <= '~' && letter != '"';
    text += plain ? std::string(1, letter) : fmt::format("\\x{:02x}", static_cast<unsigned char>(letter));
  }
  return text + (value.size() > longest_value ? "...\"" : "\"");
}

std::string answer_text(OperationKind asked, const core::Answer& answer) {
  switch (asked) {
    case OperationKind::get:
      return answer.found ? quoted(answer.value.view()) : "nothing there";
    case OperationKind::compare_and_set:
      return answer.found ? "ok" : "refused";
    case OperationKind::erase:
      return answer.found ? "erased" : "nothing there";
    default:
      return answer.found ? "ok" : "not ok";
  }
}

std::string name_text(const ClientOperation& operation) {
  return fmt::format("C{}#{}", operation.client, operation.sequence);
}

// The first to return among those that the order leaves out: nothing else can come before it.
const ClientOperation* next_due(std::span<const ClientOperation> operations, const std::vector<std::size_t>& order) {
  const ClientOperation* due = nullptr;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (!operations[i].has_returned() || std::find(order.begin(), order.end(), i) != order.end()) continue;
    if (due == nullptr || operations[i].returned < due->returned) due = &operations[i];
  }
  return due;
}

}  // namespace

std::string asked_text(const ClientOperation& operation) {
  const core::Operation& asked = operation.asked;
  std::string text = fmt::format("{} {} k{}", name_text(operation), core::name_of(asked.kind), asked.key.value);
  switch (asked.kind) {
    case OperationKind::put:
    case OperationKind::append:
      return text + " " + quoted(asked.value.view());
    case OperationKind::compare_and_set:
      return text + fmt::format(" {} to {}", quoted(asked.expected.view()), quoted(asked.value.view()));
    default:
      return text;
  }
}

std::string answered_text(const ClientOperation& operation) {
  return operation.has_returned() ? answer_text(operation.asked.kind, operation.answer) : "no answer";
}

std::string why_no_order(std::span<const ClientOperation> operations, const KeyModel& start) {
  Search search(operations, start);
  static_cast<void>(search.run(steps_to_explain));
  const std::vector<std::size_t>& order = search.longest();
  KeyModel model = start;
  for (const std::size_t place : order) model.apply(operations[place].asked);
  const ClientOperation* due = next_due(operations, order);
  if (due == nullptr) return "there is an order";
  std::string text = order.empty() ? "no operation can come first" : "the longest order is ";
  const std::size_t skipped = order.size() > listed ? order.size() - listed : 0;
  if (skipped > 0) text += fmt::format("{} and then ", counted(skipped, "operation", "operations"));
  for (std::size_t i = skipped; i < order.size(); ++i) {
    text += (i == skipped ? "" : ", ") + name_text(operations[order[i]]);
  }
  const std::string expected = answer_text(due->asked.kind, model.apply(due->asked));
  text += fmt::format("; {} was answered {}", asked_text(*due), answered_text(*due));
  if (expected != answered_text(*due)) text += fmt::format(", and should then be answered {}", expected);
  return text;
}

std::string drawing_of(std::span<const ClientOperation> operations) {
  std::vector<Order> moments;
  for (const ClientOperation& operation : operations) {
    moments.push_back(operation.invoked);
    if (operation.has_returned()) moments.push_back(operation.returned);
  }
  std::sort(moments.begin(), moments.end());
  const std::size_t wide = moments.size() > 30 ? 1 : 2;  // columns from one moment to the next
  const auto column = [&](Order moment) {
    return wide * static_cast<std::size_t>(std::lower_bound(moments.begin(), moments.end(), moment) - moments.begin());
  };
  const bool some_open = std::any_of(operations.begin(), operations.end(),
                                     [](const ClientOperation& operation) { return !operation.has_returned(); });
  const std::size_t width = wide * (moments.size() - 1) + (some_open ? 3 : 1);
  std::size_t asked_width = 0;
  std::size_t answered_width = 0;
  for (const ClientOperation& operation : operations) {
    asked_width = std::max(asked_width, asked_text(operation).size());
    answered_width = std::max(answered_width, answered_text(operation).size());
  }
  std::string text;
  for (const ClientOperation& operation : operations) {
    const std::size_t begin = column(operation.invoked);
    std::string bar(width, ' ');
    const std::size_t end = operation.has_returned() ? column(operation.returned) : width - 1;
    std::fill(bar.begin() + static_cast<std::ptrdiff_t>(begin), bar.begin() + static_cast<std::ptrdiff_t>(end), '-');
    bar[begin] = '|';
    bar[end] = operation.has_returned() ? '|' : '>';
    const std::string when = operation.has_returned() ? fmt::format("{} to {}", seconds(operation.invoked_at),
                                                                    seconds(operation.returned_at))
                                                      : fmt::format("from {}", seconds(operation.invoked_at));
    text += fmt::format("{:<{}} -> {:<{}}  {}  {}\n", asked_text(operation), asked_width, answered_text(operation),
                        answered_width, bar, when);
  }
  return text;
}

}  // namespace raftsim::checkers
