#include "tools/terminal/wording.hpp"

#include "catch.hpp"
#include "tools/terminal/progress_bar.hpp"

namespace raftsim::tools {
namespace {

using namespace std::chrono_literals;

TEST_CASE("numbers and times are formatted for reading") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(span_of(0ns) == "0 ms");
  CHECK(span_of(3ns) == "3 ns");
  CHECK(span_of(12500us) == "12.5 ms");
  CHECK(span_of(3214ms) == "3.214 s");
  CHECK(span_of(72s) == "1 min 12 s");
  CHECK(span_of(27h + 46min) == "27 h 46 min");
  CHECK(span_of(75h) == "3 days 3 h");
  CHECK(hexadecimal(0xabcU) == "0000000000000abc");
  CHECK(counted(1, "run") == "1 run");
  CHECK(counted(0, "run") == "0 runs");
  CHECK(per_second(100, 0s) == 0);
  CHECK(per_second(100, 500ms) == 200);
}

TEST_CASE("a paragraph breaks between words, and a word that is too long stays whole") {
  CHECK(paragraph("one two three", 2, 9) == "  one two\n  three\n");
  CHECK(paragraph("one\n\ntwo", 2, 9) == "  one\n\n  two\n");
  CHECK(paragraph("one\ntwo three", 2, 9) == "  one two\n  three\n");
  CHECK(paragraph("extraordinarily long", 0, 5) == "extraordinarily\nlong\n");
}

TEST_CASE("an error is one line, whatever it contains") { CHECK(one_line("a\nb\tc\n") == "a b c"); }

TEST_CASE("the progress bar shows the progress and never leaves its line") {
  const Progress half{.done = 500, .planned = 1000, .violations = 2, .elapsed = 10s};
  CHECK(progress_line(half) == "500 of 1,000 runs, 50 a second, 10 s left, 2 violations");
  CHECK(progress_bar(half, 100).starts_with("[==============>             ] 500 of"));
  CHECK(progress_bar(half, 50) == "500 of 1,000 runs, 10 s left, 2 violations");
  CHECK(progress_bar(half, 40) == "500 of 1,000 runs, 2 violations");  // violations take precedence over the rate
  for (std::size_t width = 0; width < 120; ++width) CHECK(progress_bar(half, width).size() <= width);

  const Progress nothing{.done = 0, .planned = 1000, .violations = 0, .elapsed = 0s};
  CHECK(progress_line(nothing) == "0 of 1,000 runs, 0 a second, 0 violations");
  const Progress endless{.done = 500, .planned = 18'446'744'073'709'551'615U, .elapsed = 10s};
  CHECK_THAT(progress_line(endless), Catch::Contains("runs, 50 a second, centuries left, 0"));
  const Progress all{.done = 10, .planned = 10, .violations = 1, .elapsed = 1s};
  CHECK(progress_bar(all, 100).starts_with("[============================] "));
}

}  // namespace
}  // namespace raftsim::tools
