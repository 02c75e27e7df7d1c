#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.hpp"
#include "checkers/stale_ack_history.hpp"
#include "checkers/trace/json.hpp"
#include "temporary_directory.hpp"

using namespace raftsim;
using namespace raftsim::checkers;
using Catch::Contains;

using raftsim::tests::TemporaryDirectory;

namespace {

// A file size limit simulates a full disk.
class SmallDisk {
 public:
  SmallDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = 1000;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(const std::string& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

void write(const std::string& path, const Trace& trace) {
  write_trace(path, trace.header, trace.verdict, trace.statistics, trace.events);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto where = text.find(from);
  REQUIRE(where != std::string::npos);
  return text.replace(where, from.size(), to);
}

// The reader's error for a file with this content, without the file's name.
std::string complaint(const std::string& content) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  put(path, content);
  try {
    static_cast<void>(read_trace(path));
  } catch (const TraceError& error) {
    const std::string said = error.what();
    CHECK(said.find('\n') == std::string::npos);
    REQUIRE(said.substr(0, path.size() + 2) == path + ": ");
    return said.substr(path.size() + 2);
  }
  return "";
}

std::string written() {
  const TemporaryDirectory directory;
  write(directory.path("trace.json"), StaleAckHistory().trace());
  return content_of(directory.path("trace.json"));
}

}  // namespace

TEST_CASE("A trace reads back as written") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  write(path, StaleAckHistory().trace());
  const Trace trace = read_trace(path);

  CHECK_FALSE(trace.edited);
  CHECK(trace.header.seed == 42);
  CHECK(trace.header.mutations == std::vector<std::string>{"match-overwrite"});
  CHECK(trace.header.fingerprint == 0xabcdef0123456789U);
  CHECK(trace.verdict == StaleAckHistory().trace().verdict);
  REQUIRE(trace.events.size() == 14);
  const TracedEvent& overtaken = trace.events.back();
  REQUIRE(overtaken.packet);
  CHECK(std::get<core::AppendEntriesReply>(overtaken.packet->content).previous == core::Index{0});
  CHECK(overtaken.observations.at(0).get_if<core::MovedProgress>()->match == core::Index{1});

  SECTION("and writing that again gives the same bytes: nothing is lost on the way") {
    const std::string copy = directory.path("copy.json");
    write(copy, trace);
    CHECK(content_of(copy) == content_of(path));
  }
}

TEST_CASE("A verdict about client operations names and draws them") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  Trace told = StaleAckHistory().trace();
  told.verdict->operations = {{2, 17}, {1, 3}};
  told.verdict->drawing = "two\nlines\n";
  write(path, told);
  CHECK(read_trace(path).verdict == told.verdict);

  SECTION("and not in other words") {
    std::string content = content_of(path);
    content.replace(content.find("C2#17"), 5, "C2-17");
    put(path, content);
    CHECK_THROWS_WITH(read_trace(path), Contains("\"operations\": no command is called \"C2-17\""));
  }
}

TEST_CASE("A run without a verdict and without events is a trace too") {
  const TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  write_trace(path, TraceHeader{}, std::nullopt, "{}", {});
  const Trace trace = read_trace(path);
  CHECK_FALSE(trace.verdict);
  CHECK(trace.events.empty());
  CHECK_FALSE(trace.edited);
}

TEST_CASE("Each event is on its own line, for grep") {
  const std::string content = written();
  std::istringstream lines(content);
  int events = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("{\"id\":", 0) != 0) continue;
    if (line.back() == ',') line.pop_back();
    CHECK(nlohmann::json::parse(line).at("id") == ++events);
  }
  CHECK(events == 14);
}

