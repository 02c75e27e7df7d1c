// The example of the README is a file that is compiled and run (tests/consumers).
#include <fstream>
#include <iterator>
#include <string>

#include "catch.hpp"

namespace raftsim::architecture {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(RAFTSIM_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("The README shows the example as it is compiled") {
  const std::string readme = text_of("README.md");
  const std::string example = text_of("tests/consumers/ping_pong.cpp");
  REQUIRE_FALSE(example.empty());
  CHECK(readme.find("```cpp\n" + example + "```\n") != std::string::npos);
}

}  // namespace
}  // namespace raftsim::architecture
