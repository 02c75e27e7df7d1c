// A script says what happens, in which order. What it expects and does not find is a verdict like any other.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "checkers/trace/recorder.hpp"
#include "little_raft/little_raft.hpp"
#include "scenarios/cluster/purposes.hpp"
#include "scenarios/cluster/run.hpp"
#include "scenarios/cluster/script/script_run.hpp"
#include "scenarios/cluster/server_kinds.hpp"
#include "scenarios/scenario_json.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using namespace std::chrono_literals;

namespace {

// `more`: other keys of the scenario, each with a comma behind it.
std::shared_ptr<const Scenario> scripted(const std::string& steps, const std::string& more = "",
                                         const std::string& servers = "3") {
  const auto text =
      R"({"name": "x", "cluster": {"servers": )" + servers + "}, " + more + R"("script": [)" + steps + "]}";
  return std::make_shared<const Scenario>(scenario_from_json(text, "x.json"));
}

struct Played {
  Outcome outcome;
  std::vector<checkers::TracedEvent> events;
  std::vector<sim::Decision> decisions;

  [[nodiscard]] std::string expected() const { return outcome.verdict ? outcome.verdict->expected : "nothing"; }
  [[nodiscard]] std::string seen() const { return outcome.verdict ? outcome.verdict->seen : "nothing"; }
  // What steps did, in the words of a trace: "script.1: cut S2".
  [[nodiscard]] std::vector<std::string> done() const {
    std::vector<std::string> result;
    for (const auto& event : events) {
      for (const auto& each : event.faults) {
        result.push_back(each.name + ": " + each.action +
                         (each.host == sim::no_host ? "" : " S" + std::to_string(each.host.value + 1)));
      }
    }
    return result;
  }
  [[nodiscard]] bool did(const std::string& what) const {
    const auto all = done();
    return std::find(all.begin(), all.end(), what) != all.end();
  }
  [[nodiscard]] std::uint64_t drawn(sim::Purpose purpose, std::uint32_t who, std::uint64_t nth,
                                    std::uint64_t item = 0) const {
    for (const auto& decision : decisions) {
      if (decision.key == sim::Key{purpose, who, nth, item}) return decision.answer;
    }
    FAIL("it was not drawn");
    return 0;
  }
};

Played play(const std::shared_ptr<const Scenario>& scenario, std::uint64_t seed = 1, bool check = true,
            std::vector<sim::Override> overrides = {}) {
  Played result;
  checkers::TraceRecorder recorder;
  Run run(scenario, seed,
          {.check = check, .recorder = &recorder, .overrides = std::move(overrides), .decisions = &result.decisions});
  result.outcome = run.finish();
  result.events = recorder.take_events();
  return result;
}

}  // namespace

TEST_CASE("A leader that is cut off takes commands and commits none, and the others go on without it") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto played = play(scripted(R"(
        {"agree": {"servers": 3}}, {"let": {"L1": "leader"}},
        {"cut": "L1"}, {"propose": {"count": 3, "at": "L1", "wait": "none"}}, {"sleep": "100ms"},
        {"expect": {"not_committed": "proposed"}},
        {"agree": {"servers": 2}}, {"let": {"L2": "leader of connected"}}, {"expect": {"that": "connected == 2"}},
        {"connect": "all"}, {"agree": {"servers": 3}}, {"expect": {"terms": 1, "within": "2s"}})"),
                             seed);
    CAPTURE(seed, played.expected(), played.seen());
    CHECK_FALSE(played.outcome.verdict.has_value());
    CHECK(played.outcome.statistics.committed_entries >= 5);
  }
}

