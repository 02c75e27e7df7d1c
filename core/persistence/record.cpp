#include "core/persistence/record.hpp"

#include <array>

#include "core/little_endian.hpp"
#include "core/persistence/crc32c.hpp"

namespace raftsim::core {
namespace {

enum class Type : std::uint8_t {
  segment_start = 1,
  hard_state = 2,
  entry = 3,
  state_start = 4,
  padding = 5,
  log_start = 6,
  snapshot_start = 7,
  snapshot_state = 8,
};

// Offsets in the header.
constexpr std::size_t at_checksum = 0;
constexpr std::size_t at_length = 4;
constexpr std::size_t at_type = 8;
constexpr std::size_t at_synced_through = 16;

constexpr std::size_t hard_state_body_bytes = 16;
constexpr std::size_t entry_fixed_bytes = 17;
constexpr std::size_t snapshot_start_fixed_bytes = 48;

constexpr std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + record_alignment - 1) / record_alignment * record_alignment;
}

std::uint32_t checksum_of(std::uint64_t file, std::uint64_t offset, std::string_view record) {
  std::array<char, 16> place{};
  store_u64(place.data(), file);
  store_u64(place.data() + 8, offset);
  if (static_cast<Type>(record[at_type]) == Type::padding) record = record.substr(0, record_header_bytes);
  record.remove_prefix(at_length);
  return crc32c(record, crc32c({place.data(), place.size()}));
}

void store_hard_state(char* to, HardState hard_state) {
  store_u64(to, hard_state.term.value);
  store_u64(to + 8, hard_state.vote.value);
}
HardState load_hard_state(const char* from) {
  return {{load_u64(from)}, {static_cast<std::uint16_t>(load_u64(from + 8))}};
}

bool decode_snapshot_start(std::string_view body, Record& record) {
  const char* const at = body.data();
  const auto configuration = decode_configuration(body.substr(snapshot_start_fixed_bytes));
  if (!configuration) return false;
  record.body = SnapshotStart{{{{load_u64(at)}, {load_u64(at + 8)}}, load_u64(at + 16), load_u64(at + 24)},
                              load_hard_state(at + 32),
                              *configuration};
  return true;
}

// False if a body of this type cannot have this length, as from a writer of another version.
bool decode_body(Type type, std::string_view body, Record& record) {
  const char* const at = body.data();
  switch (type) {
    case Type::segment_start:
      record.body = SegmentStart{
          load_u64(at), load_u64(at + 8), load_hard_state(at + 16), {{load_u64(at + 32)}, {load_u64(at + 40)}}};
      return true;
    case Type::hard_state:
      record.body = load_hard_state(at);
      return true;
    case Type::entry: {
      // Most records are entries. Filled in place: copying a freshly written struct would stall on its partial writes.
      auto& entry = record.body.emplace<EntryRecord>();
      entry.index = {load_u64(at)};
      entry.term = {load_u64(at + 8)};
      entry.kind = static_cast<EntryKind>(static_cast<unsigned char>(at[16]));
      entry.payload = body.substr(entry_fixed_bytes);
      return true;
    }
    case Type::state_start:
      record.body = StateStart{load_hard_state(at), load_u64(at + 16)};
      return true;
    case Type::padding:
      record.body = Padding{};
      return true;
    case Type::log_start:
      record.body = LogStart{{{load_u64(at)}, {load_u64(at + 8)}}, load_u64(at + 16) != 0};
      return true;
    case Type::snapshot_start:
      return decode_snapshot_start(body, record);
    case Type::snapshot_state:
      record.body = SnapshotState{body};
      return true;
  }
  return false;
}

bool length_fits(Type type, std::uint64_t length) {
  switch (type) {
    case Type::segment_start:
      return length == segment_start_bytes - record_header_bytes;
    case Type::hard_state:
      return length == hard_state_body_bytes;
    case Type::entry:
      return length >= entry_fixed_bytes;
    case Type::state_start:
      return length == state_start_bytes - record_header_bytes;
    case Type::log_start:
      return length == log_start_bytes - record_header_bytes;
    case Type::snapshot_start:
      return length == snapshot_start_bytes - record_header_bytes;
    case Type::padding:
    case Type::snapshot_state:
      return true;
  }
  return false;
}

}  // namespace

