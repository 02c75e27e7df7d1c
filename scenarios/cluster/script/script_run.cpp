#include "scenarios/cluster/script/script_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checkers/wording.hpp"
#include "scenarios/cluster/cluster.hpp"
#include "scenarios/cluster/purposes.hpp"

namespace raftsim::scenarios {

namespace {

constexpr std::uint64_t script_tag = std::uint64_t{1} << 48U;
constexpr unsigned bits_of_an_iteration = 20;

}  // namespace

ScriptRun::ScriptRun(std::shared_ptr<const Scenario> scenario, std::shared_ptr<const ServerFactory> servers,
                     sim::HostId proposer)
    : scenario_(std::move(scenario)),
      servers_(std::move(servers)),
      proposer_(proposer),
      links_(scenario_->servers),
      proposals_(proposer.value - scenario_->servers + 1U),
      network_(network_settings(*scenario_, scenario_->network, scenario_->client_links)),
      rules_(scenario_->rules.size()) {
  frames_.push_back({.steps = &scenario_->script});
  moments_.push_back({"start", {}, {}});
}

void ScriptRun::begin(sim::World& world, bool take_notes) {
  takes_notes_ = take_notes;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (scenario_->rules[i].on) rules_[i] = world.add_rule(scenario_->rules[i].rule);
  }
  wake_at_ = world.now() + sim::Duration(1);  // all hosts have booted then
  arm(world);
}

// --- what happens ---

void ScriptRun::stepped(const sim::Step& step, std::span<const core::Observation> reported, const Stage& stage) {
  take_down(step, reported);
  if (ended_) return;
  const bool own_act = step.event.kind == sim::EventKind::act && owns(step.event.subject);
  if (own_act && step.event.subject != (script_tag | acts_)) return;  // a later one counts
  if (own_act) armed_for_ = sim::never;
  const bool other_news = !reported.empty() || step.crashed || !step.sent.empty() ||
                          step.event.kind == sim::EventKind::restart || step.event.kind == sim::EventKind::resume;
  if (!own_act && (sleeps_ || !other_news)) return;
  go_on(stage);
}

void ScriptRun::take_down(const sim::Step& step, std::span<const core::Observation> reported) {
  for (const auto& said : reported) {
    if (const auto* applied = said.get_if<core::Applied>()) committed_.note(*applied);
  }
  for (const auto& sent : step.sent) {
    if (sent.packet.duplicate_of != 0) continue;
    if (const auto* message = servers_->describe(sent.packet, room_)) {
      traffic_.count(sent.packet, core::kind_of(*message));
    }
  }
  proposals_.noticed(step, reported, proposer_);
}

bool ScriptRun::struck(sim::HostId host) {
  const auto found = std::find_if(armed_.begin(), armed_.end(), [&](const Armed& armed) { return armed.host == host; });
  if (found == armed_.end()) return false;
  actions_.push_back({ScriptAction::Kind::crash, std::move(found->step), takes_notes_ ? "crash" : "", host});
  down_.insert(server_of(host));
  armed_.erase(found);
  return true;
}

// --- one step after the other ---

void ScriptRun::go_on(const Stage& stage) {
  while (true) {
    if (step_ == nullptr) {
      step_ = next_step(stage.world.choices());
      waits_ = false;
      if (step_ == nullptr) {
        ended_ = true;
        return;
      }
      if (!enters(*step_, stage)) {
        if (!step_->otherwise.empty()) frames_.push_back({.steps = &step_->otherwise});
        step_ = nullptr;
        continue;
      }
    }
    wake_at_ = sim::never;
    const bool is_done = std::visit(
        [&](const auto& action) {
          if (!waits_) {
            began_ = stage.world.now();
            waits_ = true;
            sleeps_ = false;
            begin_action(action, stage);
          }
          return done(action, stage);
        },
        step_->action);
    if (!is_done) {
      arm(stage.world);
      return;
    }
    if (scenario_->most_log_bytes != 0) check_logs(stage);
    step_ = nullptr;
    if (!miss_) continue;
    // If nobody judges, the script goes on after this.
    sleeps_ = true;
    wake_at_ = stage.world.now();
    arm(stage.world);
    return;
  }
}

bool ScriptRun::enters(const Step& step, const Stage& stage) {
  if (step.when && !standing(stage).holds(*step.when)) return false;
  return stage.world.choices().decide_chance({script_step_purpose, step.key, iteration()}, step.chance);
}

const Step* ScriptRun::next_step(const sim::Choices& choices) {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.next < frame.steps->size()) return &(*frame.steps)[frame.next++];
    if (frame.repeat == nullptr || !begin_iteration(frame, frame.iteration + 1, choices)) close_frame();
  }
  return nullptr;
}