TEST_CASE("What a script expects and does not find is a verdict that names step, iteration and what was there") {
  const auto scenario = scripted(R"(
      {"repeat": 4, "as": "i", "steps": [
        {"agree": {"servers": 3}},
        {"if": "i == 2", "steps": [{"cut": "all"}, {"propose": {"at": "leader", "wait": "none"}}, {"sleep": "50ms"}]},
        {"expect": {"committed": "proposed"}}]})");
  const auto played = play(scenario, 7);
  REQUIRE(played.outcome.verdict.has_value());
  const auto& verdict = *played.outcome.verdict;
  CHECK(verdict.checker == "script");
  CHECK(verdict.property == "script");
  CHECK(verdict.expected == R"(script.0.steps.2 (i = 2), {"expect": {"committed": "proposed"}}: it is so)");
  CHECK(verdict.seen.find("command 1 of 1, taken by S") == 0);
  CHECK(verdict.seen.find("is not committed; S1 ") != std::string::npos);

  SECTION("and nothing changes in the run when nobody judges") {
    const auto unjudged = play(scenario, 7, false);
    CHECK_FALSE(unjudged.outcome.verdict.has_value());
    CHECK(unjudged.outcome.statistics.events > played.outcome.statistics.events);
    REQUIRE(unjudged.events.size() > played.events.size());
    CHECK(unjudged.events[played.events.size() - 1].fingerprint == played.events.back().fingerprint);
  }
  SECTION("and a scenario can do without the verdict, and goes on after it") {
    auto lenient = *scenario;
    lenient.without = {"script"};
    const auto judged = play(std::make_shared<const Scenario>(lenient), 7);
    CHECK_FALSE(judged.outcome.verdict.has_value());
    CHECK(judged.did("script.0.steps.0 (i = 3): agree"));
  }
}

TEST_CASE("A step that waits in vain says for what, and since when") {
  CHECK(play(scripted(R"({"sleep": "1s"}, {"until": "term > 100", "within": "2s"})")).expected() ==
        R"(script.1, {"until": "term > 100", "within": "2s"}: it is so within 2.000 s)");
  CHECK(play(scripted(R"({"sleep": "1s"}, {"until": "term > 100", "within": "2s"})"))
            .seen()
            .find("it waited since 1.000 s: term is 1; S1 ") == 0);
  CHECK(play(scripted(R"({"cut": "all"}, {"let": {"L": "leader"}})")).expected() ==
        R"(script.1, {"let": {"L": "leader"}}: there is somebody to call L, within 10.000 s)");
  CHECK(play(scripted(R"({"cut": "all"}, {"agree": {"servers": 3, "within": "3s"}})"))
            .seen()
            .find("command 1 of 1 was not agreed on within 3.000 s: no server was there to take it; S1 ") == 0);
}

TEST_CASE("The chaos ends with the script, and not before the scenario says so") {
  const auto ends_at = [](const std::string& more) {
    return play(scripted(R"({"crash": "S1"}, {"sleep": "3s"})", more)).outcome.statistics.virtual_time;
  };
  const auto at_once = ends_at("");
  CHECK(at_once >= 3s);
  CHECK(at_once < 5s);
  CHECK(ends_at(R"("chaos_ends": "1s", )") == at_once);
  CHECK(ends_at(R"("chaos_ends": "20s", )") >= 20s);
}

TEST_CASE("Afterwards what the script has broken is repaired, or else progress is not due of it") {
  // All of it: a server that was left down, one that was left paused, and a partition.
  CHECK(
      play(scripted(
               R"({"agree": {"servers": 5}}, {"crash": "S1"}, {"pause": "S2"}, {"partition": [["S3", "S4"], "rest"]})",
               "", "5"))
          .expected() == "nothing");
  // A majority is repaired; who is not stays down.
  const auto played = play(scripted(R"({"crash": "all"})", R"("heal": "quorum", )", "5"));
  CHECK(played.expected() == "nothing");
}

TEST_CASE("A server on no side of a partition reaches both") {
  const auto played = play(scripted(R"(
      {"agree": {"servers": 5}}, {"partition": [["S1", "S2"], ["S3", "S4"]]}, {"sleep": "3s"},
      {"let": {"L": "leader"}}, {"agree": {"servers": 3}}, {"partition": []}, {"agree": {"servers": 5}})",
                                    "", "5"),
                           3);
  CHECK(played.expected() == "nothing");
}

