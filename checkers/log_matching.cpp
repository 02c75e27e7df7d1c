#include "checkers/log_matching.hpp"

#include <fmt/format.h>

#include "checkers/horizon.hpp"
#include "checkers/ledger.hpp"
#include "checkers/wording.hpp"

namespace raftsim::checkers {

Interest LogMatching::interest() const {
  return {.observations = ObservationKinds::of<core::Appended, core::InstalledSnapshot, core::Booted>()};
}

Needs LogMatching::needs() const {
  return {.observations =
              ObservationKinds::of<core::Booted, core::Appended, core::Truncated, core::InstalledSnapshot>()};
}

void LogMatching::begins(const Context& context, core::ServerId server, const Beginning& beginning) {
  const auto& log = context.ledger.log(server);
  core::Index index;
  for (const auto& entry : beginning.log) {
    index = index.next();
    compare(context, server, {index, entry.term}, log.chain_at(index));
  }
}

void LogMatching::observed(const Context& context, core::ServerId server, const core::Booted& /*booted*/) {
  const auto& log = context.ledger.durable(server).log();
  if (log.last() > core::Index{}) compare(context, server, log.last_position(), log.chain_at(log.last()));
}

void LogMatching::observed(const Context& context, core::ServerId server, const core::Appended& appended) {
  const auto& log = context.ledger.log(server);
  const auto [index, term] = appended.position;
  if (index != log.last().next()) {
    context.violated(*this,
                     fmt::format("{} appends at index {}, right after its last entry", checkers::name(server),
                                 log.last().next().value),
                     fmt::format("it appended at index {}", index.value));
    return;
  }
  if (term < log.last_term()) {
    context.violated(*this, fmt::format("terms never decrease along the log of {}", checkers::name(server)),
                     fmt::format("an entry of term {} at index {} follows one of term {}", term.value, index.value,
                                 log.last_term().value));
    return;
  }
  compare(context, server, appended.position, log.chain_with(appended.entry));
}

void LogMatching::observed(const Context& context, core::ServerId server, const core::InstalledSnapshot& installed) {
  const auto& log = context.ledger.log(server);
  const auto [index, term] = installed.last;
  if (installed.log_last <= index || log.has(installed.last)) return;
  context.violated(*this,
                   fmt::format("{} keeps entries behind a snapshot only if its log has the snapshot's last entry, of "
                               "term {} at index {}",
                               checkers::name(server), term.value, index.value),
                   log.has(index) ? fmt::format("it kept those up to index {} behind one of term {}",
                                                installed.log_last.value, log.term_at(index).value)
                                  : fmt::format("it says that it kept some up to index {}; its log ended at {}",
                                                installed.log_last.value, log.last().value));
}

void LogMatching::compare(const Context& context, core::ServerId server, core::LogPosition position,
                          core::Digest chain) {
  const Version* const found = find(position);
  if (found == nullptr) {
    add(position.index, {.term = position.term, .chain = chain, .server = server});
    return;
  }
  const Version& version = *found;
  if (version.chain == chain) return;
  context.violated(*this,
                   fmt::format("logs with an entry of index {} and term {} are equal up to there", position.index.value,
                               position.term.value),
                   version.server == server
                       ? fmt::format("{} has had two such logs that differ", checkers::name(server))
                       : fmt::format("the log of {} differs from the one {} had", checkers::name(server),
                                     checkers::name(version.server)));
}

const LogMatching::Version* LogMatching::find(core::LogPosition position) const {
  const Version* version = versions_.find(position.index);
  if (version == nullptr) return nullptr;
  while (version->server == core::no_server || version->term != position.term) {
    if (version->next == 0) return nullptr;
    version = &another(version->next);
  }
  return version;
}

void LogMatching::add(core::Index index, const Version& version) {
  if (versions_.is_forgotten(index)) return;
  if (index == versions_.end()) {
    versions_.push_back(version);
    return;
  }
  versions_.grow_to(index);
  Version* last = &versions_.edit(index);
  if (last->server == core::no_server) {
    *last = version;
    return;
  }
  while (last->next != 0) last = &more_.edit(last->next - more_first_).version;
  last->next = more_first_ + static_cast<std::uint32_t>(more_.size());
  more_.push_back({version, index});
}

// Discards none of an index that is kept. Few are kept too long: logs grow at their ends, so later versions usually
// have later indexes.
void LogMatching::forget(const Ledger& /*ledger*/, const Horizon& horizon) {
  versions_.forget_before(horizon.index);
  std::uint32_t count = 0;
  while (count < more_.size() && more_[count].index < horizon.index) ++count;
  more_.drop_front(count);
  more_first_ += count;
}

}  // namespace raftsim::checkers
