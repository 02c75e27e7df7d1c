#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "checkers/trace/content.hpp"
#include "checkers/trace/fields.hpp"
#include "checkers/trace/json.hpp"
#include "checkers/trace/words.hpp"
#include "core/observation_fields.hpp"

namespace raftsim::checkers {

using namespace json_fields;

namespace {

TracedPacket packet(const Json& json, const Naming& naming) {
  TracedPacket result;
  result.id = number<std::uint64_t>(json, "id");
  result.duplicate_of = number_or_zero<std::uint64_t>(json, "duplicate_of");
  result.from = host(json, "from", naming);
  result.to = host(json, "to", naming);
  result.kind = text(json, "kind");
  const auto kind = named<core::MessageKind>(result.kind);
  if (kind) result.term.value = number<std::uint64_t>(json, "term");
  result.sent_at = time(json, "sent_at");
  result.incarnation = number<std::uint32_t>(json, "incarnation");
  result.cause = number<std::uint64_t>(json, "cause");
  result.bytes = number<std::uint32_t>(json, "bytes");
  if (find(json, "raw") != nullptr) result.raw = bytes(json, "raw");
  result.content = content_of(json, kind);
  return result;
}

TracedSend send(const Json& json, const Naming& naming) {
  TracedSend result;
  result.packet = packet(json, naming);
  result.lost = flag(json, "lost");
  result.why = text_or_empty(json, "why");
  if (find(json, "delivered_at") != nullptr) result.delivered_at = time(json, "delivered_at");
  return result;
}

sim::DiskOperation disk(const Json& json) {
  sim::DiskOperation result;
  result.id = number<std::uint64_t>(json, "id");
  result.kind = word<sim::DiskOperationKind>(json, "kind");
  result.file = number<std::uint64_t>(json, "file");
  result.target = number_or_zero<std::uint64_t>(json, "target");
  result.offset = number_or_zero<std::uint64_t>(json, "offset");
  result.size = number_or_zero<std::uint64_t>(json, "size");
  if (json.contains("error")) result.error = word<sim::DiskError>(json, "error");
  result.tag = number<std::uint64_t>(json, "tag");
  result.cause = number<std::uint64_t>(json, "cause");
  result.submitted = time(json, "submitted_at");
  return result;
}

// "C2#17"
core::CommandName command(const char* key, const std::string& name) {
  core::CommandName result;
  const char* const end = name.data() + name.size();
  const auto client = std::from_chars(name.data() + (name.empty() ? 0 : 1), end, result.client);
  const bool has_both = name.starts_with('C') && client.ec == std::errc() && client.ptr != end && *client.ptr == '#';
  const auto sequence = std::from_chars(client.ptr + (has_both ? 1 : 0), end, result.sequence);
  if (has_both && sequence.ec == std::errc() && sequence.ptr == end) return result;
  throw Wrong(fmt::format("\"{}\": no command is called \"{}\"", key, name));
}

// Reads the fields of an observation by name.
class FieldReader {
 public:
  explicit FieldReader(const Json& json) : json_(json) {}
  void operator()(const char* key, core::Term& term) const { term.value = number<std::uint64_t>(json_, key); }
  void operator()(const char* key, core::Index& index) const { index.value = number<std::uint64_t>(json_, now(key)); }
  void operator()(const char* key, core::ServerId& id) const { id = server(json_, now(key)); }
  void operator()(const char* key, core::Role& role) const { role = word<core::Role>(json_, key); }
  void operator()(const char* key, core::ProgressState& state) const { state = word<core::ProgressState>(json_, key); }
  void operator()(const char* key, core::Digest& value) const { value = digest(json_, key); }
  void operator()(const char* key, core::ReadNumber& read) const {
    const char* const found = now(key);
    read.value = found == key ? number_as_text(json_, key, 10) : digest(json_, found);
  }
  void operator()(const char* key, core::Configuration& value) const { value = below(json_, key, configuration); }
  void optional(const char* key, core::ServerId& id) const {
    if (find(json_, now(key)) != nullptr) id = server(json_, now(key));
  }
  void optional(const char* key, core::CommandName& name) const {
    if (find(json_, key) != nullptr) name = command(key, text(json_, key));
  }

 private:
  // The name of the field in this trace: some had other names in earlier versions.
  [[nodiscard]] const char* now(const char* key) const {
    struct Former {
      std::string_view key;
      const char* former;
    };
    static constexpr std::array<Former, 5> all{
        {{"follower", "peer"}, {"from", "peer"}, {"asker", "peer"}, {"log_last_index", "next"}, {"read", "digest"}}};
    if (find(json_, key) != nullptr) return key;
    for (const Former& each : all) {
      if (each.key == key && find(json_, each.former) != nullptr) return each.former;
    }
    return key;
  }

