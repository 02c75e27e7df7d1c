// Numbers, spans of time and paragraphs as people read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace raftsim::tools {

// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
// The two largest units: "27 h 46 min", "1 min 12 s", "3.214 s", "12.5 ms".
[[nodiscard]] std::string span_of(std::chrono::nanoseconds duration);
[[nodiscard]] double seconds(std::chrono::nanoseconds duration);
// Sixteen hexadecimal digits.
[[nodiscard]] std::string hexadecimal(std::uint64_t digest);
// count / duration, rounded; 0 when no time has passed.
[[nodiscard]] std::uint64_t per_second(std::uint64_t count, std::chrono::nanoseconds duration);
// `text` broken into lines of at most `width` columns, each behind `indent` blanks and ended by a newline. A line break
// in the text is a blank; an empty line begins another paragraph.
[[nodiscard]] std::string paragraph(std::string_view text, std::size_t indent, std::size_t width = 100);
// "1 run", "2 runs".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view thing);
// `text` with line breaks and other control characters as blanks: fit for one line.
[[nodiscard]] std::string one_line(std::string_view text);

// Settings as options of a command line: "--set faults.crash.takes_part=false --set ...".
[[nodiscard]] std::string as_options(const std::vector<std::string>& settings);
// What a swarm chose for a run, as a row of its report that can be pasted; empty without settings.
[[nodiscard]] std::string swarm_row(const std::vector<std::string>& settings);

// `text` as one word of a shell's command line: in quotes when it needs them.
[[nodiscard]] std::string quoted_for_shell(const std::string& text);

}  // namespace raftsim::tools
