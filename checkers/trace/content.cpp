#include "checkers/trace/content.hpp"

#include <nlohmann/json.hpp>

#include "checkers/trace/fields.hpp"

namespace raftsim::checkers {

using namespace json_fields;

namespace {

core::LogPosition position(const Json& json) {
  return {{number<std::uint64_t>(json, "index")}, {number<std::uint64_t>(json, "term")}};
}

TracedEntry entry(const Json& json) {
  TracedEntry result;
  result.term.value = number<std::uint64_t>(json, "term");
  result.bytes = number<std::uint64_t>(json, "bytes");
  result.digest = digest(json, "digest");
  if (find(json, "kind") != nullptr) result.kind = word<core::EntryKind>(json, "kind");
  result.command = text_or_empty(json, "command");
  if (find(json, "configuration") != nullptr) result.configuration = below(json, "configuration", configuration);
  return result;
}

std::vector<TracedField> fields(const Json& json) {
  std::vector<TracedField> result;
  if (!json.is_object()) throw Wrong("expected an object");
  for (const auto& [key, value] : json.items()) {
    TracedField field{key, {}};
    if (value.is_boolean()) {
      field.value = value.get<bool>();
    } else if (value.is_number_unsigned()) {
      field.value = value.get<std::uint64_t>();
    } else if (value.is_string()) {
      field.value = value.get<std::string>();
    } else {
      throw Wrong(fmt::format("\"{}\": expected true, false, a whole number or a string", key));
    }
    result.push_back(std::move(field));
  }
  return result;
}

core::Index index_below(const Json& json) { return {number<std::uint64_t>(json, "index")}; }

std::uint64_t read_number(const Json& json) { return number_as_text(json, "read", 10); }

core::RequestVote request_vote(const Json& json, bool pre_vote) {
  return {below(json, "last", position), pre_vote, flag(json, "leadership_transfer")};
}

TracedAppendEntries append_entries(const Json& json) {
  array(json, "entries");
  return {below(json, "previous", position),
          {number<std::uint64_t>(json, "leader_commit")},
          each(json, "entries", entry),
          number_or_zero<std::uint64_t>(json, "round")};
}

core::AppendEntriesReply append_entries_reply(const Json& json) {
  core::AppendEntriesReply reply;
  reply.previous = below(json, "previous", index_below);
  reply.count = number<std::uint32_t>(json, "count");
  reply.success = boolean(json, "success");
  if (!reply.success) reply.conflict = below(json, "conflict", position);
  reply.last_index.value = number<std::uint64_t>(json, "last_index");
  reply.round = number_or_zero<std::uint64_t>(json, "round");
  return reply;
}

TracedInstallSnapshot install_snapshot(const Json& json) {
  return {{below(json, "last", position), number<std::uint64_t>(json, "size"), digest(json, "digest")},
          below(json, "configuration", configuration),
          number<std::uint64_t>(json, "offset"),
          number<std::uint64_t>(json, "count")};
}

core::InstallSnapshotReply install_snapshot_reply(const Json& json) {
  return {below(json, "last", index_below), digest(json, "digest"), number<std::uint64_t>(json, "offset"),
          number<std::uint64_t>(json, "next_offset"), boolean(json, "installed")};
}

core::ReadIndexReply read_index_reply(const Json& json) {
  core::ReadIndexReply reply{read_number(json), {}, boolean(json, "confirmed")};
  if (reply.confirmed) reply.index.value = number<std::uint64_t>(json, "index");
  return reply;
}

}  // namespace

PacketContent content_of(const Json& packet, std::optional<core::MessageKind> kind) {
  using Kind = core::MessageKind;
  if (!kind) return below(packet, "fields", fields);
  switch (*kind) {
    case Kind::request_vote:
    case Kind::pre_vote:
      return request_vote(packet, kind == Kind::pre_vote);
    case Kind::request_vote_reply:
    case Kind::pre_vote_reply:
      return core::RequestVoteReply{boolean(packet, "granted"), kind == Kind::pre_vote_reply};
    case Kind::append_entries:
    case Kind::heartbeat:
      return append_entries(packet);
    case Kind::append_entries_reply:
      return append_entries_reply(packet);
    case Kind::install_snapshot:
      return install_snapshot(packet);
    case Kind::install_snapshot_reply:
      return install_snapshot_reply(packet);
    case Kind::timeout_now:
      return core::TimeoutNow{};
    case Kind::read_index:
      return core::ReadIndex{read_number(packet)};
    case Kind::read_index_reply:
      return read_index_reply(packet);
  }
  throw Wrong("a kind that is not known");
}

}  // namespace raftsim::checkers