  const Json& json_;
};

core::Observation observation(const Json& json) {
  core::Observation result;
  result.what = core::blank(word<core::ObservationKind>(json, "kind"));
  result.server = server(json, "server");
  if (find(json, "reason") != nullptr) result.reason = word<core::Reason>(json, "reason");
  FieldReader fields(json);
  std::visit([&](auto& what) { core::for_each_field(what, fields); }, result.what);
  return result;
}

TracedFault fault(const Json& json, const Naming& naming) {
  return {text(json, "name"), text(json, "action"),
          find(json, "host") != nullptr ? host(json, "host", naming) : sim::no_host};
}

TracedEvent event(const Json& json, const Naming& naming) {
  TracedEvent result;
  result.id = number<std::uint64_t>(json, "id");
  try {
    result.at = time(json, "at");
    result.kind = word<sim::EventKind>(json, "kind");
    if (find(json, "host") != nullptr) {
      result.host = host(json, "host", naming);
      result.incarnation = number<std::uint32_t>(json, "incarnation");
    }
    result.cause = number<std::uint64_t>(json, "cause");
    result.subject = number_or_zero<std::uint64_t>(json, "subject");
    result.stale = flag(json, "stale");
    result.deferred = flag(json, "deferred");
    result.postponed = flag(json, "postponed");
    result.crashed = flag(json, "crashed");
    if (find(json, "packet") != nullptr) {
      result.packet = below(json, "packet", [&](const Json& value) { return packet(value, naming); });
    }
    if (find(json, "disk") != nullptr) {
      result.disk = below(json, "disk", disk);
      result.file = text_or_empty(json["disk"], "file_name");
    }
    result.submitted = number_or_zero<std::uint32_t>(json, "submitted");
    result.sent = each(json, "sent", [&](const Json& value) { return send(value, naming); });
    result.observations = each(json, "observations", observation);
    result.faults = each(json, "faults", [&](const Json& value) { return fault(value, naming); });
    result.fingerprint = digest(json, "fingerprint");
  } catch (const Wrong& wrong) {
    throw Wrong(fmt::format("event {}: {}", result.id, wrong.what()));
  }
  return result;
}

Verdict verdict(const Json& json) {
  return {text(json, "checker"),
          text(json, "expected"),
          text(json, "seen"),
          number<std::uint64_t>(json, "event"),
          time(json, "at"),
          text(json, "property"),
          text_or_empty(json, "drawing"),
          each(json, "operations", [](const Json& name) {
            if (!name.is_string()) throw Wrong("\"operations\": expected a string");
            return command("operations", name.get<std::string>());
          })};
}

void check_format(const Json& json) {
  const auto format = number<std::uint64_t>(json, "format");
  if (format != trace_format) {
    throw Wrong(fmt::format("this is a trace of format {}; this program reads format {}", format, trace_format));
  }
}

Trace trace(const Json& json) {
  check_format(json);
  Trace result;
  result.header.program = text(json, "program");
  at(json, "scenario");
  result.header.scenario = json["scenario"].dump();
  result.header.seed = number_as_text(json, "seed", 10);
  array(json, "mutations");
  result.header.mutations = each(json, "mutations", [](const Json& value) {
    if (!value.is_string()) throw Wrong("expected a string");
    return value.get<std::string>();
  });
  if (find(json, "overrides") != nullptr) result.header.overrides = array(json, "overrides").dump();
  result.header.fingerprint = digest(json, "fingerprint");
  result.header.servers = number<std::uint16_t>(json, "servers");
  result.header.clients = number<std::uint16_t>(json, "clients");
  if (!at(json, "verdict").is_null()) result.verdict = below(json, "verdict", verdict);
  result.statistics = at(json, "statistics").dump();
  for (const Json& item : array(json, "events")) {
    result.events.push_back(event(item, result.naming()));
    const std::size_t count = result.events.size();
    if (count > 1 && result.events[count - 2].id >= result.events.back().id) {
      throw Wrong(fmt::format("event {} comes after event {}: events must be in the order of their ids",
                              result.events.back().id, result.events[count - 2].id));
    }
  }
  return result;
}

std::string whole_file(const std::string& path) {
  const auto fail = [&path]() {
    throw TraceError(fmt::format("{}: cannot read the trace: {}", path, std::generic_category().message(errno)));
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) fail();
  std::string content;
  std::array<char, 1U << 16U> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
    content.append(block.data(), count);
  }
  if (std::ferror(file.get()) != 0) fail();
  return content;
}

// Whether the lines before the last one have the digest given in the last one.
bool as_written(std::string_view content) {
  core::Digest digest = 0;
  while (true) {
    const auto end = content.find('\n');
    if (end == std::string_view::npos || content.substr(end + 1).empty()) break;
    digest = core::digest_of(content.substr(0, end), digest);
    content.remove_prefix(end + 1);
  }
  return content == fmt::format("\"digest\":\"{:016x}\"}}\n", digest);
}

// A parse error before the end of the text means damage; one at the end means that the file was truncated.
std::string describe_parse_error(const std::string& content, const Json::parse_error& error) {
  const std::size_t where = error.byte == 0 ? 0 : error.byte - 1;
  if (where >= content.size()) {
    return fmt::format("the trace is cut off after {} bytes: it was not written to its end", content.size());
  }
  const auto lines = std::count(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(where), '\n');
  return fmt::format("not JSON: line {} (byte {}) cannot be read", lines + 1, where + 1);
}

}  // namespace

Trace read_trace(const std::string& path) {
  const std::string content = whole_file(path);
  try {
    const Json json = Json::parse(content);
    Trace result = trace(json);
    text(json, "digest");
    result.edited = !as_written(content);
    return result;
  } catch (const Json::parse_error& error) {
    throw TraceError(fmt::format("{}: {}", path, describe_parse_error(content, error)));
  } catch (const Wrong& wrong) {
    throw TraceError(fmt::format("{}: {}", path, wrong.what()));
  }
}

}  // namespace raftsim::checkers