void ScriptRun::open(const Step& step, const sim::Choices& choices) {
  const auto* repeat = std::get_if<Repeat>(&step.action);
  frames_.push_back({.steps = &step.steps, .repeat = repeat, .key = step.key});
  if (repeat == nullptr) return;
  if (!repeat->as.empty()) names_.counters.emplace_back(repeat->as, 0);
  if (!begin_iteration(frames_.back(), 0, choices)) close_frame();
}

bool ScriptRun::begin_iteration(Frame& frame, std::uint64_t first, const sim::Choices& choices) {
  for (frame.iteration = first; frame.iteration < frame.repeat->count; ++frame.iteration) {
    if (!choices.decide_chance({script_iteration_purpose, frame.key, iteration()}, {1, 1})) continue;
    frame.next = 0;
    if (!frame.repeat->as.empty()) names_.counters.back().second = frame.iteration;
    return true;
  }
  return false;
}

void ScriptRun::close_frame() {
  const auto* repeat = frames_.back().repeat;
  if (repeat != nullptr && !repeat->as.empty()) names_.counters.pop_back();
  frames_.pop_back();
}

std::uint64_t ScriptRun::iteration() const {
  std::uint64_t result = 0;
  for (const auto& frame : frames_) {
    if (frame.repeat != nullptr) result = result << bits_of_an_iteration | frame.iteration;
  }
  return result;
}

std::string ScriptRun::where(const Step& step) const {
  std::string iterations;
  for (const auto& frame : frames_) {
    if (frame.repeat == nullptr) continue;
    const auto& as = frame.repeat->as;
    iterations +=
        fmt::format("{}{} = {}", iterations.empty() ? "" : ", ", as.empty() ? "iteration" : as, frame.iteration);
  }
  return iterations.empty() ? step.path : fmt::format("{} ({})", step.path, iterations);
}

// --- waiting ---

void ScriptRun::arm(sim::World& world) {
  if (wake_at_ == sim::never || armed_for_ <= wake_at_) return;
  armed_for_ = wake_at_;
  world.act_at(wake_at_, script_tag | ++acts_);
}

bool ScriptRun::too_late(sim::Duration within, const Stage& stage) {
  wake_at_ = std::min(wake_at_, began_ + within);
  return stage.world.now() >= began_ + within;
}

// --- what it says ---

void ScriptRun::missed(std::string expected, std::string seen) {
  if (miss_) return;
  miss_ = ScriptMiss{fmt::format("{}, {}: {}", where(*step_), step_->text, std::move(expected)), std::move(seen)};
}

void ScriptRun::check_logs(const Stage& stage) {
  const auto objection = objection_to_logs({.at_least = {}, .at_most = scenario_->most_log_bytes}, stage);
  if (!objection.empty()) {
    missed(fmt::format("after it no log is longer than {} bytes", scenario_->most_log_bytes), objection);
  }
}

core::ServerSet ScriptRun::whom(const Selection& selection, const Stage& stage, const core::ServerSet& before) const {
  return standing(stage).select(selection, draws(), before).value_or(core::ServerSet{});
}

void ScriptRun::note(const std::string& action, sim::HostId host, ScriptAction::Kind kind) {
  if (takes_notes_) {
    actions_.push_back({kind, where(*step_), action, host});
  } else if (kind != ScriptAction::Kind::other) {
    actions_.push_back({kind, {}, {}, host});
  }
}

void ScriptRun::note_each(const char* action, const core::ServerSet& servers) {
  if (!takes_notes_) return;
  for (const auto server : servers) note(action, host_of(server));
}

// --- afterwards ---

void ScriptRun::chaos_ended(sim::World& world, Nemesis& nemesis, std::span<const sim::HostId> healed) {
  core::ServerSet whole;
  for (const auto host : healed) whole.insert(server_of(host));
  links_.open(world.network(), whole);
  const auto down = down_ & whole;
  for (const auto server : down) {
    world.restart(host_of(server), sim::Duration(0));
    nemesis.let_go(world, host_of(server));
  }
  const auto paused = paused_ & whole;
  for (const auto server : paused) {
    world.resume(host_of(server), sim::Duration(0));
    nemesis.let_go(world, host_of(server));
  }
  for (const auto& armed : armed_) world.disarm_crash(armed.host);
  armed_.clear();
  for (auto& rule : rules_) {
    if (rule) world.remove_rule(*std::exchange(rule, std::nullopt));
  }
  for (const auto server : disks_changed_) world.change_disk(host_of(server), scenario_->disk_of(host_of(server)));
  if (network_changed_) {
    world.network().change(network_settings(*scenario_, scenario_->network, scenario_->client_links));
  }
}

}  // namespace raftsim::scenarios
