#include "checkers/cluster_view.hpp"

#include <algorithm>
#include <variant>

namespace raftsim::checkers {

ClusterView::ClusterView(std::size_t servers, const core::Configuration& founders) : servers_(servers) {
  for (const auto server : founders.members()) at(server).configuration = founders;
}

ProgressView ProgressView::after(const core::MovedProgress& moved) const {
  const bool agree = moved.state == core::ProgressState::replicate || moved.match > match;
  const std::uint32_t back = moved.next < next ? 1 : 0;
  return {.match = moved.match,
          .next = moved.next,
          .state = moved.state,
          .backup_rounds = agree ? 0 : backup_rounds + back};
}

// --- queries ---

core::ServerSet ClusterView::up() const {
  core::ServerSet result;
  for (const auto server : all()) {
    if (of(server).up) result.insert(server);
  }
  return result;
}

core::ServerId ClusterView::leader() const {
  core::ServerId newest = core::no_server;
  for (const auto server : all()) {
    if (!of(server).leads()) continue;
    if (newest == core::no_server || of(server).hard_state.term > of(newest).hard_state.term) newest = server;
  }
  return newest;
}

const ProgressView* ClusterView::progress(core::ServerId leader, core::ServerId follower) const {
  const auto& views = of(leader).progress;
  return views.empty() ? nullptr : &views[follower.value - 1U];
}

bool ClusterView::has_everything(core::ServerId server) const {
  const auto& state = of(server);
  return state.up && state.commit_index == committed_ && state.last_applied == committed_;
}

const core::Configuration* ClusterView::agreed_configuration() const {
  for (const auto& server : servers_) {
    if (server.up && server.commit_index == committed_ && server.configuration_index <= committed_ &&
        !server.configuration.joint() && !server.configuration.empty()) {
      return &server.configuration;
    }
  }
  return nullptr;
}

// --- what happened ---

void ClusterView::take(const core::Observation& said) {
  std::visit([&](const auto& what) { take(said.server, what); }, said.what);
}

// A vote belongs to its term.
void ClusterView::enter(ServerState& server, core::Term term) {
  if (term > server.hard_state.term) server.hard_state = {term, core::no_server};
}

void ClusterView::take(core::ServerId server, const core::Booted& booted) {
  auto& state = at(server);
  state.up = true;
  state.ever_booted = true;
  state.role = core::Role::follower;
  state.hard_state = {booted.term, booted.vote};
  state.last_index = booted.last;
  // What the snapshot covers was committed and applied.
  state.snapshot = state.commit_index = state.last_applied = booted.snapshot;
  state.progress.clear();
}

void ClusterView::take(core::ServerId server, const core::BecameRole& became) {
  auto& state = at(server);
  state.role = became.role;
  enter(state, became.term);
  if (became.role == core::Role::candidate) state.hard_state.vote = server;
  if (became.role == core::Role::leader) state.progress.assign(size(), ProgressView::initial(state.last_index));
}

void ClusterView::take(core::ServerId server, const core::GrantedVote& granted) {
  auto& hard_state = at(server).hard_state;
  if (granted.term == hard_state.term) hard_state.vote = granted.candidate;
}

void ClusterView::take(core::ServerId server, const core::Truncated& truncated) {
  auto& last = at(server).last_index;
  if (truncated.first <= last && truncated.first > core::Index{}) last = truncated.first.previous();
}

void ClusterView::take(core::ServerId server, const core::AdvancedCommit& advanced) {
  at(server).commit_index = advanced.index;
  committed_ = std::max(committed_, advanced.index);
}

void ClusterView::take(core::ServerId server, const core::MovedProgress& moved) {
  auto& progress = at(server).progress;
  if (progress.empty()) return;
  auto& view = progress[moved.follower.value - 1U];
  view = view.after(moved);
}

void ClusterView::take(core::ServerId server, const core::Configured& configured) {
  auto& state = at(server);
  if (!state.progress.empty()) {
    const auto before = state.configuration.members();
    const auto now = configured.configuration.members();
    for (const auto comes_or_goes : (now - before) | (before - now)) {
      state.progress[comes_or_goes.value - 1U] = ProgressView::initial(state.last_index);
    }
  }
  state.configuration = configured.configuration;
  state.configuration_index = configured.index;
}

// What a snapshot covers was committed and applied (paper, section 7).
void ClusterView::take(core::ServerId server, const core::InstalledSnapshot& installed) {
  auto& state = at(server);
  const auto index = installed.last.index;
  state.snapshot = index;
  state.last_index = std::max(index, installed.log_last);
  state.commit_index = std::max(state.commit_index, index);
  state.last_applied = std::max(state.last_applied, index);
}

}  // namespace raftsim::checkers