std::optional<Record> read_record(std::uint64_t file, std::string_view bytes, std::uint64_t offset) {
  std::optional<Record> result;  // the only object returned, so that it is constructed in the caller's storage
  if (offset > bytes.size() || bytes.size() - offset < record_header_bytes) return result;
  const char* const header = bytes.data() + offset;
  const std::uint64_t length = load_u32(header + at_length);
  const std::uint64_t size = padded(record_header_bytes + length);
  const auto type = static_cast<Type>(static_cast<unsigned char>(header[at_type]));
  // Cheap tests first: the search for witnesses tries every eighth byte of a damaged file.
  if (!length_fits(type, length) || size > bytes.size() - offset) return result;
  const std::string_view record = bytes.substr(offset, size);
  if (load_u32(header + at_checksum) != checksum_of(file, offset, record)) return result;

  result.emplace();
  result->offset = offset;
  result->size = size;
  result->synced_through = load_u64(header + at_synced_through);
  if (!decode_body(type, record.substr(record_header_bytes, length), *result)) result.reset();
  return result;
}

char* RecordWriter::begin(std::uint8_t type, std::size_t body_bytes) {
  record_ = buffer_.size();
  buffer_.resize(record_ + padded(record_header_bytes + body_bytes));  // zeros: the padding
  char* const header = buffer_.data() + record_;
  store_u32(header + at_length, static_cast<std::uint32_t>(body_bytes));
  header[at_type] = static_cast<char>(type);
  store_u64(header + at_synced_through, synced_through_);
  return header + record_header_bytes;
}

void RecordWriter::seal() {
  const std::string_view record = std::string_view(buffer_).substr(record_);
  store_u32(buffer_.data() + record_ + at_checksum, checksum_of(file_, base_ + record_, record));
}

void RecordWriter::append(const SegmentStart& start) {
  char* const body = begin(static_cast<std::uint8_t>(Type::segment_start), segment_start_bytes - record_header_bytes);
  store_u64(body, start.number);
  store_u64(body + 8, start.previous_bytes);
  store_hard_state(body + 16, start.hard_state);
  store_u64(body + 32, start.last.index.value);
  store_u64(body + 40, start.last.term.value);
  seal();
}

void RecordWriter::append(HardState hard_state) {
  store_hard_state(begin(static_cast<std::uint8_t>(Type::hard_state), hard_state_body_bytes), hard_state);
  seal();
}

void RecordWriter::append(Index index, const Entry& entry) {
  const std::string_view payload = entry.payload.view();
  char* const body = begin(static_cast<std::uint8_t>(Type::entry), entry_fixed_bytes + payload.size());
  store_u64(body, index.value);
  store_u64(body + 8, entry.term.value);
  body[16] = static_cast<char>(entry.kind);
  payload.copy(body + entry_fixed_bytes, payload.size());
  seal();
}

void RecordWriter::append(const StateStart& start) {
  char* const body = begin(static_cast<std::uint8_t>(Type::state_start), state_start_bytes - record_header_bytes);
  store_hard_state(body, start.hard_state);
  store_u64(body + 16, start.entries);
  seal();
}

void RecordWriter::append(const LogStart& start) {
  char* const body = begin(static_cast<std::uint8_t>(Type::log_start), log_start_bytes - record_header_bytes);
  store_u64(body, start.after.index.value);
  store_u64(body + 8, start.after.term.value);
  store_u64(body + 16, start.empty ? 1 : 0);
  seal();
}

void RecordWriter::append(const SnapshotStart& start) {
  char* const body = begin(static_cast<std::uint8_t>(Type::snapshot_start), snapshot_start_bytes - record_header_bytes);
  store_u64(body, start.id.last.index.value);
  store_u64(body + 8, start.id.last.term.value);
  store_u64(body + 16, start.id.bytes);
  store_u64(body + 24, start.id.digest);
  store_hard_state(body + 32, start.hard_state);
  const Bytes configuration = encode(start.configuration);
  configuration.view().copy(body + snapshot_start_fixed_bytes, configuration.size());
  seal();
}

void RecordWriter::append(const SnapshotState& state) {
  state.state.copy(begin(static_cast<std::uint8_t>(Type::snapshot_state), state.state.size()), state.state.size());
  seal();
}

void RecordWriter::pad_to_multiple_of(std::uint64_t sector_bytes) {
  if (sector_bytes == 0) return;
  std::uint64_t missing = sector_bytes - (base_ + buffer_.size()) % sector_bytes;
  if (missing == sector_bytes) return;
  while (missing < record_header_bytes) missing += sector_bytes;
  begin(static_cast<std::uint8_t>(Type::padding), missing - record_header_bytes);
  seal();
}

}  // namespace raftsim::core
