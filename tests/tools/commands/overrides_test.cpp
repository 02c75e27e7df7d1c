// A run's decisions can be recorded, changed, and overridden: "what if this packet had been lost?"
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "checkers/trace/json.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "tools/commands/replay.hpp"
#include "tools/commands/run.hpp"
#include "tools/program.hpp"
#include "tools/runs/decisions.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

class WhatIf {
 public:
  WhatIf() { options_.choice = {.scenario = "crash-once", .mutations = {}, .settings = {"chaos_ends=3s"}}; }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path(name); }
  // Runs with these lines as overrides; the output is in said() and warned().
  ExitCode run(const std::string& overrides, std::uint64_t seed = 3) {
    options_.seed = seed;
    options_.trace = path("trace.json");
    options_.decisions = path("decisions.jsonl");
    options_.overrides = overrides.empty() ? "" : path("overrides.jsonl");
    write_file(path("overrides.jsonl"), overrides);
    return carried_out([&](Console& console) { return run_one(options_, console); });
  }
  ExitCode replay(const std::string& overrides = "") {
    write_file(path("more.jsonl"), overrides);
    const ReplayOptions options{path("trace.json"), overrides.empty() ? "" : path("more.jsonl")};
    return carried_out([&](Console& console) { return tools::replay(options, console); });
  }
  [[nodiscard]] std::string said() const { return out_.str(); }
  [[nodiscard]] std::string warned() const { return err_.str(); }
  [[nodiscard]] std::vector<std::string> decisions() const {
    std::vector<std::string> lines;
    std::istringstream in(read_file(path("decisions.jsonl")));
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  // The first decision whose line contains all of these.
  [[nodiscard]] std::string decision(const std::vector<std::string>& parts) const {
    for (const std::string& line : decisions()) {
      if (std::ranges::all_of(parts, [&](const auto& part) { return line.find(part) != std::string::npos; }))
        return line;
    }
    return "";
  }
  [[nodiscard]] checkers::Trace trace() const { return checkers::read_trace(path("trace.json")); }
  // The error for these overrides: one line.
  std::string refused(const std::string& overrides) {
    try {
      run(overrides);
    } catch (const BadInput& bad) {
      const std::string text = bad.what();
      CHECK(text.find('\n') == std::string::npos);
      const std::string file = path("overrides.jsonl") + ": ";
      return text.starts_with(file) ? text.substr(file.size()) : text;
    }
    return "nothing";
  }

 private:
  template <class Work>
  ExitCode carried_out(const Work& work) {
    out_.str("");
    err_.str("");
    Console console{out_, err_};
    return work(console);
  }
  RunOneOptions options_;
  TemporaryDirectory directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

std::string with_answer(const std::string& line, std::uint64_t answer) {
  auto json = nlohmann::ordered_json::parse(line);
  json["answer"] = answer;
  return json.dump() + "\n";
}

}  // namespace

TEST_CASE("the decisions of one run, as overrides of another seed, give the same run") {
  WhatIf what_if;
  CHECK(what_if.run("") == ExitCode::clean);
  const auto fingerprint = what_if.trace().header.fingerprint;
  CHECK(what_if.trace().header.overrides == "[]");
  const std::string all = read_file(what_if.path("decisions.jsonl"));
  CHECK(what_if.run(all, 4) == ExitCode::clean);
  CHECK(what_if.trace().header.fingerprint == fingerprint);
  CHECK(what_if.warned().empty());
  CHECK_THAT(what_if.said(), Contains("crash-once seed 4 with ") && Contains(" overrides: no violation"));
  CHECK(read_file(what_if.path("decisions.jsonl")) == all);
}

TEST_CASE("a trace records an overridden decision, and replays to the same run") {
  WhatIf what_if;
  what_if.run("");
  const auto before = what_if.trace();
  const std::string loss = what_if.decision({R"("decision":"packet-loss")", R"("who":"S1 > S2")", R"("nth":5,)"});
  REQUIRE_FALSE(loss.empty());
  CHECK_THAT(loss, Contains(R"("from":[{"weight":)"));
  what_if.run(with_answer(loss, 1));
  CHECK(what_if.trace().header.fingerprint != before.header.fingerprint);
  CHECK_THAT(what_if.trace().header.overrides, Contains("packet-loss") && Contains("S1 > S2"));
  CHECK(what_if.replay() == ExitCode::clean);
  CHECK_THAT(what_if.said(), Contains("reproduced, same fingerprint and verdict"));
}

