#include "scenarios/cluster/script/standing.hpp"

#include <algorithm>

#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

void ScriptNames::bind(const std::string& name, const core::ServerSet& whom) {
  for (auto& [known, servers_of] : servers) {
    if (known != name) continue;
    servers_of = whom;
    return;
  }
  servers.emplace_back(name, whom);
}

const core::ServerSet* ScriptNames::find(std::string_view name) const {
  for (const auto& [known, servers_of] : servers) {
    if (known == name) return &servers_of;
  }
  return nullptr;
}

// --- who is what ---

core::ServerSet Standing::up() const {
  core::ServerSet result;
  for (const auto server : all()) {
    if (world_.state(host_of(server)) != sim::HostState::down) result.insert(server);
  }
  return result;
}

core::ServerSet Standing::paused() const {
  core::ServerSet result;
  for (const auto server : all()) {
    if (world_.state(host_of(server)) == sim::HostState::paused) result.insert(server);
  }
  return result;
}

bool Standing::leads(core::ServerId server) const {
  return world_.state(host_of(server)) != sim::HostState::down && view_.of(server).leads();
}

core::ServerId Standing::leader(const core::ServerSet& among) const {
  auto newest = core::no_server;
  for (const auto server : among) {
    if (!leads(server)) continue;
    if (newest == core::no_server || view_.of(server).hard_state.term > view_.of(newest).hard_state.term) {
      newest = server;
    }
  }
  return newest;
}

core::Term Standing::newest_term() const {
  core::Term newest;
  for (const auto server : all()) newest = std::max(newest, view_.of(server).hard_state.term);
  return newest;
}

std::uint32_t Standing::terms(const core::ServerSet& among) const {
  std::vector<core::Term> different;
  for (const auto server : among) {
    const auto term = view_.of(server).hard_state.term;
    if (std::find(different.begin(), different.end(), term) == different.end()) different.push_back(term);
  }
  return static_cast<std::uint32_t>(different.size());
}

core::ServerSet Standing::have_applied(core::Index index) const {
  core::ServerSet result;
  for (const auto server : up()) {
    if (view_.of(server).up && view_.of(server).last_applied >= index) result.insert(server);
  }
  return result;
}

// --- selections ---

std::optional<core::ServerSet> Standing::members(const Group& group, const core::ServerSet& before) const {
  switch (group.kind) {
    case Group::Kind::all:
      return all();
    case Group::Kind::connected:
      return connected();
    case Group::Kind::disconnected:
      return links_.disconnected();
    case Group::Kind::up:
      return up();
    case Group::Kind::down:
      return all() - up();
    case Group::Kind::paused:
      return paused();
    case Group::Kind::rest:
      return all() - before;
    case Group::Kind::server:
      return core::ServerSet{group.server};
    case Group::Kind::followers:
    case Group::Kind::leader: {
      core::ServerSet leading;
      if (const auto leader = this->leader(all()); leader != core::no_server) leading.insert(leader);
      return group.kind == Group::Kind::leader ? leading : up() - leading;
    }
    case Group::Kind::name:
      break;
  }
  const auto* bound = names_.find(group.name);
  return bound == nullptr ? std::nullopt : std::optional(*bound);
}

core::ServerSet Standing::draw(const core::ServerSet& from, std::size_t count, const Draws& draws,
                               std::uint64_t nth) const {
  const auto any = sim::Distribution::uniform(std::uint64_t{0}, std::uint64_t{0xffffffff});
  std::vector<std::pair<std::uint64_t, core::ServerId>> drawn;
  for (const auto server : from) {
    const sim::Key key{script_pick_purpose, draws.step, draws.iteration,
                       draws.nth << 32U | nth << 16U | host_of(server).value};
    drawn.emplace_back(world_.choices().decide(key, any), server);
  }
  std::sort(drawn.begin(), drawn.end());
  core::ServerSet result;
  for (std::size_t i = 0; i < count && i < drawn.size(); ++i) result.insert(drawn[i].second);
  return result;
}

