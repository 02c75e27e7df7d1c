// A scenario file is what a person writes to put a question: reading it takes it at its word or says in one line what
// is wrong with it, and writing it spells everything out.
#include "scenarios/scenario_json.hpp"

#include <set>

#include "catch.hpp"
#include "checkers/situations.hpp"
#include "scenarios/json/values.hpp"
#include "scenarios/wire.hpp"
#include "shipped.hpp"

using namespace raftsim;
using namespace raftsim::scenarios;
using namespace std::chrono_literals;

namespace {

// What reading `text` complains of, or "nothing".
std::string complaint_about(const std::string& text) {
  try {
    (void)scenario_from_json(text, "x.json");
    return "nothing";
  } catch (const ScenarioError& error) {
    return error.what();
  }
}

// A scenario with these members besides its name.
std::string with(const std::string& members) { return R"({"name": "x", )" + members + "}"; }
std::string with_fault(const std::string& members) { return with(R"("faults": [{"name": "f", )" + members + "}]"); }

struct Mistake {
  std::string text;
  std::string complaint;
};

void check(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    CAPTURE(mistake.text);
    CHECK(complaint_about(mistake.text) == mistake.complaint);
    CHECK(complaint_about(mistake.text).find('\n') == std::string::npos);
  }
}

}  // namespace

TEST_CASE("Every scenario that is shipped says the same after it was written and read again") {
  const auto files = shipped::scenario_files();
  CHECK(files.size() >= 7);
  for (const auto& file : files) {
    CAPTURE(file.name);
    const Scenario scenario = scenario_from_json(file.text, file.name);
    CHECK(scenario.name + ".json" == file.name);
    CHECK_FALSE(scenario.summary.empty());
    CHECK_FALSE(scenario.story.empty());
    CHECK(file.text.find("\"transport\": ") != std::string::npos);  // it makes a difference, so each says which
    CHECK(scenario_from_json(to_json(scenario), "written") == scenario);
    CHECK(to_json(scenario_from_json(to_json(scenario), "written")) == to_json(scenario));
  }
}

