#include "scenarios/cluster/run.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "scenarios/administration.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

// The acts of a run itself; those of the nemesis have tags of their own (Nemesis::owns).
constexpr std::uint64_t chaos_ends_tag = 1;
constexpr std::uint64_t bound_tag = 2;       // one of the progress bounds has come
constexpr std::uint64_t last_bound_tag = 3;  // the last of them: nothing is due any more

// More events at one instant than any cluster has reason for.
constexpr std::uint32_t most_events_at_once = 1'000'000;

}  // namespace

Run::Run(std::shared_ptr<const Scenario> scenario, std::uint64_t seed, Options options)
    : scenario_(std::move(scenario)),
      servers_(options.servers ? std::move(options.servers) : factory_of(scenario_)),
      check_(options.check),
      cluster_(scenario_, *servers_, seed, {std::move(options.overrides), options.decisions}),
      nemesis_(scenario_),
      observer_(scenario_, servers_, check_, options.recorder) {
  if (!scenario_->begin.empty()) observer_.begins(cluster_);
  if (!scenario_->script.empty()) script_.emplace(scenario_, servers_, cluster_.proposer());
  schedule_acts(options.recorder != nullptr);
}

Run::Run(const Run& other) = default;

void Run::schedule_acts(bool recorded) {
  auto& world = cluster_.world();
  nemesis_.begin(world);
  const auto chaos_ends = world.now() + scenario_->chaos_ends;
  if (!script_) {
    world.act_at(chaos_ends, chaos_ends_tag);
    schedule_bounds(chaos_ends);
    return;
  }
  if (chaos_ends > world.now()) world.act_at(chaos_ends, chaos_ends_tag);
  script_->begin(world, recorded);
}

void Run::schedule_bounds(sim::Time chaos_ends) {
  auto& world = cluster_.world();
  const auto& bounds = scenario_->progress;
  const auto last = std::max({bounds.leader_within, bounds.agreement_within, bounds.convergence_within});
  for (const auto bound : {bounds.leader_within, bounds.agreement_within, bounds.convergence_within}) {
    if (bound != last) world.act_at(chaos_ends + bound, bound_tag);
  }
  world.act_at(chaos_ends + last, last_bound_tag);
}

bool Run::step() {
  if (over_) return false;
  try {
    carry_out_step();
  } catch (const sim::ProcessFailed& failure) {
    if (!cluster_.is_server(failure.host())) throw;
    observer_.server_failed(step_, failure, cluster_);
    over_ = true;
  }
  if (check_ && observer_.verdict()) over_ = true;
  if (chaos_over_ && !over_ && observer_.settled()) {
    observer_.ended(step_, world());
    over_ = true;
  }
  return !over_;
}

// One step, in this order: the world carries out the next event; the observer hands on what came of it; then the
// nemesis acts, on its own account or because an armed crash has struck, and the observer hands that on as well.
void Run::carry_out_step() {
  cluster_.world().step(step_);
  watch_for_standstill();
  observer_.stepped(step_, cluster_, nemesis_);
  if (step_.crashed && !(script_ && script_->struck(step_.event.host))) {
    nemesis_.struck(cluster_.world(), step_.event.host);
  }
  if (step_.event.kind == sim::EventKind::act) act(step_.event.subject);
  if (!nemesis_.actions().empty()) observer_.struck(step_, cluster_, nemesis_);
  if (script_) follow_script();
}

// A script goes on after the step and all that came of it. The chaos ends with it, but not before the scenario says so.
void Run::follow_script() {
  const bool had_ended = script_->ended();  // a crash that it has armed may be yet to come
  if (!had_ended) script_->stepped(step_, observer_.reported(), {cluster_.world(), observer_.view(), nemesis_});
  if (!nemesis_.actions().empty()) observer_.struck(step_, cluster_, nemesis_);
  if (!script_->actions().empty() || script_->miss()) {
    observer_.scripted(step_, cluster_, script_->actions(), script_->miss());
  }
  if (!script_->outbox().empty() || !script_->admin_outbox().empty()) hand_out_requests();
  if (!had_ended && script_->ended() && world().now() >= sim::Time{} + scenario_->chaos_ends) end_chaos();
}

// As an event of its own: the proposer sends what the script wants asked.
void Run::hand_out_requests() {
  sim::Step call;
  cluster_.world().call(cluster_.proposer(), call, [&](sim::Process&, sim::Host& host) {
    for (auto& [to, request] : script_->outbox()) {
      const auto bytes = wire_size(request);
      host.send(host_of(to), client_request_kind, bytes, sim::Payload::of(std::move(request)));
    }
    for (auto& [to, request] : script_->admin_outbox()) {
      host.send(host_of(to), admin_request_kind, admin_request_bytes, sim::Payload::of(request));
    }
  });
  script_->outbox().clear();
  script_->admin_outbox().clear();
  observer_.stepped(call, cluster_, nemesis_);
}

// Virtual time passes only when no event is due: a server that is woken again and again at once would hang the run.
void Run::watch_for_standstill() {
  if (step_.event.at != instant_) {
    instant_ = step_.event.at;
    events_at_instant_ = 0;
  } else if (++events_at_instant_ >= most_events_at_once) {
    blame_for_standstill(step_.event.host);
  }
}

void Run::blame_for_standstill(sim::HostId host) const {
  const checkers::Naming names{static_cast<std::uint16_t>(scenario_->servers)};
  const auto text = "1,000,000 events in a row without time passing, the last of them at " + names.name(host);
  throw sim::ProcessFailed(host, std::make_exception_ptr(std::runtime_error(text)));
}

void Run::act(std::uint64_t tag) {
  if (Nemesis::owns(tag)) {
    nemesis_.act(cluster_.world(), tag, observer_.leader());
    return;
  }
  if (ScriptRun::owns(tag)) return;  // see follow_script
  if (tag == chaos_ends_tag) {
    if (script_ && !script_->ended()) return;
    end_chaos();
  }
  observer_.bound_reached(step_, world());
  if (tag != last_bound_tag) return;
  // Whatever is not settled by now, what happened until here is judged as a whole.
  observer_.ended(step_, world());
  over_ = true;
}

void Run::end_chaos() {
  chaos_over_ = true;
  const auto healed = nemesis_.end_chaos(cluster_.world());
  if (script_) {
    script_->chaos_ended(cluster_.world(), nemesis_, healed);
    schedule_bounds(world().now());
  }
  observer_.chaos_ended(step_, world(), healed, nemesis_.working(world()));
  cluster_.finish_clients();
}

Outcome Run::finish() {
  while (step()) {
  }
  Outcome outcome;
  outcome.fingerprint = world().fingerprint();
  if (check_) outcome.verdict = observer_.verdict();
  outcome.statistics = observer_.statistics(world(), nemesis_);
  return outcome;
}

}  // namespace raftsim::scenarios
