// Carries out a script: one step after the other, each when the one before is done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checkers/cluster_view.hpp"
#include "core/observation.hpp"
#include "scenarios/cluster/nemesis.hpp"
#include "scenarios/cluster/script/committed_log.hpp"
#include "scenarios/cluster/script/links.hpp"
#include "scenarios/cluster/script/proposals.hpp"
#include "scenarios/cluster/script/standing.hpp"
#include "scenarios/cluster/script/traffic.hpp"
#include "scenarios/cluster/server.hpp"
#include "scenarios/scenario.hpp"
#include "sim/world.hpp"

namespace raftsim::scenarios {

// What a step did, for the checkers and for traces.
struct ScriptAction {
  enum class Kind : std::uint8_t { crash, wipe, other };
  Kind kind = Kind::other;
  std::string step;    // "script.4 (i = 2)"; empty when no notes are taken, as the next
  std::string action;  // "cut"
  sim::HostId host = sim::no_host;
};

// An expectation that was missed, or a step that waited in vain.
struct ScriptMiss {
  std::string expected;
  std::string seen;
};

// A value: a copy goes on exactly as the original does. It begins at the first event of the run, acts between the events
// of the world, never within one, and looks at what happened only while a step waits for something. A step that misses
// what it expects or waits for is a verdict; when nobody judges, the script goes on with the next step.
//
// Every draw is keyed by the step (Step::key) and the iteration: the numbers of the repeats around the step, the
// innermost in the lowest 20 bits. Whether a step is carried out, and whether a repeat goes through an iteration, are
// decisions to which the answer is yes unless it is overridden (or by the step's `chance`).
class ScriptRun {
 public:
  // What it acts upon, for one call.
  struct Stage {
    sim::World& world;
    const checkers::ClusterView& view;
    Nemesis& nemesis;
  };
  // `proposer`: the host that speaks for it.
  ScriptRun(std::shared_ptr<const Scenario> scenario, std::shared_ptr<const ServerFactory> servers,
            sim::HostId proposer);

  // Puts rules in force, and asks for the first act. `take_notes`: actions() tells of every step, not only of what
  // checkers need.
  void begin(sim::World& world, bool take_notes);
  [[nodiscard]] static bool owns(std::uint64_t tag) { return tag >> 48U == 1; }
  // After each event of the world: what happened, and what servers reported.
  void stepped(const sim::Step& step, std::span<const core::Observation> reported, const Stage& stage);
  // An armed crash has struck `host`: whether it was this script's.
  bool struck(sim::HostId host);
  [[nodiscard]] bool ended() const { return ended_; }
  // Repairs what it has broken of these: links between them, and their power; takes back rules, and other settings of the
  // network and of disks.
  void chaos_ended(sim::World& world, Nemesis& nemesis, std::span<const sim::HostId> healed);

  // --- what came of it; the reader clears each ---
  [[nodiscard]] std::vector<ScriptAction>& actions() { return actions_; }
  [[nodiscard]] std::optional<ScriptMiss>& miss() { return miss_; }
  [[nodiscard]] std::vector<Proposals::Request>& outbox() { return proposals_.outbox(); }
  [[nodiscard]] std::vector<std::pair<core::ServerId, AdminRequest>>& admin_outbox() { return admin_outbox_; }

 private:
  // A list of steps that is open. The steps are the scenario's, which a copy shares.
  struct Frame {
    const std::vector<Step>* steps = nullptr;
    std::size_t next = 0;
    const Repeat* repeat = nullptr;  // null: once
    std::uint32_t key = 0;           // of the repeat
    std::uint64_t iteration = 0;
  };
  struct Moment {
    std::string name;
    Traffic traffic;
    core::Term term;
  };
  struct Armed {
    sim::HostId host;
    std::string step;  // as in ScriptAction
  };

  // --- script_run.cpp: the order of steps, and waiting ---
  void take_down(const sim::Step& step, std::span<const core::Observation> reported);
  void go_on(const Stage& stage);
  [[nodiscard]] const Step* next_step(const sim::Choices& choices);
  [[nodiscard]] bool enters(const Step& step, const Stage& stage);
  void open(const Step& step, const sim::Choices& choices);
  // Goes on to the next iteration from `first` on; false when there is none.
  [[nodiscard]] bool begin_iteration(Frame& frame, std::uint64_t first, const sim::Choices& choices);
  void close_frame();
  [[nodiscard]] std::uint64_t iteration() const;
  [[nodiscard]] std::string where(const Step& step) const;
  void arm(sim::World& world);
  void missed(std::string expected, std::string seen);
  void check_logs(const Stage& stage);
  [[nodiscard]] Standing standing(const Stage& stage) const {
    return {stage.world, stage.view, links_, committed_, names_};
  }
  [[nodiscard]] Standing::Draws draws() const { return {step_->key, iteration()}; }
  // Whom the step under way means; nobody when there is nobody.
  [[nodiscard]] core::ServerSet whom(const Selection& selection, const Stage& stage,
                                     const core::ServerSet& before = {}) const;
  void note(const std::string& action, sim::HostId host = sim::no_host,
            ScriptAction::Kind kind = ScriptAction::Kind::other);
  void note_each(const char* action, const core::ServerSet& servers);