TEST_CASE("Every key is read, written, and read again") {
  const Scenario scenario = scenario_from_json(shipped::every_key, "x.json");
  CHECK(scenario_from_json(to_json(scenario), "written") == scenario);

  CHECK(scenario.story == "two\nthree");
  CHECK(scenario.servers == 7);
  CHECK(scenario.founding_servers == 3);
  CHECK(scenario.raft.heartbeat_interval == 10ms);
  CHECK(scenario.raft.max_uncommitted_bytes == 8192);
  CHECK(scenario.raft.transfer_timeout == 90ms);
  CHECK_FALSE(scenario.raft.learners_first);
  CHECK(scenario.raft.max_waiting_reads == 8);
  CHECK(scenario.snapshot_every_entries == 100);
  CHECK(scenario.snapshot_every_bytes == 64 * 1024);
  CHECK(scenario.raft.snapshot_chunk_bytes == 1024);
  CHECK(scenario.raft.trailing_entries == 6);
  REQUIRE(scenario.administration);
  CHECK(scenario.administration->most_voters == 5);
  CHECK(scenario.administration->patience == 3s);
  CHECK(scenario.swarm == sim::Ratio{2, 3});
  CHECK(scenario.raft.election_timeout_max == 80ms);
  CHECK(scenario.raft.backtracking == core::Backtracking::decrement);
  CHECK(scenario.raft.mutations.has(core::Mutation::figure8));
  CHECK(scenario.persistence.mode == core::PersistenceMode::append);
  CHECK(scenario.persistence.vote_apart);
  CHECK(scenario.raft.redraw_election_timeout);
  CHECK(scenario.raft.after_rejection == core::AfterRejection::heartbeat);
  CHECK(scenario.raft.replicate_after_fsync);
  CHECK(scenario.disk.costs.size() == 7);
  CHECK(scenario.disk.trouble == sim::DiskTrouble{sim::FailingOperations::syncs, true, true, true});
  CHECK(scenario.disk_of(sim::HostId{1}).fsync_latency == sim::Distribution::fixed(9ms));
  CHECK(scenario.disk_of(sim::HostId{2}).fsync_latency == sim::Distribution::uniform(1ms, 2ms));
  CHECK(scenario.faults.at(19).operations == sim::FailingOperations::writes);
  CHECK(scenario.faults.at(19).errors == 2);
  CHECK(scenario.blocking_persistence);
  const auto& delay = scenario.network.links.delay.parts;
  CHECK(delay == std::vector<sim::Distribution::Part>{{9, 1'000'000, 5'000'000}, {1, 200'000'000, 200'000'000}});
  CHECK(scenario.network.links.reorder == sim::Ratio{1, 1});
  CHECK(scenario.network.links.bytes_per_second == 100U << 20U);
  CHECK(scenario.client_links.bytes_per_second == 0);
  CHECK(scenario.disk.weight_garbage == 4);
  CHECK(scenario.clocks.min_drift == -50);
  CHECK(scenario.clocks.max_drift == 20);
  CHECK(scenario.clocks.timer_jitter == sim::Distribution::uniform(0ms, 1ms));
  CHECK(scenario.processors.per_message == sim::Distribution::fixed(10us));
  CHECK(scenario.workload.hot_keys == 2);
  CHECK(scenario.workload.hot_share == sim::Ratio{3, 4});
  CHECK(scenario.workload.open_loop);
  CHECK(scenario.workload.retries == Workload::Retries::hints);
  CHECK(scenario.faults.at(17).runs == sim::Distribution::fixed(5ms));
  CHECK(scenario.faults.at(18).least_jump == -2s);
  CHECK(scenario.faults.at(18).most_jump == 500ms);
  CHECK(scenario.workload.payload_bytes == sim::Distribution::uniform(std::uint64_t{16}, std::uint64_t{1024}));
  CHECK(scenario.workload.keys == 3);
  CHECK(scenario.workload.operations ==
        Workload::Operations{.get = 1, .put = 2, .append = 3, .compare_and_set = 4, .erase = 5});
  CHECK(scenario.workload.reads == Workload::Reads{.log = 6, .leader = 7, .follower = 8, .lease = 9});
  CHECK_FALSE(scenario.workload.sessions);
  CHECK(scenario.workload.session_limits == core::SessionLimits{.timeout = 5s, .count = 12});
  CHECK(scenario.faults.at(6).rule.kind == packet_kind_named("AppendEntriesReply"));
  CHECK(scenario.faults.at(6).rule.from == sim::HostId{2});
  CHECK(scenario.faults.at(6).rule.name == "g");
  CHECK(scenario.faults.at(8).rule.after == 100);
  const auto& timed = scenario.faults.at(9);
  CHECK(timed.shape == PartitionShape::bridge);
  CHECK(timed.target == Target::named);
  CHECK(timed.victims == std::vector<sim::HostId>{{1}});
  CHECK(timed.at == std::vector{sim::Distribution::fixed(100ms), sim::Distribution::uniform(200ms, 300ms)});
  CHECK(timed.until == sim::Duration(1s));
  CHECK(timed.times == 3);
  CHECK(timed.chance == sim::Ratio{1, 2});
  CHECK(scenario.faults.at(10).sides == std::vector<std::vector<sim::HostId>>{{{0}, {1}}, {{2}}});
  CHECK(scenario.faults.at(10).lasts.parts.empty());
  CHECK(scenario.faults.at(11).links == std::vector<Fault::Link>{{{0}, {1}}, {{6}, {2}}});
  CHECK(scenario.faults.at(11).one_way);
  CHECK(scenario.faults.at(11).from == 500ms);
  CHECK(scenario.faults.at(12).victims == std::vector<sim::HostId>{{2}, {3}});
  CHECK(scenario.faults.at(13).always);
  CHECK(scenario.faults.at(13).chance == sim::Ratio{1, 3});
  const auto& link = scenario.network.links;
  CHECK(link.transport == sim::Transport::stream);
  CHECK(link.extra == sim::Distribution::uniform(0ms, 3ms));
  CHECK(link.stream == sim::StreamSettings{100ms, 1s, 4s, 8192});
  CHECK(scenario.client_links.transport == sim::Transport::datagram);
  CHECK(scenario.faults.at(15).shape == PartitionShape::swizzle);
  CHECK(scenario.faults.at(15).clogs);
  const auto& keep = scenario.faults.at(16).rule;
  CHECK(keep.later == 3);
  CHECK(keep.stages == 2);
  for (const char* reply : {"RequestVoteReply", "PreVoteReply", "AppendEntriesReply", "ReadIndexReply"}) {
    CHECK((keep.kinds >> *packet_kind_named(reply) & 1U) == 1);
  }
  for (const char* request : {"RequestVote", "AppendEntries", "Heartbeat", "TimeoutNow"}) {
    CHECK((keep.kinds >> *packet_kind_named(request) & 1U) == 0);
  }
  CHECK(scenario.efficiency.bytes_per_entry == 4096);
  CHECK(scenario.switches.at(0).values == std::vector<std::string>{"true", "false"});
}

