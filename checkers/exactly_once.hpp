// A command sent in a session takes effect once, however often it was sent and is in the log (dissertation, section
// 6.3).
#pragma once

#include <string>

#include "checkers/by_command.hpp"
#include "checkers/by_index.hpp"
#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Checks the indexes at which commands took effect, as reported by the first server that applies an index: at most one
// index for a command of a session; exactly one if it was acknowledged; none if its client was told that it failed. A
// server must not answer from the session for a command that took effect nowhere. All servers must report the same for
// an index.
class ExactlyOnce final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "exactly-once"; }
  [[nodiscard]] Interest interest() const override;
  [[nodiscard]] Needs needs() const override;
  [[nodiscard]] std::unique_ptr<Checker> clone() const override { return std::make_unique<ExactlyOnce>(*this); }
  void observed(const Context& context, core::ServerId server, const core::Applied& applied) override;
  void operated(const Context& context, const OperationFact& fact) override;
  void forget(const Ledger& ledger, const Horizon& horizon) override;

 private:
  struct Command {
    core::Index effect;       // 0: none
    bool in_session = false;  // known once invoked
    bool failed = false;      // its client was told that it never takes effect
  };
  // What is kept of a finished command whose effect is below the horizon. The network may keep a copy of it for any
  // length of time, so this must be kept: it is one byte.
  struct Past {
    bool had_effect : 1 = false;
    bool in_session : 1 = false;
    bool failed : 1 = false;
  };
  // What the first server that applied an index reported for it.
  struct First {
    core::ServerId server;  // no_server: none yet
    core::Index effect;     // where the command at this index took effect
  };
  void took_effect(const Context& context, core::ServerId server, const core::Applied& applied);
  void judge_effect(const Context& context, core::ServerId server, const core::Applied& applied, bool failed,
                    const std::string& before) const;
  void failed(const Context& context, const OperationFact& fact);
  void answered_again(const Context& context, core::ServerId server, const core::Applied& applied);
  void compare(const Context& context, core::ServerId server, const core::Applied& applied, const First& first) const;

  ByCommand<Command> commands_;
  ByCommand<Past> past_;
  ByIndex<First> first_;
};

}  // namespace raftsim::checkers
