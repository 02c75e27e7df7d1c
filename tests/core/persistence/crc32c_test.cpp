#include "core/persistence/crc32c.hpp"

#include <string>

#include "catch.hpp"

namespace raftsim::core {

TEST_CASE("CRC-32C gives the published values (RFC 3720, appendix B.4)") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283U);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aaU);
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
  std::string ascending;
  for (char byte = 0; byte < 32; ++byte) ascending.push_back(byte);
  CHECK(crc32c(ascending) == 0x46dd794eU);
}

TEST_CASE("The CRC-32C of a text in two pieces is that of the whole, wherever it is split") {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CHECK(crc32c(text.substr(cut), crc32c(text.substr(0, cut))) == crc32c(text));
  }
}

TEST_CASE("CRC-32C is the same by table look-up and by processor instruction") {
  std::string text;
  for (int size = 0; size < 100; ++size) {
    CHECK(crc32c(text, 0x12345678U) == crc32c_by_tables(text, 0x12345678U));
    text += static_cast<char>(size * 37);
  }
}

}  // namespace raftsim::core
