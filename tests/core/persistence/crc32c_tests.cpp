#include <string>

#include "catch.hpp"
#include "core/persistence/crc32c.hpp"

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

TEST_CASE("CRC-32C of a text in two pieces is that of the whole, wherever it is cut") {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CHECK(crc32c(text.substr(cut), crc32c(text.substr(0, cut))) == crc32c(text));
  }
}

}  // namespace raftsim::core