TEST_CASE("replay with overrides says where the run leaves the trace") {
  WhatIf what_if;
  what_if.run("");
  const std::string strike = what_if.decision({R"("decision":"strike")", R"("nth":0,)"});
  REQUIRE_FALSE(strike.empty());
  CHECK(what_if.replay(with_answer(strike, 0)) == ExitCode::clean);
  CHECK_THAT(what_if.said(), Contains("crash-once seed 3: what if") && Contains("first differs at event ") &&
                                 Contains("with 1 override: another run"));
  CHECK(what_if.replay(with_answer(strike, 1)) == ExitCode::clean);
  CHECK_THAT(what_if.said(), Contains("with 1 override: the same run"));
}

TEST_CASE("unused overrides are reported") {
  WhatIf what_if;
  what_if.run(R"({"decision":"packet-loss","who":"S1 > S2","item":"AppendEntries","nth":999999999,"answer":1})"
              "\n\n"
              R"({"decision":"strike","who":"the administration","nth":7,"answer":0})");
  CHECK(what_if.warned() ==
        "warning: 2 overrides were not asked for: the first is packet-loss S1 > S2 AppendEntries 999999999\n");
  what_if.run(R"({"decision":"purpose 999","who":3,"item":"18446744073709551615","nth":7,"answer":0})");
  CHECK(what_if.warned() ==
        "warning: 1 override was not asked for: the first is purpose 999 3 18446744073709551615 7\n");
}

TEST_CASE("each bad override gives one line: where, what, and what was expected") {
  WhatIf what_if;
  const auto line = [](const std::string& inner) { return "{" + inner + "}\n"; };
  CHECK(what_if.refused("\nnot json\n") == "line 2: expected a JSON object on a line of its own");
  CHECK(what_if.refused("[1]\n") == "line 1: expected an object, found [1]");
  CHECK(what_if.refused(line(R"("decision":"packet-los","answer":1)")) ==
        R"(line 1: "decision": unknown decision "packet-los"; did you mean "packet-loss"?)");
  CHECK_THAT(what_if.refused(line(R"("decision":"rain","answer":1)")),
             Contains(R"(unknown decision "rain". Available: packet-delay, packet-loss, )"));
  CHECK(what_if.refused(line(R"("decision":7,"answer":1)")) == R"(line 1: "decision": expected a name, found 7)");
  CHECK(what_if.refused(line(R"("answer":1)")) == R"(line 1: expected a key "decision")");
  CHECK(what_if.refused(line(R"("decision":"strike")")) == R"(line 1: expected a key "answer")");
  CHECK(what_if.refused(line(R"("decision":"strike","answer":-1)")) ==
        R"(line 1: "answer": expected a whole number, found -1)");
  CHECK(what_if.refused(line(R"("decision":"strike","answer":1.5)")) ==
        R"(line 1: "answer": expected a whole number, found 1.5)");
  CHECK(what_if.refused(line(R"("decision":"strike","answers":1)")) ==
        R"(line 1: unknown key "answers"; did you mean "answer"?)");
  CHECK(what_if.refused(line(R"("decision":"strike","who":"crush","answer":1)")) ==
        R"(line 1: "who": expected one of "the administration", "leader-crash", found "crush")");
  CHECK(what_if.refused(line(R"("decision":"packet-loss","who":"S1","answer":1)")) ==
        R"(line 1: "who": expected a link such as "S1 > S2", found "S1")");
  CHECK(what_if.refused(line(R"("decision":"packet-loss","who":99999999999,"answer":1)")) ==
        R"(line 1: "who": expected a number below 2^32, found 99999999999)");
  // An answer out of range is noticed only when the run requests the decision.
  CHECK(what_if.refused(line(R"("decision":"strike","who":"leader-crash","nth":0,"answer":2)")) ==
        "override of strike leader-crash 0: expected an answer from 0, or 1, found 2");
  try {
    const auto scenario = load({.scenario = "calm", .mutations = {}, .settings = {}}, scenarios::own_kinds());
    static_cast<void>(read_overrides(what_if.path("missing"), scenario));
    FAIL("a file that is not there was read");
  } catch (const BadInput& bad) {
    CHECK(std::string(bad.what()) == what_if.path("missing") + ": cannot read the overrides");
  }
}