TEST_CASE("A crash can wait for an operation of the disk: before it is carried out, or after") {
  // The vote or the entry that S1 was about to make durable is not, or is.
  for (const auto& [moment, carried_out] :
       {std::pair(R"({"before": "fsync"})", false), {R"({"after": "fsync"})", true}}) {
    const auto played = play(scripted(R"({"agree": {"servers": 3}}, {"crash": "S1", "at": )" + std::string(moment) +
                                      R"(}, {"agree": {"servers": 2}}, {"until": "down == 1", "within": "1s"},
                                      {"restart": "down"}, {"agree": {"servers": 3}})"));
    CAPTURE(moment, played.expected(), played.seen());
    CHECK_FALSE(played.outcome.verdict.has_value());
    REQUIRE(played.did("script.1: crash S1"));
    const auto crashed =
        std::find_if(played.events.begin(), played.events.end(), [](const auto& event) { return event.crashed; });
    REQUIRE(crashed != played.events.end());
    CHECK(crashed->host == sim::HostId{0});
  }
  // The third from now on.
  const auto third = play(scripted(R"({"agree": {"servers": 3}}, {"crash": "S1", "at": {"after": "fsync", "nth": 3}},
      {"agree": {"servers": 3}}, {"expect": {"that": "down == 0"}}, {"agree": {"servers": 3}},
      {"agree": {"servers": 2}}, {"until": "down == 1", "within": "1s"})"));
  CHECK(third.expected() == "nothing");
}

// A leader goes on believing that the server has what it once acknowledged, and takes its rejections for late ones. The
// next leader asks anew.
TEST_CASE("A server whose disk is wiped knows nothing when it comes up, and learns all of it from the next leader") {
  const auto played =
      play(scripted(R"({"agree": {"servers": 3, "count": 5}}, {"let": {"F": "follower"}}, {"crash": "F"}, {"wipe": "F"},
      {"restart": "F"}, {"let": {"L": "leader"}}, {"crash": "L"}, {"agree": {"servers": 2}}, {"restart": "L"},
      {"agree": {"servers": 3}})"));
  CAPTURE(played.seen());
  CHECK(played.expected() == "nothing");
  const auto boots_empty = [](const checkers::TracedEvent& event) {
    const auto* booted = event.observations.empty() ? nullptr : event.observations.front().get_if<core::Booted>();
    return event.incarnation == 2 && booted != nullptr && booted->term == core::Term{} && booted->last == core::Index{};
  };
  CHECK(std::any_of(played.events.begin(), played.events.end(), boots_empty));
}

TEST_CASE("Messages, requests and bytes are counted between two moments") {
  // Three idle servers: the leader asks two followers every 50 ms, and each answers.
  const auto idle = [](const std::string& expectation) {
    return play(scripted(
                    R"({"agree": {"servers": 3}}, {"sleep": "100ms"}, {"mark": "idle"}, {"sleep": "1s"}, {"expect": )" +
                    expectation + "}"))
        .seen();
  };
  CHECK(idle(R"({"requests_since": {"mark": "idle", "at_least": 38, "at_most": 42}})") == "nothing");
  CHECK(idle(R"({"messages_since": {"mark": "idle", "at_least": 76, "at_most": 84}})") == "nothing");
  CHECK(idle(R"({"terms_since": {"mark": "idle", "at_most": 0}})") == "nothing");
  CHECK(
      idle(R"({"requests_since": {"mark": "idle", "at_most": 10}})").find("40 requests since idle, not at most 10; ") ==
      0);
}

TEST_CASE("Commands are counted as clients count them: what leaders append on their own is none") {
  CHECK(play(scripted(R"({"agree": {"servers": 3}}, {"expect": {"index": 1}}, {"agree": {"servers": 3}},
                         {"expect": {"index": 2, "that": "commands == 2 and committed == 3"}})"))
            .expected() == "nothing");
}

TEST_CASE("Rules and faults are switched by name") {
  const std::string rules =
      R"("rules": [{"name": "deaf", "match": {"kind": "AppendEntriesReply"}, "action": "drop", "on": false}], )";
  CHECK(play(scripted(R"({"agree": {"servers": 3}}, {"rules": {"deaf": true}},
                         {"propose": {"at": "leader", "wait": "none"}}, {"sleep": "300ms"}, {"expect": {"not_committed": "proposed"}},
                         {"rules": {"deaf": false}}, {"agree": {"servers": 3}})",
                      rules))
            .expected() == "nothing");

  const std::string faults =
      R"("faults": [{"name": "down", "kind": "crash", "target": "leader", "every": "1s", "lasts": "300ms"}], )";
  const auto crashes = [&](const std::string& on) {
    const auto played = play(scripted(R"({"faults": {"down": )" + on + R"(}}, {"sleep": "5500ms"})", faults));
    return std::count_if(played.events.begin(), played.events.end(), [](const auto& event) {
      return std::any_of(event.faults.begin(), event.faults.end(),
                         [](const auto& each) { return each.action == "crash"; });
    });
  };
  CHECK(crashes("true") == 5);
  CHECK(crashes("false") == 0);
}

TEST_CASE("The network can be made another, everywhere or between some") {
  CHECK(
      play(
          scripted(
              R"({"agree": {"servers": 3}}, {"network": {"links": {"loss": 1}}}, {"sleep": "1s"}, {"expect": {"leaders": 0}},
                         {"network": {"links": {"loss": 0}}}, {"agree": {"servers": 3}})"))
          .expected() == "nothing");
  // Who hears nobody is behind; the two others go on.
  CHECK(play(scripted(R"({"agree": {"servers": 3}}, {"let": {"L": "leader", "F": "any"}},
                         {"network": {"links": {"loss": 1}}, "to": "F"}, {"agree": {"servers": 2}},
                         {"propose": {"servers": 2}}, {"network": {"links": {"loss": 0}}}, {"agree": {"servers": 3}})"))
            .expected() == "nothing");
}

TEST_CASE("One server can have options of its own from now on, and keeps them when it restarts") {
  // Who waits for a leader for much less time than the others is the next to lead.
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto played = play(scripted(R"({"agree": {"servers": 3}}, {"raft": {"election_timeout": "10s"}},
        {"raft": {"election_timeout": "300ms"}, "of": "S2"}, {"crash": "all"}, {"restart": "all"}, {"agree": {"servers": 3}},
        {"let": {"OTHERS": "all but leader but S2"}}, {"expect": {"that": "OTHERS == 2"}})"),
                             seed);
    CAPTURE(seed, played.expected(), played.seen());
    CHECK_FALSE(played.outcome.verdict.has_value());
  }
}

TEST_CASE("Membership changes and the leadership moves when a script says so") {
  const auto played = play(scripted(R"(
      {"agree": {"servers": 5}}, {"members": {"voters": ["S1", "S2", "S3"]}}, {"crash": ["S4", "S5"]},
      {"let": {"F": "any of followers but S4"}}, {"agree": {"servers": 3}}, {"restart": "down"},
      {"members": {"add": "S4"}}, {"agree": {"servers": 4}},
      {"let": {"L": "leader"}}, {"members": {"remove": "L"}}, {"let": {"N": "any of connected but L"}},
      {"agree": {"servers": 3}})",
                                    "", "5"),
                           2);
  CHECK(played.expected() == "nothing");

  const auto moved = play(scripted(R"({"agree": {"servers": 3}}, {"let": {"L": "leader", "N": "follower"}},
      {"transfer": {"from": "L", "to": "N"}}, {"let": {"M": "leader"}}, {"expect": {"that": "term == 2"}}, {"agree": {"servers": 3}})"));
  CHECK(moved.expected() == "nothing");
}

TEST_CASE("A script can be copied with the run, and the copy goes on as the original does") {
  const auto scenario = scripted(R"({"repeat": 20, "steps": [
      {"cut": "any"}, {"propose": {"count": [1, 5], "wait": "none"}}, {"sleep": ["10ms", "300ms"]}, {"connect": "all"},
      {"agree": {"servers": 3}}]})");
  Run original(scenario, 5);
  for (int i = 0; i < 400; ++i) original.step();
  Run copy(original);
  const auto one = original.finish();
  const auto other = copy.finish();
  CHECK(one.fingerprint == other.fingerprint);
  CHECK_FALSE(one.verdict.has_value());
}

TEST_CASE("A step or an iteration that is taken away leaves every other draw as it was") {
  const std::string steps = R"({"repeat": 6, "as": "i", "steps": [
      {"name": "pick", "let": {"V": "any"}}, {"name": "rest", "sleep": ["1ms", "900ms"]}, {"cut": "V"},
      {"sleep": ["1ms", "2s"]}, {"connect": "V"}]})";
  const auto whole = play(scripted(steps), 3);
  const auto pick = sim::key_of("pick");
  const auto rest = sim::key_of("rest");
  const auto same = [&](const Played& other, std::uint64_t iteration) {
    for (std::uint64_t host = 0; host < 3; ++host) {
      CHECK(other.drawn(script_pick_purpose, pick, iteration, host) ==
            whole.drawn(script_pick_purpose, pick, iteration, host));
    }
    CHECK(other.drawn(script_sleep_purpose, rest, iteration) == whole.drawn(script_sleep_purpose, rest, iteration));
  };
  // Another step in front of the others.
  const auto longer = play(scripted(R"({"cut": "any"}, {"sleep": "1s"}, {"connect": "all"}, )" + steps), 3);
  // The third iteration is left out, and the cut of the fourth.
  const auto repeat = scripted(steps)->script[0].key;
  const auto cut = scripted(steps)->script[0].steps[2].key;
  const auto fewer =
      play(scripted(steps), 3, true, {{{script_iteration_purpose, repeat, 2}, 0}, {{script_step_purpose, cut, 3}, 0}});
  for (const std::uint64_t iteration : {0U, 1U, 3U, 4U, 5U}) {
    same(longer, iteration);
    same(fewer, iteration);
  }
  const auto cuts = [](const Played& played) {
    const auto done = played.done();
    return std::count_if(done.begin(), done.end(), [](const auto& what) { return what.find(": cut S") != what.npos; });
  };
  CHECK(cuts(whole) == 6);
  CHECK(cuts(fewer) == 4);
}

TEST_CASE("A script drives a Raft that is not ours, and says what that one cannot do") {
  auto kinds = own_kinds();
  kinds.push_back(std::make_shared<const little_raft::LittleRaft>());
  const auto load = [&](const std::string& steps) {
    auto scenario = *scripted(steps, R"("server": {"kind": "little-raft"}, )");
    choose_server(scenario, kinds);
    return std::make_shared<const Scenario>(scenario);
  };
  const auto played =
      play(load(R"({"agree": {"servers": 3}}, {"let": {"L": "leader"}}, {"crash": "L"}, {"agree": {"servers": 2}},
      {"restart": "L"}, {"propose": {"count": 5, "wait": "committed"}}, {"agree": {"servers": 3}})"));
  CAPTURE(played.seen());
  CHECK(played.expected() == "nothing");
  CHECK_THROWS_WITH(
      load(R"({"members": {"remove": "S1"}})"),
      R"(x: script.0: expected a kind of server that changes its membership and hands over, found "little-raft")");
  CHECK_THROWS_WITH(load(R"({"expect": {"log_bytes": {"at_most": 10}}})"),
                    R"(x: script.0: expected a kind of server that says how large its log is, found "little-raft")");
}