TEST_CASE("An action of the nemesis belongs to the step after which it happened") {
  const Trace trace = StaleAckHistory().trace();
  const TracedEvent& act = trace.events[11];
  CHECK(act.kind == sim::EventKind::act);
  REQUIRE(act.faults.size() == 1);
  CHECK(act.faults[0].name == "leader-crash");
  CHECK(act.faults[0].host == StaleAckHistory::s2);

  SECTION("before the first step, with the first") {
    TraceRecorder recorder;
    recorder.fault("early", "crash", sim::HostId{0});
    sim::Step step;
    step.id = 1;
    recorder.step(step, {}, 0, checkers::MessagePackets());
    REQUIRE(recorder.events().at(0).faults.size() == 1);
    CHECK(recorder.events()[0].faults[0].name == "early");
  }
}

TEST_CASE("A packet in a trace keeps its cause and its fate") {
  const Trace trace = StaleAckHistory().trace();
  const TracedSend& lost = trace.events[3].sent.at(1);
  CHECK(lost.lost);
  CHECK(lost.why == "loss");
  CHECK_FALSE(lost.delivered_at);

  const TracedSend& held = trace.events[7].sent.at(0);
  CHECK_FALSE(held.lost);
  CHECK(held.why == "hold-acks");
  CHECK(held.delivered_at == StaleAckHistory::at(90));
  CHECK(held.packet.cause == 8);
  CHECK(held.packet.kind == "AppendEntriesReply");
  CHECK(held.packet.term == core::Term{1});

  const TracedPacket& request = trace.events[8].packet.value();
  CHECK(request.kind == "ClientRequest");
  CHECK(std::get<std::vector<TracedField>>(request.content).at(0).name == "sequence");
}

TEST_CASE("Servers are S1, S2, ... and the hosts after them are clients") {
  const Naming naming{3};
  CHECK(naming.name(sim::HostId{0}) == "S1");
  CHECK(naming.name(sim::HostId{2}) == "S3");
  CHECK(naming.name(sim::HostId{3}) == "C1");
  for (std::uint16_t i = 0; i < 6; ++i) CHECK(naming.host(naming.name(sim::HostId{i})) == sim::HostId{i});
  for (const char* wrong : {"", "S", "S0", "S4", "X1", "S1x", "s1", "C99999"}) CHECK_FALSE(naming.host(wrong));
}