TEST_CASE("a trace with invalid overrides is refused") {
  WhatIf what_if;
  what_if.run("");
  checkers::Trace trace = what_if.trace();
  const auto refused = [&](const std::string& overrides) -> std::string {
    trace.header.overrides = overrides;
    checkers::write_trace(what_if.path("trace.json"), trace.header, trace.verdict, trace.statistics, trace.events);
    try {
      what_if.replay();
    } catch (const std::exception& bad) {
      return bad.what();
    }
    return "nothing";
  };
  const std::string file = what_if.path("trace.json") + ": ";
  CHECK(refused(R"([{"decision":"strike","who":"leader-crash","answer":-3}])") ==
        file + R"(overrides[0]: "answer": expected a whole number, found -3)");
  CHECK(refused(R"({"decision":"strike"})").starts_with(file + "\"overrides\": "));
  CHECK(refused(R"([{"decision":"strike","who":"leader-crash","nth":0,"answer":9}])") ==
        "override of strike leader-crash 0: expected an answer from 0, or 1, found 9");
}

// Written keys can be read back, for each shape of key.
TEST_CASE("a key's description identifies the key") {
  const auto scenario = load({.scenario = "everything", .mutations = {}, .settings = {}}, scenarios::own_kinds());
  const auto value_of = [](scenarios::KeyPart part) -> std::uint64_t {
    using Part = scenarios::KeyPart;
    const std::uint64_t crash = sim::key_of("the administration");
    switch (part) {
      case Part::none:
        return 0;
      case Part::number:
        return 12345678901234567890U;
      case Part::host:
        return 3;
      case Part::link:
        return sim::link_key(1, 7);
      case Part::name:
        return crash;
      case Part::crash:
        return crash << 32U | 17;
      case Part::kind:
        return 2;
      case Part::packet:
        return std::uint64_t{sim::link_key(6, 0)} << 8U | 33;
      case Part::operation:
        return 3;
      case Part::file:
        return 5;
      case Part::sector:
        return sim::sector_item(std::uint64_t{1} << 32U, 77);
    }
    return 0;
  };
  std::vector<sim::Decision> decisions;
  for (const auto& shape : scenarios::decision_shapes()) {
    decisions.push_back(
        {{shape.purpose, static_cast<std::uint32_t>(value_of(shape.who)), value_of(shape.nth), value_of(shape.item)},
         sim::Distribution::uniform(std::uint64_t{0}, ~std::uint64_t{0}),
         18446744073709551615U});
  }
  const TemporaryDirectory directory;
  write_file(directory.path("all"), to_lines(decisions, scenario));
  const auto overrides = read_overrides(directory.path("all"), scenario);
  REQUIRE(overrides.size() == decisions.size());
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    INFO(in_words(decisions[i].key, scenario));
    CHECK(overrides[i].key == decisions[i].key);
    CHECK(overrides[i].answer == decisions[i].answer);
  }
  CHECK(overrides_from_json(to_json(overrides, scenario), "x", scenario) == overrides);
}

TEST_CASE("run --decisions and --overrides on the command line") {
  const TemporaryDirectory directory;
  const std::string all = directory.path("all.jsonl");
  const Answer written = raftsim({"run", "calm", "--set", "chaos_ends=1s", "--decisions", all});
  CHECK(written.exit_code == 0);
  CHECK_THAT(written.out, Contains("decisions     " + all));
  const Answer repeated = raftsim({"run", "calm", "--set", "chaos_ends=1s", "--seed", "2", "--overrides", all});
  CHECK(repeated.exit_code == 0);
  CHECK(repeated.err.empty());
  const auto fingerprint = [](const Answer& answer) { return answer.out.substr(answer.out.find("fingerprint"), 30); };
  CHECK(fingerprint(repeated) == fingerprint(written));
  const Answer missing = raftsim({"run", "calm", "--overrides", directory.path("none")});
  CHECK(missing.exit_code == 2);
  CHECK_THAT(missing.err, Contains("cannot read the overrides"));
}

}  // namespace raftsim::tools::test
