#include "tools/terminal/progress_bar.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

namespace {

using namespace std::chrono_literals;

constexpr auto between_lines = 10s;
constexpr std::chrono::duration<double, std::nano> longest_countable = 200 * 365 * 24h;  // that nanoseconds count
constexpr std::size_t widest_bar = 30;
constexpr std::size_t narrowest_bar = 10;
constexpr const char* erase_line = "\r\x1b[K";

std::size_t terminal_width() {
  winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string done(const Progress& progress) {
  return grouped(progress.done) + (progress.time > 0ns ? "" : " of " + grouped(progress.planned)) + " runs";
}

std::string rate(const Progress& progress) {
  return fmt::format(", {} a second", grouped(per_second(progress.done, progress.elapsed)));
}

std::string found(const Progress& progress) { return ", " + counted(progress.violations, "violation"); }

std::string left(std::chrono::nanoseconds time) {
  return ", " + span_of(std::chrono::ceil<std::chrono::seconds>(std::max(time, std::chrono::nanoseconds(0)))) + " left";
}

std::string time_left(const Progress& progress) {
  if (progress.time > 0ns) return left(progress.time - progress.elapsed);
  if (progress.done == 0) return "";
  const double per_run = static_cast<double>(progress.elapsed.count()) / static_cast<double>(progress.done);
  const double rest = per_run * static_cast<double>(progress.planned - progress.done);
  if (rest > longest_countable.count()) return ", centuries left";
  return left(std::chrono::nanoseconds(static_cast<std::int64_t>(rest)));
}

double part_done(const Progress& progress) {
  const double part = progress.time > 0ns ? seconds(progress.elapsed) / seconds(progress.time)
                                          : static_cast<double>(progress.done) /
                                                static_cast<double>(std::max<std::uint64_t>(progress.planned, 1));
  return std::clamp(part, 0.0, 1.0);
}

std::string bar(const Progress& progress, std::size_t width) {
  const std::size_t inside = width - 2;
  const auto filled = static_cast<std::size_t>(part_done(progress) * static_cast<double>(inside));
  std::string text(inside, ' ');
  std::fill_n(text.begin(), filled, '=');
  if (filled < inside) text[filled] = '>';
  return "[" + text + "] ";
}

}  // namespace

std::string progress_line(const Progress& progress) {
  return done(progress) + rate(progress) + time_left(progress) + found(progress);
}

std::string progress_bar(const Progress& progress, std::size_t width) {
  std::string text = progress_line(progress);
  // What was found is what a narrow terminal is to show to the last.
  if (text.size() > width) text = done(progress) + time_left(progress) + found(progress);
  if (text.size() > width) text = done(progress) + found(progress);
  if (text.size() + narrowest_bar + 1 <= width) {
    text.insert(0, bar(progress, std::min(widest_bar, width - text.size() - 1)));
  }
  text.resize(std::min(text.size(), width));
  return text;
}

ProgressBar::~ProgressBar() {
  if (drawn_) console_.err << erase_line << std::flush;
}

void ProgressBar::show(const Progress& progress) {
  if (console_.terminal) {
    // One column stays free: some terminals wrap when the last one is written to.
    console_.err << erase_line << progress_bar(progress, terminal_width() - 1) << std::flush;
    drawn_ = true;
  } else if (progress.elapsed - last_line_ >= between_lines) {
    last_line_ = progress.elapsed;
    console_.err << progress_line(progress) << std::endl;
  }
}

void ProgressBar::say(const std::string& line) {
  if (drawn_) console_.err << erase_line;
  drawn_ = false;
  console_.err << "raftsim: " << line << std::endl;
}

}  // namespace raftsim::tools
