// What each step of a script does, and when it is done.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checkers/wording.hpp"
#include "scenarios/administration.hpp"
#include "scenarios/cluster/cluster.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/script/script_run.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

using namespace std::chrono_literals;

constexpr sim::Duration pause_between_requests = 50ms;  // to a leader that is to change something

}  // namespace

// --- names ---

bool ScriptRun::done(const Let& let, const Stage& stage) {
  // Who is bound by this step may be spoken of by it.
  core::ServerSet before;
  for (std::size_t i = 0; i < let.names.size(); ++i) {
    const auto& [name, selection] = let.names[i];
    const Standing::Draws draws{step_->key, iteration(), i};
    const auto found = standing(stage).select(selection, draws, before);
    if (!found) {
      if (!too_late(let.within, stage)) return false;
      missed(fmt::format("there is somebody to call {}, within {}", name, checkers::seconds(let.within)),
             "there was nobody");
      return true;
    }
    names_.bind(name, *found);
    before = before | *found;
    if (takes_notes_) note(fmt::format("{} is {}", name, checkers::in_words(*found)));
  }
  return true;
}

// --- servers and their links ---

void ScriptRun::begin_action(const Treat& treat, const Stage& stage) {
  const auto servers = whom(treat.whom, stage);
  if (treat.kind == Treat::Kind::cut || treat.kind == Treat::Kind::connect) {
    const bool cut = treat.kind == Treat::Kind::cut;
    cut ? links_.cut(servers) : links_.connect(servers);
    links_.apply(stage.world.network());
    note_each(cut ? "cut" : "connect", servers);
    return;
  }
  for (const auto server : servers) this->treat(treat.kind, host_of(server), stage);
}

void ScriptRun::treat(Treat::Kind kind, sim::HostId host, const Stage& stage) {
  auto& world = stage.world;
  const auto state = world.state(host);
  const auto server = server_of(host);
  switch (kind) {
    case Treat::Kind::restart:
      if (state != sim::HostState::down) return;
      down_.erase(server);
      world.restart(host, sim::Duration(0));
      stage.nemesis.let_go(world, host);
      note("restart", host);
      break;
    case Treat::Kind::pause:
      if (state != sim::HostState::up) return;
      paused_.insert(server);
      world.pause(host);
      note("pause", host);
      break;
    case Treat::Kind::resume:
      if (state != sim::HostState::paused) return;
      paused_.erase(server);
      world.resume(host, sim::Duration(0));
      stage.nemesis.let_go(world, host);
      note("resume", host);
      break;
    case Treat::Kind::wipe:
      if (state != sim::HostState::down) return;
      world.disk(host).wipe();
      note("wipe the disk", host, ScriptAction::Kind::wipe);
      break;
    case Treat::Kind::cut:
    case Treat::Kind::connect:
      break;
  }
}

void ScriptRun::begin_action(const Split& split, const Stage& stage) {
  std::vector<core::ServerSet> sides;
  core::ServerSet before;
  std::uint64_t nth = 0;
  for (const auto& side : split.sides) {
    const Standing::Draws draws{step_->key, iteration(), nth++};
    sides.push_back(standing(stage).select(side, draws, before).value_or(core::ServerSet{}) - before);
    before = before | sides.back();
    if (takes_notes_) note(fmt::format("a side of {}", checkers::in_words(sides.back())));
  }
  if (sides.empty()) note("no partition");
  links_.split(sides);
  links_.apply(stage.world.network());
}

void ScriptRun::begin_action(const Crash& crash, const Stage& stage) {
  for (const auto server : whom(crash.whom, stage)) {
    const auto host = host_of(server);
    if (stage.world.state(host) == sim::HostState::down) continue;
    const auto nth = iteration();
    const auto name = std::uint64_t{step_->key} << 32U | ((nth ^ nth >> 32U) & 0xffffffffU);
    if (crash.at) {
      stage.world.arm_crash(host, *crash.at, name);
      std::erase_if(armed_, [&](const Armed& armed) { return armed.host == host; });
      armed_.push_back({host, takes_notes_ ? where(*step_) : std::string()});
      continue;
    }
    stage.world.crash(host, name);
    stage.nemesis.forget_process(host);
    std::erase_if(armed_, [&](const Armed& armed) { return armed.host == host; });
    paused_.erase(server);
    down_.insert(server);
    note("crash", host, ScriptAction::Kind::crash);
  }
}

// --- settings ---

