// Sharded or killed sweeps, end to end: together they give the results of one sweep.
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "catch.hpp"
#include "tools/program.hpp"

namespace raftsim::tools::test {
namespace {

using Catch::Contains;

// Byte for byte except for what depends on the clock; each key is on its own line.
std::string without_times(const std::string& json) {
  std::string text;
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t end = json.find('\n', at) + 1;
    const std::string line = json.substr(at, end - at);
    const bool timed = line.starts_with("  \"wall_seconds\"") || line.starts_with("  \"events_per_second\"") ||
                       line.starts_with("  \"jobs\"");
    if (!timed) text += line;
    at = end;
  }
  return text;
}

TEST_CASE("merged shards give the results of one sweep, byte for byte", "[long]") {
  const TemporaryDirectory directory;
  const std::string out = directory.path("out");
  // No violation, violations, and violations whose verdict has a drawing of client operations.
  using Arguments = std::vector<std::string>;
  const auto [scenario, planted, code] = GENERATE(
      std::tuple{"stale-ack", Arguments{}, 0}, std::tuple{"stale-ack", Arguments{"--mutation", "match-overwrite"}, 1},
      std::tuple{"stale-reads",
                 Arguments{"--mutation", "readindex-before-term-commit", "--set", "without=[\"read-freshness\"]"}, 1});
  Arguments sweep{"sweep", scenario, "--seeds", "50", "--first-seed", "7", "--keep", "2", "--out", out};
  sweep.insert(sweep.end(), planted.begin(), planted.end());
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), sweep.begin(), sweep.end());
    return raftsim(more);
  };
  const Answer whole = with({"--format", "json"});
  CHECK(whole.exit_code == code);
  for (const char* shard : {"3/3", "1/3", "2/3"}) CHECK(with({"--shard", shard, "--jobs", "1"}).exit_code == code);
  const Answer merged = raftsim({"merge", out, "--out", out, "--format", "json"});
  CHECK(merged.exit_code == code);
  CHECK(merged.err == whole.err);
  CHECK(without_times(merged.out) == without_times(whole.out));

  std::filesystem::remove(out + "/shard-2-of-3.jsonl");
  const Answer incomplete = raftsim({"merge", out, "--out", out});
  CHECK(incomplete.exit_code == (code == 0 ? 2 : 1));
  CHECK_THAT(incomplete.err, Contains("raftsim: incomplete: shard 2/3 is missing, all of 17 runs\n"));
  CHECK_THAT(incomplete.out, Contains("(incomplete: 33 of 50)") && Contains("7, 10, ..., 55; 9, 12, ..., 54"));
  CHECK(raftsim({"merge", out, "--out", out, "--partial"}).exit_code == code);
}

TEST_CASE("shards that do not belong together are refused in one line") {
  const TemporaryDirectory directory;
  const auto shard = [&](const char* number, const char* to, const char* scenario) {
    return raftsim({"sweep", scenario, "--seeds", "8", "--shard", number, "--out", directory.path(to)});
  };
  CHECK(shard("1/2", "a", "calm").exit_code == 0);
  CHECK(shard("1/2", "b", "calm").exit_code == 0);
  CHECK(shard("2/2", "c", "crash-once").exit_code == 0);
  CHECK_THAT(shard("1/2", "a", "calm").err, Contains("a/shard-1-of-2.jsonl: exists already: resume it"));

  const auto merged = [&](const char* one, const char* other) {
    const Answer answer =
        raftsim({"merge", directory.path(one), directory.path(other), "--out", directory.path("merged")});
    CHECK(answer.exit_code == 2);
    CHECK(answer.out.empty());
    return answer.err;
  };
  CHECK_THAT(merged("a", "b"), Contains("overlap: both are shard 1/2"));
  CHECK_THAT(merged("a", "c"), Contains("scenario: calm and crash-once"));
  CHECK_THAT(merged("a", "nowhere"), Contains("nowhere"));
}