TEST_CASE("An override starts from what the other links have") {
  const Scenario scenario = scenario_from_json(shipped::every_key, "x.json");
  const auto& overrides = scenario.network.overrides;
  REQUIRE(overrides.size() == 2);
  CHECK(overrides[0].from == sim::HostId{0});
  CHECK(overrides[0].to == std::nullopt);
  CHECK(overrides[0].settings.loss == sim::Ratio{1, 2});
  CHECK(overrides[0].settings.delay == scenario.network.links.delay);
  CHECK(overrides[1].settings.loss == scenario.network.links.loss);
}

TEST_CASE("The same scenario is always the same text, with short lists on one line") {
  const std::string text = to_json(scenario_from_json(R"({"name": "quiet"})", "quiet.json"));
  CHECK(text.find("\n    \"election_timeout\": [\"150ms\", \"300ms\"],\n") != std::string::npos);
  CHECK(text.find("\"loss\": 0,") != std::string::npos);
  CHECK(text.find("\"persistence\": {\"mode\": \"append\", \"segment_bytes\": \"64KiB\", \"align_to_sectors\": false, "
                  "\"blocking\": false}") != std::string::npos);
}

TEST_CASE("A text that is not JSON is refused with line and column") {
  check({
      {"", "x.json: expected JSON, found an empty file"},
      {" \n", "x.json: expected JSON, found an empty file"},
      {"{\n  \"name\": \"x\",\n}",
       "x.json: line 3, column 1: expected JSON, found unexpected '}'; expected string literal"},
      {"{\"name\": nope}",
       "x.json: line 1, column 11: expected JSON, found invalid literal; last read: '\"name\": no'"},
      {"{\"name\": \"x\"} {}", "x.json: line 1, column 15: expected JSON, found unexpected '{'; expected end of input"},
      {"[]", "x.json: expected an object, found []"},
      {R"({"name": "x", "raft": {"pre_vote": true, "pre_vote": false}})",
       R"(x.json: expected each key once in an object, found "pre_vote" twice)"},
      {std::string(100'000, '['), "x.json: expected at most 32 levels of nesting, found more"},
  });
}

TEST_CASE("Of an unknown key the nearest that is known is told, or else all that are known") {
  check({
      {with(R"("workload": {"client": 3})"), R"(x.json: workload: unknown key "client"; did you mean "clients"?)"},
      {with(R"("cluster": {"colour": 3})"), R"(x.json: cluster: unknown key "colour". Available: servers, founders)"},
      {with(R"("rft": {})"), R"(x.json: unknown key "rft"; did you mean "raft"?)"},
      {with_fault(R"("kind": "crash", "evry": "1s", "lasts": "1s")"),
       R"(x.json: faults.f: unknown key "evry"; did you mean "every"?)"},
      {with_fault(R"("kind": "pause", "point": "anytime", "every": "1s", "lasts": "1s")"),
       R"(x.json: faults.f: unknown key "point". Available: name, kind, target, runs, waits, chance, takes_part, at, every, from, until, times, lasts)"},
  });
}

TEST_CASE("A value of the wrong kind is refused with what would do") {
  const std::string duration =
      "expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at most a day)";
  const std::string size =
      "expected a size such as 4096 or \"4KiB\" (a whole number, or one with B, KiB, MiB or GiB; at most 1TiB)";
  const std::string bandwidth = "expected a bandwidth such as \"100MiB/s\", or \"unlimited\"";
  check({
      {"{}", R"(x.json: expected the key "name": what to call the scenario, found none)"},
      {R"({"name": "a b"})", R"(x.json: name: expected a name of letters, digits, '-' and '_', found "a b")"},
      {R"({"name": 7})", "x.json: name: expected a name of letters, digits, '-' and '_', found 7"},
      {with(R"("raft": 5)"), "x.json: raft: expected an object, found 5"},
      {with(R"("faults": {})"), "x.json: faults: expected a list, found {}"},
      {with(R"("faults": [5])"), "x.json: faults.0: expected an object, found 5"},
      {with(R"("raft": {"pre_vote": 1})"), "x.json: raft.pre_vote: expected true or false, found 1"},
      {with(R"("raft": {"heartbeat": 50})"), "x.json: raft.heartbeat: " + duration + ", found 50"},
      {with(R"("raft": {"heartbeat": "1.5s"})"), "x.json: raft.heartbeat: " + duration + ", found \"1.5s\""},
      {with(R"("raft": {"heartbeat": "-1s"})"), "x.json: raft.heartbeat: " + duration + ", found \"-1s\""},
      {with(R"("raft": {"heartbeat": "99999999999999999999s"})"),
       "x.json: raft.heartbeat: " + duration + ", found \"99999999999999999999s\""},
      {with(R"("chaos_ends": "25000min")"), "x.json: chaos_ends: " + duration + ", found \"25000min\""},
      {with(R"("raft": {"backtracking": "decrment"})"),
       R"(x.json: raft.backtracking: unknown value "decrment"; did you mean "decrement"?)"},
      {with(R"("raft": {"backtracking": "fast"})"),
       R"(x.json: raft.backtracking: unknown value "fast". Available: conflict-term, decrement)"},
      {with(R"("raft": {"max_inflight_bytes": "4 KiB"})"),
       "x.json: raft.max_inflight_bytes: " + size + ", found \"4 KiB\""},
      {with(R"("network": {"links": {"bandwidth": "100MiB"}})"),
       "x.json: network.links.bandwidth: " + bandwidth + ", found \"100MiB\""},
      {with(R"("network": {"links": {"bandwidth": "0B/s"}})"),
       "x.json: network.links.bandwidth: " + bandwidth + ", found \"0B/s\""},
      {with(R"("network": {"links": {"loss": 0.01}})"),
       "x.json: network.links.loss: expected a ratio such as \"1/100\", or 0, or 1 (whole numbers only, so that chance "
       "falls the same on every machine), found 0.01"},
      {with(R"("network": {"links": {"loss": "1%"}})"),
       R"(x.json: network.links.loss: expected a ratio such as "1/100", or 0, or 1, found "1%")"},
      {with(R"("network": {"links": {"loss": "3/2"}})"),
       R"(x.json: network.links.loss: expected a ratio between 0 and 1, found "3/2")"},
      {with(R"("network": {"links": {"loss": "0/0"}})"),
       R"(x.json: network.links.loss: expected a ratio between 0 and 1, found "0/0")"},
      {with(R"("network": {"overrides": [{"from": "S6"}]})"),
       R"(x.json: network.overrides.0.from: expected a server from S1 to S5, or any, found "S6")"},
      {with(R"("without": ["no-stale-rewindd"])"),
       R"(x.json: without.0: unknown checker "no-stale-rewindd"; did you mean "no-stale-rewind"?)"},
      {with(R"("raft": {"mutations": "figure8"})"),
       R"(x.json: raft.mutations: expected a list of names, found "figure8")"},
      {with(R"("raft": {"mutations": ["figure8", "figure8"]})"),
       R"(x.json: raft.mutations.1: expected each name once, found "figure8" twice)"},
      {with(R"("story": ["a", 1])"), "x.json: story.1: expected a line of text, found 1"},
  });
  CHECK(complaint_about(with(R"("raft": {"mutations": ["figure9"]})")) ==
        R"(x.json: raft.mutations.0: unknown mutation "figure9"; did you mean "figure8"?)");
  CHECK(complaint_about(with_fault(R"("kind": "messages", "match": {"kind": "AppendEntryReply"})")) ==
        R"(x.json: faults.f.match.kind: unknown value "AppendEntryReply"; did you mean "AppendEntriesReply"?)");
}

TEST_CASE("Who asks for a checker or a situation that there is none of is told all there are") {
  CHECK_THAT(complaint_about(with(R"("without": ["everything"])")),
             Catch::Matchers::StartsWith(R"(x.json: without.0: unknown checker "everything". Available: )") &&
                 Catch::Contains(", no-stale-rewind, "));
  CHECK_THAT(complaint_about(with(R"("must_reach": ["banana"])")),
             Catch::Matchers::StartsWith(R"(x.json: must_reach.0: unknown situation "banana". Available: )"));
}

TEST_CASE("A distribution is a value, a range, or a mix of these") {
  const auto delay = [](const std::string& value) { return with(R"("network": {"links": {"delay": )" + value + "}}"); };
  check({
      {delay(R"(["1ms"])"),
       R"(x.json: network.links.delay: expected two values, the smallest and the largest, found ["1ms"])"},
      {delay(R"(["5ms", "1ms"])"),
       R"(x.json: network.links.delay: expected the smaller value first, found ["5ms", "1ms"])"},
      {delay(R"("0ms")"),
       R"(x.json: network.links.delay: expected something above 0ms, or time would stand still, found "0ms")"},
      {delay(R"({"mix": []})"),
       "x.json: network.links.delay: expected a value, [smallest, largest], or {\"mix\": [{\"weight\": 9, \"of\": "
       "...}, "
       "...]}, found {\"mix\": []}"},
      {delay(R"({"mix": [{"of": "1ms"}]})"),
       "x.json: network.links.delay.mix.0: expected {\"weight\": 9, \"of\": a value or [smallest, largest]}, found "
       "{\"of\": \"1ms\"}"},
      {delay(R"({"mix": [{"weight": -1, "of": "1ms"}]})"),
       "x.json: network.links.delay.mix.0.weight: expected a whole number from 0 to 1000000, found -1"},
      {delay(R"({"mix": [{"weight": 0, "of": "1ms"}]})"),
       "x.json: network.links.delay.mix: expected a weight above 0, or there is nothing to choose, found [{\"weight\": "
       "0, "
       "\"of\": \"1ms\"}]"},
  });
}

TEST_CASE("A distribution can be given by its percentiles, as somebody measured them") {
  const auto delay = [](const std::string& value) { return with(R"("network": {"links": {"delay": )" + value + "}}"); };
  const auto read = [&](const std::string& value) {
    return scenario_from_json(delay(value), "x.json").network.links.delay;
  };
  CHECK(read(R"({"quantiles": {"0": "1ms", "50": "2ms", "99.9": "10ms", "100": "1s"}})").parts ==
        std::vector<sim::Distribution::Part>{
            {50'000, 1'000'000, 2'000'000}, {49'900, 2'000'000, 10'000'000}, {100, 10'000'000, 1'000'000'000}});
  const std::string table =
      R"(percentiles from "0" to "100", such as {"0": "1ms", "50": "2ms", "99.9": "1s", "100": "2s"})";
  const std::string at = "x.json: network.links.delay.quantiles";
  check({
      {delay(R"({"quantiles": {"0": "1ms"}})"), at + ": expected " + table + R"(, found {"0": "1ms"})"},
      {delay(R"({"quantiles": {"1": "1ms", "100": "2ms"}})"),
       at + ": expected " + table + R"(, found {"1": "1ms", "100": "2ms"})"},
      {delay(R"({"quantiles": {"0": "1ms", "99": "2ms"}})"),
       at + ": expected " + table + R"(, found {"0": "1ms", "99": "2ms"})"},
      {delay(R"({"quantiles": {"0": "1ms", "101": "2ms"}})"),
       at + ": expected " + table + R"(, found {"0": "1ms", "101": "2ms"})"},
      {delay(R"({"quantiles": {"0": "1ms", "50": "3ms", "40": "4ms", "100": "5ms"}})"),
       at + R"(.40: expected a higher percentile than the one before, found "40")"},
      {delay(R"({"quantiles": {"0": "1ms", "50": "3ms", "100": "2ms"}})"),
       at + R"(.100: expected no less than the percentile before, found "2ms")"},
  });
}

TEST_CASE("A distribution can have a tail, in which each doubling is less likely than the one before") {
  const auto delay = [](const std::string& value) { return with(R"("network": {"links": {"delay": )" + value + "}}"); };
  CHECK(scenario_from_json(delay(R"({"tail": ["1ns", "10ns"], "each": "1/10"})"), "x").network.links.delay.parts ==
        std::vector<sim::Distribution::Part>{{1'000'000, 1, 1}, {100'000, 2, 3}, {10'000, 4, 7}, {1'000, 8, 10}});
  check({
      {delay(R"({"tail": ["1ms", "1s"]})"),
       R"(x.json: network.links.delay: expected {"tail": [smallest, largest], "each": "1/2"}, where each doubling is as likely by that much as the one before, found {"tail": ["1ms", "1s"]})"},
      {delay(R"({"tail": ["0ms", "1s"], "each": "1/2"})"),
       R"(x.json: network.links.delay.tail: expected two values, the smaller above 0, found ["0ms", "1s"])"},
      {delay(R"({"tail": ["1ms", "1s"], "each": 1})"),
       "x.json: network.links.delay.each: expected a ratio between 0 and 1, found 1"},
  });
}

TEST_CASE("Clocks drift by thousandths or by millionths, and jump forward or back") {
  const auto drift = [](const std::string& clocks) {
    return scenario_from_json(with(R"("clocks": {)" + clocks + "}"), "x.json").clocks;
  };
  CHECK(drift(R"("drift_permille": [-50, 20])") == drift(R"("drift_ppm": [-50000, 20000])"));
  CHECK(drift(R"("drift_ppm": 50)").max_drift == 50);
  check({
      {with(R"("clocks": {"drift_ppm": 500001})"),
       "x.json: clocks.drift_ppm: expected millionths from -500000 to 500000, or [least, most], found 500001"},
      {with(R"("clocks": {"drift_ppm": 1, "drift_permille": 1})"),
       "x.json: clocks: expected one of drift_ppm and drift_permille, found both"},
      {with_fault(R"("kind": "clock", "at": "1s")"),
       R"(x.json: faults.f: expected the key "jump": by how much the clock is put forward, or back, found none)"},
      {with_fault(R"("kind": "clock", "at": "1s", "jump": ["1s", "-1s"])"),
       R"(x.json: faults.f.jump: expected the smaller value first, found ["1s", "-1s"])"},
      {with_fault(R"("kind": "clock", "at": "1s", "jump": "--1s")"),
       "x.json: faults.f.jump: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at most "
       "a "
       "day), found \"-1s\""},
      {with_fault(R"("kind": "pause", "at": "1s", "runs": "1ms")"),
       R"(x.json: faults.f: expected both or none of "runs" and "waits": how long it runs, and waits, by turns, found one)"},
      {with(R"("workload": {"keys": 4, "hot_keys": 4})"),
       "x.json: workload.hot_keys: expected a whole number from 0 to 3, found 4"},
      {with(R"("workload": {"retries": "always"})"),
       R"(x.json: workload.retries: unknown value "always". Available: turns, hints, never)"},
  });
}

TEST_CASE("A stream's times have to fit each other") {
  const auto stream = [](const std::string& keys) {
    return with(R"("network": {"links": {"transport": "stream", "stream": {)" + keys + "}}}");
  };
  check({
      {with(R"("network": {"links": {"transport": "tcp"}})"),
       R"(x.json: network.links.transport: unknown value "tcp". Available: datagram, stream)"},
      {stream(R"("retransmit_after": "0ms")"),
       R"(x.json: network.links.stream.retransmit_after: expected a duration above 0ms, found "0ms")"},
      {stream(R"("longest_wait": "100ms")"),
       R"(x.json: network.links.stream.longest_wait: expected no less than retransmit_after, which it bounds, found "100ms")"},
      {stream(R"("timeout": "100ms")"),
       R"(x.json: network.links.stream.timeout: expected no less than retransmit_after, or a connection is reset by its first loss, found "100ms")"},
      {with_fault(R"("kind": "messages", "action": "keep", "always": true)"),
       R"(x.json: faults.f: expected "later", how many later ones have to arrive, or "terms", by how much the term has to grow, found neither)"},
      {with_fault(R"("kind": "partition", "shape": "swizzle", "at": "1s")"),
       R"(x.json: faults.f: expected the key "lasts": how long each strike lasts, found none)"},
  });
}

TEST_CASE("What cannot work is refused with the reason") {
  check({
      {with(R"("cluster": {"servers": 0})"), "x.json: cluster.servers: expected a whole number from 1 to 99, found 0"},
      {with(R"("cluster": {"servers": 2.0})"),
       "x.json: cluster.servers: expected a whole number from 1 to 99, found 2.0"},
      {with(R"("raft": {"heartbeat": "0ms"})"),
       R"(x.json: raft.heartbeat: expected a duration above 0ms, found "0ms")"},
      {with(R"("raft": {"heartbeat": "150ms"})"),
       "x.json: raft.election_timeout: expected more than the heartbeat, or followers time out between two of them, "
       "found "
       "its default"},
      {with(R"("raft": {"election_timeout": ["300ms", "150ms"]})"),
       R"(x.json: raft.election_timeout: expected the smaller value first, found ["300ms", "150ms"])"},
      {with(R"("raft": {"max_entries_per_message": 0})"),
       "x.json: raft.max_entries_per_message: expected a whole number from 1 to 4294967295, found 0"},
      {with(R"("disk": {"crash": {"old": 0, "torn": 0}})"),
       "x.json: disk.crash: expected a weight above 0 (what is left out is 0), or a crash has nothing to make of a "
       "sector, found {\"old\": 0, \"torn\": 0}"},
      {with(R"("workload": {"payload_bytes": 15})"),
       "x.json: workload.payload_bytes: expected at least 16 bytes, found 15"},
      {with(R"("workload": {"operations": {"get": 0, "put": 0}})"),
       "x.json: workload.operations: expected a weight above 0 (what is left out is 0), or clients have nothing to do, "
       "found {\"get\": 0, \"put\": 0}"},
      {with(R"("workload": {"reads": {"log": 0}})"),
       "x.json: workload.reads: expected a weight above 0 (what is left out is 0), or gets have no way to be "
       "answered, found {\"log\": 0}"},
      {with(R"("chaos_ends": "0ms")"), R"(x.json: chaos_ends: expected a duration above 0ms, found "0ms")"},
  });
}

TEST_CASE("A fault needs what its kind needs") {
  check({
      {with(R"("faults": [{"kind": "crash", "every": "1s", "lasts": "1s"}])"),
       R"(x.json: faults.0: expected the key "name": statistics count by it, found none)"},
      {with_fault(R"("every": "1s", "lasts": "1s")"),
       R"(x.json: faults.f: expected the key "kind": what goes wrong, found none)"},
      {with_fault(R"("kind": "crash", "lasts": "1s")"),
       R"(x.json: faults.f: expected the key "every": the time between strikes, or else "at", the times of strikes, found none)"},
      {with_fault(R"("kind": "crash", "every": "1s")"),
       R"(x.json: faults.f: expected the key "lasts": how long each strike lasts, found none)"},
      {with_fault(R"("kind": "crash", "every": "0ms", "lasts": "1s")"),
       R"(x.json: faults.f.every: expected something above 0ms, or time would stand still, found "0ms")"},
      {with_fault(R"("kind": "messages", "always": true)"),
       R"(x.json: faults.f: expected the key "action": what happens to the packets that match, found none)"},
      {with_fault(R"("kind": "messages", "action": "hold", "always": true)"),
       R"(x.json: faults.f: expected the key "delay": how long packets are held, found none)"},
      {with_fault(R"("kind": "messages", "action": "release", "nth": 6, "after": 6, "always": true)"),
       "x.json: faults.f.after: expected more than nth, or the packet is released before it is kept, found 6"},
      {with_fault(R"("kind": "messages", "action": "drop", "match": {"to": "S9"}, "always": true)"),
       R"(x.json: faults.f.match.to: expected a server from S1 to S5, or any, found "S9")"},
      {with(R"("faults": [{"name": "f", "kind": "pause", "every": "1s", "lasts": "1s"},
                          {"name": "f", "kind": "pause", "every": "1s", "lasts": "1s"}])"),
       R"(x.json: faults: expected each name once, found "f" twice)"},
      {with(R"("switches": [{"name": "s", "path": "raft.pre_vote", "values": [true]}])"),
       "x.json: switches.s.values: expected a list of at least two values to set, found [true]"},
  });
}

TEST_CASE("When a fault strikes, and whom, is refused with what would do") {
  const std::string crash = R"("kind": "crash", "every": "1s", "lasts": "1s")";
  const std::string cut = R"("kind": "partition", "every": "1s", "lasts": "1s")";
  check({
      {with_fault(R"("kind": "crash", "at": [])"),
       "x.json: faults.f.at: expected a time, or a list of times, found []"},
      {with_fault(R"("kind": "crash", "at": ["1s", 2])"),
       "x.json: faults.f.at.1: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at most "
       "a day), found 2"},
      {with_fault(R"("kind": "crash", "at": ["-1s"])"),
       "x.json: faults.f.at.0: expected a duration such as \"150ms\" (a whole number and ns, us, ms, s or min; at most "
       "a day), found \"-1s\""},
      {with_fault(R"("kind": "crash", "at": "10s")"),
       R"(x.json: faults.f.at: expected a time before chaos_ends, when faults end, found "10s")"},
      {with_fault(crash + R"(, "from": "11s")"),
       R"(x.json: faults.f.from: expected a time before chaos_ends, when faults end, found "11s")"},
      {with_fault(crash + R"(, "from": "3s", "until": "3s")"),
       R"(x.json: faults.f.until: expected a time after "from", found "3s")"},
      {with_fault(R"("kind": "crash", "at": "1s", "from": "3s")"),
       R"(x.json: faults.f: unknown key "from". Available: name, kind, target, point, chance, takes_part, at, every, times, lasts)"},
      {with_fault(crash + R"(, "times": 0)"),
       "x.json: faults.f.times: expected a whole number from 1 to 4294967295, found 0"},
      {with_fault(crash + R"(, "chance": "3/2")"),
       R"(x.json: faults.f.chance: expected a ratio between 0 and 1, found "3/2")"},
      {with_fault(crash + R"(, "target": "S6")"),
       R"(x.json: faults.f.target: expected a server from S1 to S5, found "S6")"},
      {with_fault(crash + R"(, "target": "leadr")"),
       R"(x.json: faults.f.target: unknown value "leadr"; did you mean "leader"?)"},
      {with_fault(crash + R"(, "target": [])"),
       R"(x.json: faults.f.target: expected a list of servers such as ["S1", "S3"], found [])"},
      {with_fault(crash + R"(, "target": ["S1", "leader"])"),
       R"(x.json: faults.f.target.1: expected a server from S1 to S5, found "leader")"},
      {with_fault(crash + R"(, "target": ["S1", "S1"])"),
       R"(x.json: faults.f.target.1: expected each server once, found "S1" twice)"},
      {with_fault(cut + R"(, "shape": "bridge", "target": "majority")"),
       R"(x.json: faults.f.target: expected one server: the one that both halves share, found "majority")"},
      {with_fault(cut + R"(, "sides": [["S1"]])"),
       R"(x.json: faults.f.sides: expected two sides or more, such as [["S1", "S2"], ["S3"]], found [["S1"]])"},
      {with_fault(cut + R"(, "sides": [["S1"], ["S2", "S1"]])"),
       R"(x.json: faults.f.sides.1: expected each server on one side, found S1 on two)"},
      {with_fault(cut + R"(, "links": [["S1", "S2", "S3"]])"),
       R"(x.json: faults.f.links.0: expected two servers such as ["S1", "S3"], found ["S1", "S2", "S3"])"},
      {with_fault(cut + R"(, "links": [["S1", "S1"]])"),
       R"(x.json: faults.f.links.0.1: expected each server once, found "S1" twice)"},
      {with_fault(cut + R"(, "shape": "halves", "links": [["S1", "S2"]])"),
       "x.json: faults.f: expected one of shape, sides and links, found more than one"},
      {with_fault(cut + R"(, "shape": "halves", "target": "any")"),
       R"(x.json: faults.f: unknown key "target". Available: name, kind, shape, sides, links, clogs, chance, takes_part, at, every, from, until, times, lasts)"},
      {with(R"("heal": "nobody")"),
       R"(x.json: heal: unknown value "nobody". Available: all, quorum, sometimes-all, none)"},
      {with(R"("heal": 3)"),
       "x.json: heal: expected all, quorum, sometimes-all, none, or a list of the faults that stay, found 3"},
      {with(R"("heal": [])"),
       R"(x.json: heal: expected a list of the faults that stay, or "all" when none does, found [])"},
      {with(R"("faults": [{"name": "crash", "kind": "crash", "at": "1s"}], "heal": ["crush"])"),
       R"(x.json: heal.0: unknown fault "crush"; did you mean "crash"?)"},
      {with(R"("faults": [{"name": "crash", "kind": "crash", "at": "1s"}], "heal": ["crash", "crash"])"),
       R"(x.json: heal.1: expected each name once, found "crash" twice)"},
  });
}

TEST_CASE("Faults that stay are read by name, and written as a list") {
  const auto text = with(R"("faults": [{"name": "crash", "kind": "crash", "at": "1s"}], "heal": ["crash"])");
  const auto scenario = scenario_from_json(text, "x.json");
  CHECK(scenario.heal == Heal::all_but);
  CHECK(scenario.staying == std::vector<std::string>{"crash"});
  CHECK(scenario_from_json(to_json(scenario), "written") == scenario);
}

TEST_CASE("Kinds of packets have one name each, and are found by it") {
  std::set<std::string> names;
  for (unsigned kind = 0; kind < 256; ++kind) {
    const std::string name = packet_kind_name(static_cast<std::uint8_t>(kind));
    if (name == "unknown") continue;
    CHECK(names.insert(name).second);
    CHECK(packet_kind_named(name) == kind);
  }
  CHECK(names.size() == core::message_kind_count + 4);
  CHECK(packet_kind_named("unknown") == std::nullopt);
}

TEST_CASE(
    "Batches of the log begin in sectors of their own where a crash may leave garbage, unless a file says otherwise") {
  const auto alignment = [](const std::string& members) {
    return scenario_from_json(with(members), "x.json").persistence.sector_bytes;
  };
  CHECK(alignment(R"("disk": {"sector_bytes": 4096})") == 0);
  CHECK(alignment(R"("disk": {"sector_bytes": 4096, "crash": {"garbage": 1}})") == 4096);
  const std::string shared = R"("raft": {"persistence": {"align_to_sectors": false}})";
  CHECK(alignment(shared + R"(, "disk": {"crash": {"garbage": 1}})") == 0);
  const std::string aligned = R"("raft": {"persistence": {"align_to_sectors": true}})";
  CHECK(alignment(aligned) == 512);
}