void ScriptRun::begin_action(const ChangeNetwork& change, const Stage& stage) {
  if (!change.from && !change.to) {
    network_ = network_settings(*scenario_, change.network, change.clients);
  } else {
    const auto all = standing(stage).all();
    const auto from = change.from ? whom(*change.from, stage) : all;
    const auto to = change.to ? whom(*change.to, stage) : all;
    for (const auto one : from) {
      for (const auto other : to) {
        if (one != other) network_.overrides.push_back({host_of(one), host_of(other), change.network.links});
      }
    }
  }
  network_changed_ = true;
  stage.world.network().change(network_);
  note("change the network");
}

void ScriptRun::begin_action(const ChangeDisk& change, const Stage& stage) {
  for (const auto server : change.of ? whom(*change.of, stage) : standing(stage).all()) {
    if (!stage.world.has_disk(host_of(server))) continue;
    const auto* disk = &change.disk;
    for (const auto& [host, settings] : change.overrides) {
      if (!host || *host == host_of(server)) disk = &settings;
    }
    stage.world.change_disk(host_of(server), *disk);
    disks_changed_.insert(server);
    note("change the disk", host_of(server));
  }
}

void ScriptRun::begin_action(const ChangeOptions& change, const Stage& stage) {
  for (const auto server : change.of ? whom(*change.of, stage) : standing(stage).all()) {
    static_cast<Server&>(stage.world.process(host_of(server))).change_options(change.options);
    note("change the options", host_of(server));
  }
}

void ScriptRun::begin_action(const SwitchNamed& switched, const Stage& stage) {
  for (const auto& [name, on] : switched.on) {
    if (switched.kind == SwitchNamed::Kind::rules) {
      switch_rule(name, on, stage.world);
    } else {
      stage.nemesis.switch_fault(stage.world, name, on);
    }
    if (takes_notes_) note(fmt::format("switch {} {}", name, on ? "on" : "off"));
  }
}

void ScriptRun::switch_rule(const std::string& name, bool on, sim::World& world) {
  const auto& rules = scenario_->rules;
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const auto& each) { return each.rule.name == name; });
  auto& in_force = rules_[static_cast<std::size_t>(found - rules.begin())];
  if (on == in_force.has_value()) return;
  if (on) {
    in_force = world.add_rule(found->rule);
  } else {
    world.remove_rule(*std::exchange(in_force, std::nullopt));
  }
}

// --- commands ---

void ScriptRun::begin_action(const Propose& propose, const Stage& stage) {
  const auto& choices = stage.world.choices();
  const auto count = choices.decide({script_count_purpose, step_->key, iteration()}, propose.count);
  proposals_.begin({.count = count,
                    .concurrent = static_cast<std::uint32_t>(count),
                    .until_applied = propose.wait == Propose::Wait::committed,
                    .servers = propose.servers,
                    .within = propose.within,
                    .payload_bytes = propose.payload_bytes,
                    .draws = draws()});
  if (propose.wait != Propose::Wait::none) return;
  for (const auto server : whom(propose.at, stage) & standing(stage).up()) {
    for (std::uint64_t i = 0; i < count; ++i) proposals_.give(server, stage.world.now(), choices);
    if (takes_notes_)
      note(fmt::format("propose {} to", checkers::counted(count, "command", "commands")), host_of(server));
  }
}

bool ScriptRun::done(const Propose& propose, const Stage& stage) {
  if (propose.wait == Propose::Wait::none) return true;
  // To those that are meant, by turns.
  return commands_done(stage, [&](core::ServerId after) {
    const auto servers = whom(propose.at, stage) & standing(stage).up();
    auto first = core::no_server;
    for (const auto server : servers) {
      if (server.value > after.value) return server;
      if (first == core::no_server) first = server;
    }
    return first;
  });
}

void ScriptRun::begin_action(const Agree& agree, const Stage&) {
  proposals_.begin({.count = agree.count,
                    .concurrent = agree.concurrent,
                    .servers = agree.servers,
                    .retry = agree.retry,
                    .within = agree.within,
                    .payload_bytes = agree.payload_bytes,
                    .draws = draws()});
  note("agree");
}

bool ScriptRun::done(const Agree&, const Stage& stage) {
  // The labs ask one connected server after the other; only one that leads takes a command.
  return commands_done(stage, [&](core::ServerId after) {
    const auto here = standing(stage);
    auto first = core::no_server;
    for (const auto server : here.connected()) {
      if (!here.leads(server)) continue;
      if (server.value > after.value) return server;
      if (first == core::no_server) first = server;
    }
    return first;
  });
}

bool ScriptRun::commands_done(const Stage& stage, const Proposals::Choose& choose) {
  const bool is_done = proposals_.go_on(standing(stage), stage.world.now(), stage.world.choices(), choose);
  if (!proposals_.failed().empty()) {
    missed("it is done", proposals_.failed());
    return true;
  }
  wake_at_ = std::min(wake_at_, proposals_.wake_at());
  return is_done;
}

// --- membership and leadership ---

