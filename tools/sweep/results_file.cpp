#include "tools/sweep/results_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "checkers/trace/atomic_file.hpp"
#include "tools/sweep/summary_json.hpp"

namespace raftsim::tools {

namespace {

using Json = nlohmann::ordered_json;

constexpr int results_format = 1;

// A path on the command line may be any bytes, JSON is UTF-8.
std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json limit_to_json(std::uint64_t limit) { return limit == no_limit ? Json() : Json(limit); }
std::uint64_t limit_from(const Json& json) { return json.is_null() ? no_limit : json.get<std::uint64_t>(); }

Json to_json(const ResultsHeader& header) {
  const SweepPlan& plan = header.plan;
  return {{"raftsim_results", results_format},
          {"program", header.program},
          {"first_seed", plan.first_seed},
          {"seeds", header.until_stopped ? Json() : Json(plan.seeds)},
          {"shard", plan.shard.number},
          {"shards", plan.shard.count},
          {"max_violations", limit_to_json(plan.max_violations)},
          {"keep", plan.keep},
          {"mutations", header.mutations},
          {"settings", header.settings},
          {"given", header.given},
          {"scenario", Json::parse(header.scenario)}};
}

ResultsHeader header_from(const Json& json) {
  if (json.at("raftsim_results") != results_format) throw std::invalid_argument("unknown results format");
  ResultsHeader header;
  json.at("program").get_to(header.program);
  json.at("mutations").get_to(header.mutations);
  json.at("settings").get_to(header.settings);
  json.at("given").get_to(header.given);
  header.scenario = json.at("scenario").dump();
  SweepPlan& plan = header.plan;
  json.at("first_seed").get_to(plan.first_seed);
  header.until_stopped = json.at("seeds").is_null();
  plan.seeds = header.until_stopped ? seeds_from(plan.first_seed) : json.at("seeds").get<std::uint64_t>();
  plan.shard = {json.at("shard"), json.at("shards")};
  plan.max_violations = limit_from(json.at("max_violations"));
  json.at("keep").get_to(plan.keep);
  check(plan);
  return header;
}

void add_chunk(Results& results, const Json& json) {
  const auto from = json.at("from").get<std::uint64_t>();
  if (from != results.summary.runs) {
    throw std::invalid_argument(fmt::format("starts with run {}, expected run {}", from, results.summary.runs));
  }
  const Summary chunk = summary_from_json(json, results.header.plan.keep);
  const std::uint64_t planned = results.header.plan.runs();
  if (chunk.runs > planned - from) {
    throw std::invalid_argument(fmt::format("{} runs after {} exceed the planned {}", chunk.runs, from, planned));
  }
  if (chunk.violations.size() > chunk.runs) throw std::invalid_argument("more violations than runs");
  results.summary += chunk;
  results.real_time += std::chrono::nanoseconds(json.at("nanoseconds").get<std::int64_t>());
}

[[noreturn]] void fail(const std::string& path, std::string_view what) {
  throw ResultsError(fmt::format("{}: {}: {}", path, what, std::strerror(errno)));
}

// Without the name that the library has for it.
std::string reason(const std::exception& problem) {
  const std::string what = problem.what();
  const auto end = what.starts_with("[json.exception.") ? what.find("] ") : std::string::npos;
  return end == std::string::npos ? what : what.substr(end + 2);
}

void add_line(Results& results, std::uint64_t number, const Json& json) {
  if (json.is_discarded()) throw std::invalid_argument("it is not JSON");
  if (number > 1) return add_chunk(results, json);
  results.header = header_from(json);
  results.summary = Summary(results.header.plan.keep);
}

// How long the torn tail is that begins with `line`, which is no JSON; nothing when a line behind it is.
std::optional<std::uint64_t> torn_tail(std::string line, std::ifstream& rest) {
  std::uint64_t bytes = 0;
  do {
    if (!rest.eof() && Json::accept(line)) return std::nullopt;
    bytes += line.size() + (rest.eof() ? 0 : 1);
  } while (std::getline(rest, line));
  return bytes;
}

std::string same_text(const std::string& scenario) { return Json::parse(scenario).dump(); }

}  // namespace

bool Results::complete() const {
  return !summary.failures.empty() || summary.violations.size() >= header.plan.max_violations ||
         (!header.until_stopped && summary.runs >= header.plan.runs());
}

std::optional<Results> read_results(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, "cannot be read");
  Results results;
  results.path = path;
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    if (file.eof()) {
      results.torn_bytes = line.size();
      break;
    }
    const Json json = Json::parse(line, nullptr, false);
    const auto torn = number > 1 && json.is_discarded() ? torn_tail(line, file) : std::nullopt;
    if (torn) {
      results.torn_bytes = *torn;
      break;
    }
    try {
      add_line(results, number, json);
    } catch (const std::exception& problem) {
      throw ResultsError(fmt::format("{}: line {} is not a line of a results file: {}", path, number, reason(problem)));
    }
    results.whole_bytes += line.size() + 1;
  }
  if (file.bad()) fail(path, "cannot be read");
  if (results.whole_bytes == 0) return std::nullopt;
  return results;
}