TEST_CASE("A file that is not a complete trace is refused in one line that says why") {
  const std::string good = written();
  REQUIRE(complaint(good).empty());

  SECTION("no file") {
    CHECK_THROWS_WITH(static_cast<void>(read_trace("/nowhere/trace.json")),
                      "/nowhere/trace.json: cannot read the trace: No such file or directory");
  }
  SECTION("a directory") {
    CHECK_THROWS_WITH(static_cast<void>(read_trace("/tmp")), "/tmp: cannot read the trace: Is a directory");
  }
  SECTION("cut off, wherever the cut is") {
    CHECK_THAT(complaint(""), Contains("cut off after 0 bytes"));
    for (std::size_t size = 1; size + 1 < good.size(); size += 97) {
      CHECK_THAT(complaint(good.substr(0, size)), Contains("the trace is cut off after " + std::to_string(size)));
    }
  }
  SECTION("not JSON in the middle") {
    CHECK(complaint(replaced(good, "\"id\":7", "\"id\":?")).rfind("not JSON: line 18 ", 0) == 0);
    CHECK(complaint("nonsense").rfind("not JSON: line 1 ", 0) == 0);
  }
  SECTION("another format version, whatever else is different") {
    CHECK(complaint(R"({"format":1,"things":[]})") == "this is a trace of format 1; this program reads format 2");
  }
  SECTION("some other JSON") {
    CHECK(complaint("[]") == "expected an object");
    CHECK(complaint("{}") == "\"format\" is missing");
  }
  SECTION("a key is missing") {
    CHECK(complaint(replaced(good, "\"seed\":\"42\",", "")) == "\"seed\" is missing");
    CHECK(complaint(replaced(good, "\"sent_at\":10000000,", "")) == "event 4: sent[0]: \"sent_at\" is missing");
    CHECK(complaint(replaced(good, "\"match_index\":2,", "")) ==
          "event 13: observations[0]: \"match_index\" is missing");
  }
  SECTION("a value of another type or range") {
    CHECK(complaint(replaced(good, "\"seed\":\"42\"", "\"seed\":\"4x\"")) ==
          "\"seed\": expected a decimal number as a string, not \"4x\"");
    CHECK(complaint(replaced(good, "\"at\":20000000", "\"at\":\"late\"")) ==
          "event 7: \"at\": expected a whole number");
    CHECK(complaint(replaced(good, "\"at\":20000000", "\"at\":-1")) == "event 7: \"at\": -1 is out of range");
    CHECK(complaint(replaced(good, "\"host\":\"S2\"", "\"host\":\"S9\"")) ==
          "event 2: \"host\": no host is called \"S9\"");
    CHECK(complaint(replaced(good, "\"kind\":\"booted\"", "\"kind\":\"bootd\"")) ==
          "event 1: observations[0]: \"kind\": \"bootd\" is not known");
  }
  SECTION("bytes that are no pairs of hexadecimal digits") {
    const auto with_raw = [&](const std::string& raw) {
      return complaint(replaced(good, "\"sent_at\":10000000,", "\"raw\":\"" + raw + "\",\"sent_at\":10000000,"));
    };
    CHECK(with_raw("00ff") == "");
    for (const char* raw : {"", "0", "0g", "00f", "+1"}) {
      CHECK(with_raw(raw) == "event 4: sent[0]: \"raw\": expected two hexadecimal digits for each byte, not \"" +
                                 std::string(raw) + "\"");
    }
  }
  SECTION("events out of order") {
    CHECK(complaint(replaced(good, "{\"id\":7,", "{\"id\":6,")) ==
          "event 6 comes after event 6: events must be in the order of their ids");
  }
}

TEST_CASE("An edited trace that is still valid is marked as edited") {
  const std::string good = written();
  const TemporaryDirectory directory;
  const std::string path = directory.path("trace.json");
  const auto edited = [&](const std::string& content) {
    put(path, content);
    return read_trace(path).edited;
  };
  CHECK_FALSE(edited(good));
  CHECK(edited(replaced(good, "\"seed\":\"42\"", "\"seed\":\"43\"")));
  CHECK(edited(replaced(good, "\"match_index\":2", "\"match_index\":3")));
  CHECK(edited(replaced(good, "overwrite", "overwrit")));
  CHECK(edited(nlohmann::ordered_json::parse(good).dump(2)));
  CHECK(edited(good + "\n"));
}

TEST_CASE("A trace appears completely or not at all") {
  const TemporaryDirectory directory;
  const Trace trace = StaleAckHistory().trace();

  SECTION("a directory that is not there is named, and nothing is left") {
    const std::string path = directory.path("missing/trace.json");
    CHECK_THROWS_WITH(write(path, trace), path + ": cannot write the trace: No such file or directory");
    CHECK(directory.files().size() == 0);
  }
  SECTION("a place that cannot be written to") {
    std::filesystem::create_directory(directory.path("trace.json"));
    CHECK_THROWS_WITH(write(directory.path("trace.json"), trace), Contains("cannot write the trace: Is a directory"));
    CHECK(directory.files().size() == 1);
  }
  SECTION("a disk that is full: the old file stays as it was, and nothing is left beside it") {
    const std::string path = directory.path("trace.json");
    put(path, "old");
    {
      const SmallDisk small;
      CHECK_THROWS_WITH(write(path, trace), path + ": cannot write the trace: File too large");
    }
    CHECK(content_of(path) == "old");
    CHECK(directory.files().size() == 1);
  }
  SECTION("and leaves no temporary file") {
    write(directory.path("trace.json"), trace);
    write(directory.path("trace.json"), trace);
    CHECK(directory.files().size() == 1);
  }
}