// Kills the program repeatedly, each time a little later.
std::string killed_again_and_again(const std::vector<std::string>& arguments, const std::string& results) {
  std::mt19937 random(17);
  std::uintmax_t bytes = 0;
  for (int kills = 0; kills < 3; ++kills) {
    Program program(arguments);
    for (int tries = 0; tries < 400; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      std::error_code none;
      if (const auto now = std::filesystem::file_size(results, none); !none && now > bytes) {
        bytes = now;
        break;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
    program.send(SIGKILL);
    static_cast<void>(program.wait());  // killed, or finished on a very fast machine
  }
  return raftsim(arguments).out;
}

TEST_CASE("a sweep killed at any moment and resumed gives the results of an undisturbed one", "[long]") {
  const TemporaryDirectory directory;
  const std::string results = directory.path("results/shard-1-of-1.jsonl");
  // Runs long enough that the sweep takes some seconds in any build.
  const std::vector<std::string> arguments{
      "sweep",  "crash-once", "--seeds",  "40",   "--set",    "chaos_ends=150s",        "--out", directory.path("out"),
      "--jobs", "2",          "--format", "json", "--resume", directory.path("results")};
  const std::string told = killed_again_and_again(arguments, results);
  const std::vector<std::string> undisturbed(arguments.begin(), arguments.end() - 2);
  CHECK(without_times(told) == without_times(raftsim(undisturbed).out));

  // Resumed again: nothing is left to do. A truncated line is repeated.
  CHECK(without_times(raftsim(arguments).out) == without_times(told));
  std::filesystem::resize_file(results, std::filesystem::file_size(results) - 7);
  CHECK(without_times(raftsim(arguments).out) == without_times(told));
  CHECK(without_times(raftsim({"merge", results, "--out", directory.path("out"), "--format", "json"}).out) ==
        without_times(told));
}

TEST_CASE("a resumed sweep says where it stands, so that a wrong directory is noticed at once") {
  const TemporaryDirectory directory;
  const auto resumed = [&](const char* seeds_of, const char* where) {
    return raftsim({"sweep", "calm", "--seeds", "8", "--shard", seeds_of, "--out", directory.path("out"), "--resume",
                    directory.path(where)})
        .err;
  };
  CHECK_THAT(resumed("1/2", "a"), Contains("a/shard-1-of-2.jsonl does not exist yet: starting"));
  CHECK_THAT(resumed("1/2", "a"),
             Contains("raftsim: resuming after 4 of 4 runs in ") && Contains("a/shard-1-of-2.jsonl\n"));
  CHECK_THAT(resumed("1/3", "a"), Contains("a/shard-1-of-3.jsonl does not exist yet"));
  CHECK_THAT(resumed("1/2", "b"), Contains("b/shard-1-of-2.jsonl does not exist yet"));
}

TEST_CASE("what a power failure has left at the end of a file is truncated, and this is reported") {
  const TemporaryDirectory directory;
  const std::vector<std::string> sweep{
      "sweep", "calm", "--seeds", "3", "--out", directory.path("out"), "--resume", directory.path("results")};
  CHECK(raftsim(sweep).exit_code == 0);
  const std::string file = directory.path("results/shard-1-of-1.jsonl");
  const std::string whole = read_file(file);
  const std::string torn = "\n" + std::string(5, '\0') + "}\n";
  write_file(file, whole + torn);
  CHECK_THAT(raftsim({"merge", file, "--out", directory.path("out")}).err,
             Contains("warning: " + file + ": ignored an incomplete last line of 8 bytes\n"));
  CHECK_THAT(raftsim(sweep).err,
             Contains("after 3 of 3 runs") && Contains("(removed an incomplete last line of 8 bytes)"));
  CHECK(read_file(file) == whole);
  write_file(file, whole.substr(0, 50));
  CHECK_THAT(raftsim(sweep).err, Contains("has 50 bytes but no complete line: starting with the first seed"));
  CHECK(raftsim({"merge", file, "--out", directory.path("out")}).exit_code == 0);
}

TEST_CASE("a refused sweep leaves the file unchanged") {
  const TemporaryDirectory directory;
  const auto sweep = [&](const char* seeds) {
    return raftsim({"sweep", "calm", "--seeds", seeds, "--out", directory.path(), "--resume", directory.path()});
  };
  CHECK(sweep("3").exit_code == 0);
  const std::string file = directory.path("shard-1-of-1.jsonl");
  const std::string with_tail = read_file(file) + "{\"from\":";
  write_file(file, with_tail);
  CHECK(sweep("4").exit_code == 2);
  CHECK(read_file(file) == with_tail);
}

TEST_CASE("an unreadable subfolder is reported, not skipped") {
  const TemporaryDirectory directory;
  const std::string top = directory.path("results");
  std::filesystem::create_directories(top + "/closed");
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(top + "/closed", std::filesystem::perms::none);
  const std::string program = directory.path("raftsim");  // where another user can reach it: root may read everything
  const Answer answer =
      Program::shell("cp \"$RAFTSIM\" " + program + "; [ $(id -u) = 0 ] && " +
                     "as_other='setpriv --reuid=65534 --clear-groups'; exec $as_other " + program + " merge " + top)
          .wait();
  CHECK(answer.exit_code == 2);
  CHECK_THAT(answer.err, Contains("raftsim: " + top + ": cannot be read: Permission denied"));
  std::filesystem::permissions(top + "/closed", std::filesystem::perms::owner_all);
}

TEST_CASE("a scenario's path may be any bytes") {
  const TemporaryDirectory directory;
  const std::string scenario = directory.path("calm \xff.json");
  write_file(scenario, raftsim({"scenarios", "calm", "--json"}).out);
  const std::vector<std::string> sweep{
      "sweep", scenario, "--seeds", "3", "--out", directory.path("out"), "--resume", directory.path("results")};
  CHECK(raftsim(sweep).exit_code == 0);
  CHECK_THAT(raftsim(sweep).err, Contains("resuming after 3 of 3 runs"));
  CHECK(raftsim({"merge", directory.path("results"), "--out", directory.path("out")}).exit_code == 0);
}

TEST_CASE("results of another sweep or another program are not resumed") {
  const TemporaryDirectory directory;
  const std::vector<std::string> sweep{
      "sweep", "calm", "--seeds", "8", "--out", directory.path("out"), "--resume", directory.path("results")};
  CHECK(raftsim(sweep).exit_code == 0);
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), sweep.begin(), sweep.end());
    const Answer answer = raftsim(more);
    CHECK(answer.exit_code == 2);
    return answer.err;
  };
  CHECK_THAT(with({"--set", "cluster.servers=3"}), Contains("settings"));
  CHECK_THAT(with({"--mutation", "figure8"}), Contains("mutations"));
  CHECK_THAT(with({"--keep", "4"}), Contains("--max-violations"));
  CHECK_THAT(with({"--first-seed", "2"}), Contains("first seed: 1 and 2"));

  const std::string file = directory.path("results/shard-1-of-1.jsonl");
  std::string text = read_file(file);
  text.replace(text.find("0.1.0"), 5, "0.0.9");
  write_file(file, text);
  CHECK_THAT(with({}), Contains("0.0.9") && Contains("--allow-other-version"));
  CHECK_THAT(raftsim({"merge", file, "--out", directory.path("out")}).err, Contains("--allow-other-version"));
  CHECK(raftsim({"merge", file, "--out", directory.path("out"), "--allow-other-version"}).exit_code == 0);
}

TEST_CASE("a sweep with a time limit says which seeds it ran, and more time adds to them") {
  const TemporaryDirectory directory;
  const auto swept = [&](const char* first_seed) {
    const Answer answer = raftsim({"sweep", "calm", "--for", "0.5s", "--first-seed", first_seed, "--format", "json",
                                   "--out", directory.path(), "--resume", directory.path("results")});
    CHECK(answer.exit_code == 0);
    const auto json = nlohmann::json::parse(answer.out);
    CHECK(json["interrupted"] == false);
    CHECK(json["seeds"].is_null());
    CHECK(json["ran"][0]["last"] == json["first_seed"].get<std::uint64_t>() + json["runs"].get<std::uint64_t>() - 1);
    if (std::string(first_seed) == "random") CHECK_THAT(answer.err, Contains("the first seed is "));
    return json;
  };
  const auto once = swept("random");
  CHECK(once["runs"] > 0);
  const auto twice = swept("random");  // resumes with the first one's seeds
  CHECK(twice["first_seed"] == once["first_seed"]);
  CHECK(twice["runs"] > once["runs"]);
}

}  // namespace
}  // namespace raftsim::tools::test
