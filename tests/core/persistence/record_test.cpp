#include "core/persistence/record.hpp"

#include <string>

#include "catch.hpp"

namespace raftsim::core {
namespace {

std::string hex(std::string_view bytes) {
  const char* const digits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    result += {digits[byte >> 4U], digits[byte & 0xfU]};
    if (i % 8 == 7) result += '\n';
  }
  return result;
}

constexpr std::uint64_t file = 3;

std::string one_of_each() {
  std::string bytes;
  RecordWriter writer(bytes, file, 0, 0);
  writer.append(SegmentStart{
      .number = 3, .previous_bytes = 4096, .hard_state = {Term{7}, ServerId{2}}, .last = {Index{40}, Term{6}}});
  writer.append(HardState{Term{8}, ServerId{1}});
  writer.append(Index{41}, Entry{Term{8}, EntryKind::no_op, Bytes()});
  writer.append(Index{42}, Entry{Term{8}, EntryKind::command, Bytes("x=1")});
  writer.append(StateStart{.hard_state = {Term{9}, no_server}, .entries = 2});
  writer.pad_to_multiple_of(512);
  return bytes;
}

}  // namespace

TEST_CASE("A record reads back as it was written") {
  const std::string bytes = one_of_each();
  REQUIRE(bytes.size() == 512);
  std::uint64_t offset = 0;
  const auto next = [&] {
    const auto record = read_record(file, bytes, offset);
    REQUIRE(record);
    CHECK(record->offset == offset);
    offset = record->end();
    return record->body;
  };
  const auto start = std::get<SegmentStart>(next());
  CHECK(start == SegmentStart{3, 4096, {Term{7}, ServerId{2}}, {Index{40}, Term{6}}});
  CHECK(std::get<HardState>(next()) == HardState{Term{8}, ServerId{1}});
  CHECK(std::get<EntryRecord>(next()) == EntryRecord{Index{41}, Term{8}, EntryKind::no_op, ""});
  CHECK(std::get<EntryRecord>(next()) == EntryRecord{Index{42}, Term{8}, EntryKind::command, "x=1"});
  CHECK(std::get<StateStart>(next()) == StateStart{{Term{9}, no_server}, 2});
  CHECK(std::holds_alternative<Padding>(next()));
  CHECK(offset == bytes.size());
  CHECK_FALSE(read_record(file, bytes, offset));
}

// A log written by one version must be readable by the next. If this fails the format has changed, and old logs need a
// separate reader.
TEST_CASE("The bytes of the format have not changed") {
  std::string bytes;
  RecordWriter writer(bytes, file, 64, 48);
  writer.append(HardState{Term{0x0102030405060708}, ServerId{9}});
  writer.append(Index{42}, Entry{Term{8}, EntryKind::command, Bytes("x=1")});
  CHECK(hex(bytes) ==
        "9d27738410000000\n"    // checksum, length 16
        "0200000000000000\n"    // hard state
        "3000000000000000\n"    // synced through 48
        "0807060504030201\n"    // term
        "0900000000000000\n"    // vote
        "e7a0b54d14000000\n"    // checksum, length 20
        "0300000000000000\n"    // entry
        "3000000000000000\n"    // synced through 48
        "2a00000000000000\n"    // index
        "0800000000000000\n"    // term
        "00783d3100000000\n");  // command, x=1, padding
}

TEST_CASE("A record is valid only where it was written") {
  const std::string bytes = one_of_each();
  REQUIRE(read_record(file, bytes, 0));
  SECTION("not in another file, say one whose blocks are reused") { CHECK_FALSE(read_record(file + 1, bytes, 0)); }
  SECTION("not at another offset, say inside the payload of a client who stores copies of logs") {
    std::string outer;
    RecordWriter writer(outer, file, 0, 0);
    writer.append(Index{1}, Entry{Term{1}, EntryKind::command, Bytes(std::string(7, ' ') + bytes)});
    const auto inner = outer.find(bytes);
    REQUIRE(inner % record_alignment == 0);
    CHECK_FALSE(read_record(file, outer, inner));
  }
}

TEST_CASE("A record with any bit flipped is invalid, except in the padding of a sector") {
  const std::string bytes = one_of_each();
  std::uint64_t offset = 0;
  while (const auto record = read_record(file, bytes, offset)) {
    const bool padding = std::holds_alternative<Padding>(record->body);
    const std::uint64_t counts = padding ? record_header_bytes : record->size;
    for (std::uint64_t bit = 0; bit < 8 * counts; ++bit) {
      std::string damaged = bytes;
      damaged[offset + bit / 8] = static_cast<char>(damaged[offset + bit / 8] ^ (1 << (bit % 8)));
      if (read_record(file, damaged, offset)) FAIL("bit " << bit << " of the record at " << offset);
    }
    offset = record->end();
  }
}

TEST_CASE("Zeros, which a crash may leave where a file has grown, are not a record") {
  CHECK_FALSE(read_record(file, std::string(512, '\0'), 0));
}

}  // namespace raftsim::core
