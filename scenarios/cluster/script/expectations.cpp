// What a script expects, held against how things stand.
#include <fmt/format.h>

#include <algorithm>

#include "checkers/wording.hpp"
#include "scenarios/cluster/script/script_run.hpp"
#include "scenarios/wire.hpp"

namespace raftsim::scenarios {

namespace {

std::string in_words(const Bounds& bounds) {
  if (bounds.at_least && bounds.at_most) {
    return *bounds.at_least == *bounds.at_most ? fmt::format("{}", *bounds.at_least)
                                               : fmt::format("{} to {}", *bounds.at_least, *bounds.at_most);
  }
  return bounds.at_least ? fmt::format("at least {}", *bounds.at_least) : fmt::format("at most {}", *bounds.at_most);
}

}  // namespace

std::string ScriptRun::objection(const Expect& expect, const Stage& stage) const {
  const auto here = standing(stage);
  const auto connected = here.connected();
  if (expect.leaders) {
    const auto leader = here.leader(connected);
    const std::uint32_t leaders = leader == core::no_server ? 0 : 1;
    if (leaders != *expect.leaders) {
      return leaders == 0 ? fmt::format("nobody leads of {}", checkers::in_words(connected))
                          : fmt::format("{} leads", checkers::name(leader));
    }
  }
  if (expect.terms && here.terms(connected) != *expect.terms) {
    return fmt::format("{} are in {} terms", checkers::in_words(connected), here.terms(connected));
  }
  if (auto objection = objection_to_proposed(expect, here); !objection.empty()) return objection;
  if (auto objection = objection_to_traffic(expect, here); !objection.empty()) return objection;
  if (expect.log_bytes) {
    if (auto objection = objection_to_logs(*expect.log_bytes, stage); !objection.empty()) return objection;
  }
  if (expect.that && !here.holds(*expect.that)) return here.words_of(*expect.that);
  return {};
}

std::string ScriptRun::objection_to_proposed(const Expect& expect, const Standing& standing) const {
  if (!expect.committed && !expect.not_committed && !expect.index) return {};
  const auto& commands = proposals_.commands();
  const auto& committed = standing.committed();
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& command = commands[i];
    const bool is_taken = command.state == Proposals::State::taken || command.state == Proposals::State::done;
    const bool is_committed = is_taken && committed.has(command.position);
    const auto where = is_taken ? fmt::format("taken by {} as index {} of term {}", checkers::name(command.asked),
                                              command.position.index.value, command.position.term.value)
                                : std::string("taken by nobody");
    const auto text = fmt::format("command {} of {}, {},", i + 1, commands.size(), where);
    if (expect.not_committed && is_committed) return text + " is committed";
    if (expect.committed) {
      if (!is_committed) return text + " is not committed";
      const auto have = standing.have_applied(command.position.index);
      if (have.size() < expect.servers) return fmt::format("{} is applied by {} only", text, checkers::in_words(have));
    }
    if (!expect.index) continue;
    if (!is_committed) return text + " is not committed";
    const auto index = committed.commands_up_to(command.position.index);
    if (!expect.index->contain(index)) {
      return fmt::format("{} is command number {} of the log, not {}", text, index, in_words(*expect.index));
    }
  }
  return {};
}

const ScriptRun::Moment& ScriptRun::moment(const std::string& name) const {
  const auto found =
      std::find_if(moments_.begin(), moments_.end(), [&](const Moment& moment) { return moment.name == name; });
  // A mark whose step was not carried out is as good as the beginning.
  return found == moments_.end() ? moments_.front() : *found;
}

std::string ScriptRun::objection_to_traffic(const Expect& expect, const Standing& standing) const {
  const auto check = [&](const std::optional<SinceMark>& since, const char* what, const auto& value_of) {
    if (!since) return std::string();
    const auto& then = moment(since->mark);
    const Moment now{"", traffic_, standing.newest_term()};
    const std::uint64_t count = value_of(now) - value_of(then);
    if (since->bounds.contain(count)) return std::string();
    return fmt::format("{} {} since {}, not {}", count, what, since->mark, in_words(since->bounds));
  };
  for (auto objection :
       {check(expect.messages_since, "messages", [](const Moment& when) { return when.traffic.messages; }),
        check(expect.requests_since, "requests", [](const Moment& when) { return when.traffic.requests; }),
        check(expect.bytes_since, "bytes", [](const Moment& when) { return when.traffic.bytes; }),
        check(expect.terms_since, "terms", [](const Moment& when) { return when.term.value; })}) {
    if (!objection.empty()) return objection;
  }
  return {};
}

std::string ScriptRun::objection_to_logs(const Bounds& bounds, const Stage& stage) const {
  for (const auto server : standing(stage).up()) {
    const auto bytes = static_cast<const Server&>(stage.world.process(host_of(server))).log_bytes();
    if (!bytes || bounds.contain(*bytes)) continue;
    return fmt::format("the log of {} has {} bytes, not {}", checkers::name(server), *bytes, in_words(bounds));
  }
  return {};
}

}  // namespace raftsim::scenarios