bool ScriptRun::may_ask(sim::Time now) {
  if (asked_at_ != sim::never && now < asked_at_ + pause_between_requests) {
    wake_at_ = std::min(wake_at_, asked_at_ + pause_between_requests);
    return false;
  }
  asked_at_ = now;
  wake_at_ = std::min(wake_at_, now + pause_between_requests);
  return true;
}

void ScriptRun::begin_action(const ChangeMembers& change, const Stage&) {
  asked_at_ = sim::never;
  goal_ = {};
  note(change.kind == ChangeMembers::Kind::add      ? "add voters"
       : change.kind == ChangeMembers::Kind::remove ? "remove voters"
                                                    : "change the voters");
}

bool ScriptRun::done(const ChangeMembers& change, const Stage& stage) {
  const auto leader = standing(stage).leader(standing(stage).connected());
  if (leader != core::no_server) {
    const auto& state = stage.view.of(leader);
    const auto& current = state.configuration;
    if (goal_.empty()) {
      const auto servers = whom(change.whom, stage);
      goal_ = change.kind == ChangeMembers::Kind::add      ? current.voters | servers
              : change.kind == ChangeMembers::Kind::remove ? current.voters - servers
                                                           : servers;
    }
    const bool in_force = !current.joint() && current == core::Configuration::of_voters(goal_);
    if (in_force && state.configuration_index <= state.commit_index) return true;
    if (!in_force && !current.joint() && may_ask(stage.world.now())) {
      if (const auto next = next_change(current, goal_)) {
        AdminRequest request{.kind = AdminRequest::Kind::change};
        request.target = *next;
        admin_outbox_.emplace_back(leader, request);
        if (!change.wait) return true;
      }
    }
  }
  if (!too_late(change.within, stage)) return false;
  missed(fmt::format("{} vote within {}", goal_.empty() ? "others" : checkers::in_words(goal_),
                     checkers::seconds(change.within)),
         leader == core::no_server ? "nobody leads"
                                   : fmt::format("{} leads with {}", checkers::name(leader),
                                                 checkers::in_words(stage.view.of(leader).configuration)));
  return true;
}

bool ScriptRun::done(const Transfer& transfer, const Stage& stage) {
  const auto to = whom(transfer.to, stage);
  const auto leader = standing(stage).leader(standing(stage).all());
  if (leader != core::no_server && to.contains(leader)) return true;
  const auto from = whom(transfer.from, stage) & standing(stage).up();
  if (!from.empty() && !to.empty() && may_ask(stage.world.now())) {
    AdminRequest request{.kind = AdminRequest::Kind::transfer};
    request.successor = *to.begin();
    admin_outbox_.emplace_back(*from.begin(), request);
    note("ask to hand over", host_of(*from.begin()));
    if (!transfer.wait) return true;
  }
  if (!too_late(transfer.within, stage)) return false;
  missed(fmt::format("{} leads within {}", to.empty() ? "another" : checkers::in_words(to),
                     checkers::seconds(transfer.within)),
         leader == core::no_server ? "nobody leads" : fmt::format("{} leads", checkers::name(leader)));
  return true;
}

// --- time ---

void ScriptRun::begin_action(const Sleep& sleep, const Stage& stage) {
  const sim::Key key{script_sleep_purpose, step_->key, iteration()};
  sleeps_until_ = stage.world.now() + stage.world.choices().decide_duration(key, sleep.lasts);
}

bool ScriptRun::done(const Sleep&, const Stage& stage) {
  if (stage.world.now() >= sleeps_until_) return true;
  sleeps_ = true;
  wake_at_ = sleeps_until_;
  return false;
}

void ScriptRun::begin_action(const Mark& mark, const Stage& stage) {
  std::erase_if(moments_, [&](const Moment& moment) { return moment.name == mark.name; });
  moments_.push_back({mark.name, traffic_, standing(stage).newest_term()});
}

bool ScriptRun::done(const Until& until, const Stage& stage) {
  if (standing(stage).holds(until.condition)) return true;
  if (!too_late(until.within, stage)) return false;
  missed(fmt::format("it is so within {}", checkers::seconds(until.within)),
         fmt::format("it waited since {}: {}", checkers::seconds(began_), standing(stage).words_of(until.condition)));
  return true;
}

bool ScriptRun::done(const Expect& expect, const Stage& stage) {
  auto objection = this->objection(expect, stage);
  if (objection.empty()) return true;
  if (!too_late(expect.within, stage)) return false;
  missed(expect.within == sim::Duration(0)
             ? std::string("it is so")
             : fmt::format("it is so within {} from {}", checkers::seconds(expect.within), checkers::seconds(began_)),
         std::move(objection));
  return true;
}

}  // namespace raftsim::scenarios
