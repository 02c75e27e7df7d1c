// A command that a client sent in a session takes effect once, however often it was sent and stands in the log
// (dissertation, section 6.3).
#pragma once

#include <string>

#include "checkers/by_command.hpp"
#include "checkers/by_index.hpp"
#include "checkers/checker.hpp"

namespace raftsim::checkers {

// Goes by where commands took effect, as the first server says that applies an index: at most one index for a command
// of a session; one, when it was acknowledged; none, when its client was told that it failed. A server that answers
// from the session must not do so for what took effect nowhere. And all servers say the same of an index.
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
    bool in_session = false;  // known once it is invoked
    bool failed = false;      // its client was told that it never takes effect
  };
  // What stays of a command that is over and whose effect is behind the horizon. A network may keep a copy of it for as
  // long as it likes, so this cannot be forgotten: it is a byte.
  struct Past {
    bool had_effect : 1 = false;
    bool in_session : 1 = false;
    bool failed : 1 = false;
  };
  // What the first server that applied an index said of it.
  struct First {
    core::ServerId server;  // no_server: nobody yet
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