void check_same_sweep(const std::string& path, const ResultsHeader& one, const std::string& other_path,
                      const ResultsHeader& other, bool allow_other_version) {
  const auto differ = [&](std::string_view what, const std::string& here, const std::string& there) {
    if (here == there) return;
    throw ResultsError(
        fmt::format("{} and {} are not of one sweep: {}: {} and {}", path, other_path, what, here, there));
  };
  const auto number = [](const ResultsHeader& header, std::uint64_t SweepPlan::* field) {
    const std::uint64_t value = header.plan.*field;
    return value == no_limit ? std::string("no limit") : std::to_string(value);
  };
  const auto seeds = [&](const ResultsHeader& header) {
    return header.until_stopped ? std::string("no limit") : std::to_string(header.plan.seeds);
  };
  differ("scenario", Json::parse(one.scenario).value("name", ""), Json::parse(other.scenario).value("name", ""));
  differ("mutations", line_of(one.mutations), line_of(other.mutations));
  differ("settings", line_of(one.settings), line_of(other.settings));
  if (same_text(one.scenario) != same_text(other.scenario)) {
    throw ResultsError(
        fmt::format("{} and {} are not of one sweep: the scenarios have the same name and differ", path, other_path));
  }
  differ("first seed", number(one, &SweepPlan::first_seed), number(other, &SweepPlan::first_seed));
  differ("seeds", seeds(one), seeds(other));
  differ("shards", std::to_string(one.plan.shard.count), std::to_string(other.plan.shard.count));
  differ("--max-violations", number(one, &SweepPlan::max_violations), number(other, &SweepPlan::max_violations));
  differ("--keep", number(one, &SweepPlan::keep), number(other, &SweepPlan::keep));
  if (!allow_other_version && one.program != other.program) {
    throw ResultsError(
        fmt::format("{} is by raftsim {}, {} by {}: a seed may mean another run "
                    "(--allow-other-version accepts them)",
                    path, one.program, other_path, other.program));
  }
}

std::string results_name(const Shard& shard) { return fmt::format("shard-{}-of-{}.jsonl", shard.number, shard.count); }

ResultsFile::ResultsFile(std::string path, int flags) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | flags, 0644);
  if (descriptor_ < 0 && errno == EEXIST) {
    throw ResultsError(path_ + ": exists already: resume it (--resume), or delete it");
  }
  if (descriptor_ < 0) fail(path_, "cannot be written to");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  throw ResultsError(path_ + ": another raftsim is writing to it");
}

ResultsFile::ResultsFile(ResultsFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

ResultsFile::~ResultsFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ResultsFile ResultsFile::create(const std::string& path) { return {path, O_CREAT | O_EXCL}; }

ResultsFile ResultsFile::lock(const std::string& path) { return {path, O_CREAT}; }

void ResultsFile::cut_off_after(std::uint64_t whole_bytes) {
  if (::ftruncate(descriptor_, static_cast<off_t>(whole_bytes)) != 0) fail(path_, "cannot be written to");
}

void ResultsFile::begin(const ResultsHeader& header) {
  try {
    append_line(line_of(to_json(header)));
  } catch (const ResultsError&) {
    ::unlink(path_.c_str());  // empty, it would be refused by the next sweep
    throw;
  }
  checkers::sync_directory_of(path_);
}

void ResultsFile::append(std::uint64_t before, const Summary& chunk, std::chrono::nanoseconds real_time) {
  Json json = {{"from", before}, {"nanoseconds", real_time.count()}};
  json.update(summary_to_json(chunk));
  append_line(line_of(json));
}

void ResultsFile::append_line(std::string line) {
  line += '\n';
  const off_t end = ::lseek(descriptor_, 0, SEEK_END);
  ssize_t written = -1;
  do {
    written = ::write(descriptor_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  const bool whole = written == static_cast<ssize_t>(line.size());
  if (whole && (::fsync(descriptor_) == 0 || errno == EINVAL)) return;
  const int problem = whole || written < 0 ? errno : ENOSPC;  // a write is cut short when the disk is full
  [[maybe_unused]] const int cut = end < 0 ? 0 : ::ftruncate(descriptor_, end);  // else whoever goes on cuts it off
  errno = problem;
  fail(path_, "cannot be written to");
}

}  // namespace raftsim::tools