std::optional<core::ServerSet> Standing::pick(const Pick& pick, const Draws& draws, std::uint64_t nth,
                                              const core::ServerSet& chosen, const core::ServerSet& before) const {
  auto from = members(pick.of, before);
  if (!from) return std::nullopt;
  for (const auto& but : pick.but) {
    const auto without = members(but, before);
    if (!without) return std::nullopt;
    *from = *from - *without;
  }
  switch (pick.how) {
    case Pick::How::all:
      return from;
    case Pick::How::any: {
      const auto others = *from - chosen;
      if (others.size() < pick.count) return std::nullopt;
      return draw(others, pick.count, draws, nth);
    }
    case Pick::How::leader: {
      const auto leader = this->leader(*from);
      return leader == core::no_server ? std::nullopt : std::optional(core::ServerSet{leader});
    }
    case Pick::How::follower: {
      const auto followers = (*from & up()) - core::ServerSet(*members({.kind = Group::Kind::leader}, before)) - chosen;
      return followers.empty() ? std::nullopt : std::optional(draw(followers, 1, draws, nth));
    }
    case Pick::How::longest_log: {
      auto longest = core::no_server;
      for (const auto server : *from) {
        if (longest == core::no_server || view_.of(server).last_index > view_.of(longest).last_index) longest = server;
      }
      return longest == core::no_server ? std::nullopt : std::optional(core::ServerSet{longest});
    }
  }
  return std::nullopt;
}

std::optional<core::ServerSet> Standing::select(const Selection& selection, const Draws& draws,
                                                const core::ServerSet& before) const {
  const bool first = !selection.when || holds(*selection.when);
  const auto& picks = first ? selection.picks : selection.otherwise;
  core::ServerSet chosen;
  std::uint64_t nth = first ? 0 : 256;
  for (const auto& one : picks) {
    const auto more = pick(one, draws, nth++, chosen, before | chosen);
    if (!more) return std::nullopt;
    chosen = chosen | *more;
  }
  return chosen;
}

// --- conditions ---

std::int64_t Standing::value_of(const std::string& word) const {
  for (const auto& [name, number] : names_.counters) {
    if (name == word) return static_cast<std::int64_t>(number);
  }
  const auto size = [](const core::ServerSet& servers) { return static_cast<std::int64_t>(servers.size()); };
  if (word == "connected") return size(connected());
  if (word == "disconnected") return size(links_.disconnected());
  if (word == "up") return size(up());
  if (word == "down") return size(all() - up());
  if (word == "paused") return size(paused());
  if (word == "leaders") return leader(connected()) == core::no_server ? 0 : 1;
  if (word == "term") return static_cast<std::int64_t>(newest_term().value);
  if (word == "committed") return static_cast<std::int64_t>(view_.committed().value);
  if (word == "commands") return static_cast<std::int64_t>(committed_.commands());
  const auto* bound = names_.find(word);
  return bound == nullptr ? 0 : size(*bound);
}

namespace {

std::int64_t computed(Condition::Operation operation, std::int64_t left, std::int64_t right) {
  using Operation = Condition::Operation;
  // Without overflow: modulo 2^64.
  const auto one = static_cast<std::uint64_t>(left);
  const auto other = static_cast<std::uint64_t>(right);
  switch (operation) {
    case Operation::add:
      return static_cast<std::int64_t>(one + other);
    case Operation::subtract:
      return static_cast<std::int64_t>(one - other);
    case Operation::multiply:
      return static_cast<std::int64_t>(one * other);
    case Operation::divide:
      return right == 0 ? 0 : left / right;
    case Operation::remainder:
      return right == 0 ? 0 : left % right;
    case Operation::equal:
      return left == right ? 1 : 0;
    case Operation::unequal:
      return left != right ? 1 : 0;
    case Operation::less:
      return left < right ? 1 : 0;
    case Operation::less_or_equal:
      return left <= right ? 1 : 0;
    case Operation::greater:
      return left > right ? 1 : 0;
    case Operation::greater_or_equal:
      return left >= right ? 1 : 0;
    case Operation::conjunction:
      return left != 0 && right != 0 ? 1 : 0;
    case Operation::disjunction:
      return left != 0 || right != 0 ? 1 : 0;
    case Operation::number:
    case Operation::word:
    case Operation::negation:
      break;
  }
  return 0;
}

}  // namespace

std::int64_t Standing::value_of(const Condition& condition) const {
  std::vector<std::int64_t> stack;
  for (const auto& instruction : condition.program) {
    if (instruction.operation == Condition::Operation::number) {
      stack.push_back(instruction.value);
    } else if (instruction.operation == Condition::Operation::word) {
      stack.push_back(value_of(instruction.word));
    } else if (instruction.operation == Condition::Operation::negation) {
      stack.back() = stack.back() == 0 ? 1 : 0;
    } else {
      const auto right = stack.back();
      stack.pop_back();
      stack.back() = computed(instruction.operation, stack.back(), right);
    }
  }
  return stack.empty() ? 0 : stack.back();
}

std::string Standing::words_of(const Condition& condition) const {
  std::string result;
  for (const auto& instruction : condition.program) {
    if (instruction.operation != Condition::Operation::word) continue;
    result += (result.empty() ? "" : ", ") + instruction.word + " is " + std::to_string(value_of(instruction.word));
  }
  return result;
}

}  // namespace raftsim::scenarios
