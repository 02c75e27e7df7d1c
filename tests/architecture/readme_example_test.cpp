// The example of the README is a file that is compiled and run (tests/consumers).
#include <string>

#include "architecture/files.hpp"
#include "catch.hpp"

namespace raftsim::architecture {
namespace {

TEST_CASE("The README shows the example as it is compiled") {
  const std::string readme = text_of(root / "README.md");
  const std::string example = text_of(root / "tests/consumers/ping_pong.cpp");
  REQUIRE_FALSE(example.empty());
  CHECK(readme.find("```cpp\n" + example + "```\n") != std::string::npos);
}

}  // namespace
}  // namespace raftsim::architecture
