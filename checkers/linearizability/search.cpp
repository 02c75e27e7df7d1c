#include "checkers/linearizability/search.hpp"

#include <algorithm>
#include <utility>

namespace raftsim::checkers {

Search::Search(std::span<const ClientOperation> operations, KeyModel start)
    : operations_(operations), links_(1), return_of_(operations.size(), head), model_(std::move(start)) {
  std::vector<std::pair<Order, Link>> events;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const ClientOperation& operation = operations[i];
    if (!operation.has_returned() && operation.is_read()) continue;  // it neither shows nor changes anything
    events.push_back({operation.invoked, {i, false}});
    if (operation.has_returned()) {
      events.push_back({operation.returned, {i, true}});
      ++left_;
    }
  }
  std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [order, link] : events) {
    const std::size_t place = links_.size();
    link.previous = links_[head].previous;
    links_[link.previous].next = place;
    links_[head].previous = place;
    if (link.is_return) return_of_[link.operation] = place;
    links_.push_back(link);
  }
  at_ = links_[head].next;
  fewest_left_ = left_ + 1;
}

void Search::unlink(std::size_t link) {
  links_[links_[link].previous].next = links_[link].next;
  links_[links_[link].next].previous = links_[link].previous;
}

void Search::relink(std::size_t link) {
  links_[links_[link].previous].next = link;
  links_[links_[link].next].previous = link;
}

Linearizable Search::run(std::uint64_t steps) {
  while (answer_ == Linearizable::unknown) {
    note_longest();
    if (left_ == 0) {
      answer_ = Linearizable::yes;
    } else if (steps-- == 0) {
      break;
    } else if (at_ == head || links_[at_].is_return) {
      if (!go_back()) answer_ = Linearizable::no;
    } else if (!take(at_)) {
      at_ = links_[at_].next;
    }
  }
  return answer_;
}

bool Search::take(std::size_t link) {
  const std::size_t place = links_[link].operation;
  const ClientOperation& operation = operations_[place];
  KeyModel after = model_;
  const core::Answer answer = after.apply(operation.asked);
  if (operation.has_returned() ? answer != operation.answer : after == model_) return false;
  const core::Digest digest = taken_digest_ ^ core::mix(0, place);
  if (!tried_.insert({digest, after.digest()}).second) return false;
  taken_.push_back({link, std::exchange(model_, std::move(after))});
  taken_digest_ = digest;
  unlink(link);
  if (operation.has_returned()) {
    unlink(return_of_[place]);
    --left_;
  }
  at_ = links_[head].next;
  return true;
}

bool Search::go_back() {
  if (taken_.empty()) return false;
  const std::size_t link = taken_.back().invocation;
  const std::size_t place = links_[link].operation;
  model_ = std::move(taken_.back().before);
  taken_.pop_back();
  taken_digest_ ^= core::mix(0, place);
  if (operations_[place].has_returned()) {
    relink(return_of_[place]);
    ++left_;
  }
  relink(link);
  at_ = links_[link].next;
  return true;
}

void Search::note_longest() {
  if (left_ >= fewest_left_) return;
  fewest_left_ = left_;
  longest_.clear();
  for (const Taken& taken : taken_) longest_.push_back(links_[taken.invocation].operation);
}

Judgement search_all(std::vector<KeyOperations> by_key, std::uint64_t steps) {
  struct Open {
    Search search;
    std::size_t key;
  };
  std::vector<Open> open;
  open.reserve(by_key.size());
  for (std::size_t key = 0; key < by_key.size(); ++key)
    open.push_back({Search(by_key[key].operations, by_key[key].start), key});
  for (std::uint64_t share = 1000; !open.empty(); share *= 2) {
    for (Open& one : open) {
      if (steps == 0) return {Linearizable::unknown};
      const std::uint64_t now = std::min(share, steps);
      steps -= now;
      if (one.search.run(now) == Linearizable::no) return {Linearizable::no, std::move(by_key[one.key])};
    }
    std::erase_if(open, [](Open& one) { return one.search.run(0) == Linearizable::yes; });
  }
  return {};
}

}  // namespace raftsim::checkers
