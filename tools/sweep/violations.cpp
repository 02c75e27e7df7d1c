#include "tools/sweep/violations.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

namespace raftsim::tools {

namespace {

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// A word with a digit stands for a number, but for what servers and clients are called.
std::string shape_of_word(std::string_view word) {
  if (std::ranges::none_of(word, is_digit)) return std::string(word);
  const bool is_host = (word[0] == 'S' || word[0] == 'C') && std::ranges::all_of(word.substr(1), is_digit);
  return is_host ? std::string(1, word[0]) : "#";
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
    text.replace(at, what.size(), with);
}

std::string without_details(std::string_view text) {
  std::string rest(text.substr(0, text.find(": ")));
  for (auto open = rest.find(" ("); open != std::string::npos; open = rest.find(" (", open)) {
    const auto close = rest.find(')', open);
    rest.erase(open, close == std::string::npos ? close : close + 1 - open);
  }
  return rest;
}

std::string shape_of(std::string_view text) {
  std::string shape;
  while (!text.empty()) {
    const auto word = static_cast<std::size_t>(std::ranges::find_if_not(text, is_letter) - text.begin());
    shape += word > 0 ? shape_of_word(text.substr(0, word)) : std::string(text.substr(0, 1));
    text.remove_prefix(std::max<std::size_t>(word, 1));
  }
  replace_all(shape, "#.#", "#");                   // 1.204
  replace_all(shape, "##", "#");                    // C1#40
  for (const std::string_view item : {"S", "#"}) {  // a list is like one that is longer
    replace_all(shape, std::string(item) + ", " + std::string(item), item);
    replace_all(shape, std::string(item) + " and " + std::string(item), item);
  }
  return shape;
}

auto key(const ViolationGroup& group) { return std::tie(group.checker, group.mechanism); }

bool shorter(const Violation& a, const Violation& b) { return std::tie(a.events, a.seed) < std::tie(b.events, b.seed); }

}  // namespace

std::string mechanism_of(const checkers::Verdict& verdict) {
  return "expected " + shape_of(without_details(verdict.expected)) + "; seen " +
         shape_of(without_details(verdict.seen));
}

void Violations::add(Violation violation) {
  ViolationGroup group{violation.verdict.checker, mechanism_of(violation.verdict), 1, {violation.seed}, {}};
  group.kept.push_back(std::move(violation));
  add(group);
}

void Violations::add(const ViolationGroup& group) {
  auto mine = std::ranges::lower_bound(groups_, key(group), {}, key);
  if (mine == groups_.end() || key(*mine) != key(group)) {
    mine = groups_.insert(mine, {group.checker, group.mechanism, 0, {}, {}});
  }
  size_ += group.runs;
  mine->runs += group.runs;
  mine->seeds.insert(mine->seeds.end(), group.seeds.begin(), group.seeds.end());
  std::ranges::sort(mine->seeds);
  mine->seeds.resize(std::min(mine->seeds.size(), seeds_listed));
  mine->kept.insert(mine->kept.end(), group.kept.begin(), group.kept.end());
  std::ranges::sort(mine->kept, shorter);
  if (mine->kept.size() > keep_) mine->kept.resize(keep_);
}

Violations& Violations::operator+=(const Violations& other) {
  for (const ViolationGroup& group : other.groups_) add(group);
  return *this;
}

std::vector<ViolationGroup> Violations::by_frequency() const {
  std::vector<ViolationGroup> groups = groups_;
  std::ranges::stable_sort(groups, std::ranges::greater(), &ViolationGroup::runs);
  return groups;
}

}  // namespace raftsim::tools