  // --- script_actions.cpp: what each does when it begins, and whether it is done. Those without a second never wait ---
  void begin_action(const Let&, const Stage&) {}
  [[nodiscard]] bool done(const Let& let, const Stage& stage);
  void begin_action(const Treat& treat, const Stage& stage);
  void treat(Treat::Kind kind, sim::HostId host, const Stage& stage);
  void begin_action(const Split& split, const Stage& stage);
  void begin_action(const Crash& crash, const Stage& stage);
  void begin_action(const ChangeNetwork& change, const Stage& stage);
  void begin_action(const ChangeDisk& change, const Stage& stage);
  void begin_action(const ChangeOptions& change, const Stage& stage);
  void begin_action(const SwitchNamed& switched, const Stage& stage);
  void switch_rule(const std::string& name, bool on, sim::World& world);
  void begin_action(const Propose& propose, const Stage& stage);
  [[nodiscard]] bool done(const Propose& propose, const Stage& stage);
  void begin_action(const Agree& agree, const Stage& stage);
  [[nodiscard]] bool done(const Agree& agree, const Stage& stage);
  [[nodiscard]] bool commands_done(const Stage& stage, const Proposals::Choose& choose);
  void begin_action(const ChangeMembers& change, const Stage& stage);
  [[nodiscard]] bool done(const ChangeMembers& change, const Stage& stage);
  void begin_action(const Transfer&, const Stage&) { asked_at_ = sim::never; }
  [[nodiscard]] bool done(const Transfer& transfer, const Stage& stage);
  [[nodiscard]] bool may_ask(sim::Time now);
  void begin_action(const Sleep& sleep, const Stage& stage);
  [[nodiscard]] bool done(const Sleep& sleep, const Stage& stage);
  void begin_action(const Mark& mark, const Stage& stage);
  void begin_action(const Until&, const Stage&) {}
  [[nodiscard]] bool done(const Until& until, const Stage& stage);
  void begin_action(const Expect&, const Stage&) {}
  [[nodiscard]] bool done(const Expect& expect, const Stage& stage);
  void begin_action(const Repeat&, const Stage& stage) { open(*step_, stage.world.choices()); }
  void begin_action(const Block&, const Stage& stage) { open(*step_, stage.world.choices()); }
  template <class Anything>
  [[nodiscard]] bool done(const Anything&, const Stage&) {
    return true;
  }
  // Gives up at `began_ + within`: whether that has come.
  [[nodiscard]] bool too_late(sim::Duration within, const Stage& stage);

  // --- expectations.cpp ---
  // What is not as it is expected; empty when all is.
  [[nodiscard]] std::string objection(const Expect& expect, const Stage& stage) const;
  [[nodiscard]] std::string objection_to_proposed(const Expect& expect, const Standing& standing) const;
  [[nodiscard]] std::string objection_to_traffic(const Expect& expect, const Standing& standing) const;
  [[nodiscard]] std::string objection_to_logs(const Bounds& bounds, const Stage& stage) const;
  [[nodiscard]] const Moment& moment(const std::string& name) const;

  std::shared_ptr<const Scenario> scenario_;
  std::shared_ptr<const ServerFactory> servers_;
  sim::HostId proposer_;

  std::vector<Frame> frames_;   // the innermost last
  const Step* step_ = nullptr;  // under way; null between two
  bool waits_ = false;          // the step under way has begun
  sim::Time began_{};           // when it began
  bool ended_ = false;

  // Waiting: an act of the world is asked for no more often than needed.
  sim::Time wake_at_ = sim::never;    // when the step under way wants to be looked at, whatever happens
  sim::Time armed_for_ = sim::never;  // when the act that counts is due
  std::uint64_t acts_ = 0;            // asked for so far; the last is the one that counts
  sim::Time sleeps_until_{};
  bool sleeps_ = true;  // nothing but time brings the script on

  ScriptNames names_;
  ScriptLinks links_;
  CommittedLog committed_;
  Proposals proposals_;
  Traffic traffic_;
  std::vector<Moment> moments_;  // the last of a name counts
  std::vector<Armed> armed_;     // crashes that wait for their moment
  core::ServerSet down_;         // switched off by this
  core::ServerSet paused_;
  sim::NetworkSettings network_;  // in force
  bool network_changed_ = false;
  core::ServerSet disks_changed_;
  std::vector<std::optional<sim::RuleId>> rules_;  // by position in Scenario::rules: in force
  core::ServerSet goal_;                           // the voters that the step under way wants
  sim::Time asked_at_ = sim::never;                // when it last asked the leader; never: not yet

  bool takes_notes_ = false;
  core::Message room_;  // for packets that are bytes
  std::vector<ScriptAction> actions_;
  std::optional<ScriptMiss> miss_;
  std::vector<std::pair<core::ServerId, AdminRequest>> admin_outbox_;
};

}  // namespace raftsim::scenarios
