#include "tools/inspect/view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/cluster/swarm.hpp"
#include "scenarios/scenario_json.hpp"
#include "tools/exit_code.hpp"
#include "tools/inspect/lineage.hpp"
#include "tools/inspect/narration.hpp"
#include "tools/inspect/operations.hpp"
#include "tools/inspect/rows.hpp"
#include "tools/inspect/selection.hpp"
#include "tools/runs/decisions.hpp"
#include "tools/terminal/wording.hpp"

namespace raftsim::tools {

using checkers::Trace;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* red = "\033[1;31m";
constexpr const char* bold = "\033[1m";
constexpr const char* dim = "\033[2m";
constexpr const char* plain = "\033[0m";

std::string painted(const std::string& text, const char* color, bool wanted) {
  return wanted ? color + text + plain : text;
}

// A string of the scenario; empty when it has none of that name.
std::string scenario_text(const Trace& trace, const char* key) {
  const auto json = nlohmann::json::parse(trace.header.scenario, nullptr, false);
  if (!json.is_object() || !json.contains(key) || !json[key].is_string()) return "";
  return one_line(json[key].get<std::string>());
}

std::string mutations_text(const Trace& trace) {
  std::string text;
  for (const std::string& mutation : trace.header.mutations) text += ", mutation " + one_line(mutation);
  return text;
}

// What a swarm chose for the run, as settings; empty when the trace cannot tell.
std::string swarm_text(const Trace& trace) {
  try {
    const auto scenario = scenarios::scenario_from_json(trace.header.scenario, "scenario");
    const auto overrides = overrides_from_json(trace.header.overrides, "overrides", scenario);
    return one_line(as_options(scenarios::swarm_settings(scenario, trace.header.seed, overrides)));
  } catch (const scenarios::ScenarioError&) {
    return "";
  } catch (const BadInput&) {
    return "";
  }
}

Lines verdict_lines(const checkers::Verdict& verdict) {
  return {fmt::format("violated: {} ({}) at event {}, {} s", verdict.checker, verdict.property, verdict.event,
                      time_text(verdict.at)),
          "  expected  " + one_line(verdict.expected), "  seen      " + one_line(verdict.seen)};
}

// The file may hold any bytes: each line of the drawing is made one.
Lines drawing_lines(const checkers::Verdict& verdict) {
  Lines lines;
  std::string_view rest = verdict.drawing;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back("  " + one_line(std::string(rest.substr(0, end))));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

// --- the table ---

constexpr std::size_t time_width = 11;
constexpr std::size_t id_width = 7;

std::vector<std::size_t> cell_widths(const std::vector<Row>& all, std::size_t servers) {
  std::vector<std::size_t> widths(servers, 2);
  for (const Row& row : all) {
    for (std::size_t i = 0; i < servers; ++i) widths[i] = std::max(widths[i], row.cells[i].text.size());
  }
  return widths;
}

std::string column_names(const std::vector<std::size_t>& widths, const checkers::Naming& naming) {
  std::string line = fmt::format("{:>{}} {:>{}} ", "seconds", time_width, "event", id_width);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    line += fmt::format("  {:<{}} ", naming.name({static_cast<std::uint16_t>(i)}), widths[i]);
  }
  return line + " what happened";
}

// Marks outside the padded text, so that color does not count as width.
std::string cell_text(const Row::Cell& cell, std::size_t width, bool color) {
  std::string text = fmt::format("{}{}{}", cell.acting ? '>' : ' ', cell.text, cell.changed ? '*' : ' ');
  text.resize(width + 2, ' ');
  return painted(text, cell.changed ? bold : dim, color && (cell.changed || !cell.acting));
}

std::string row_line(const Row& row, const std::vector<std::size_t>& widths, bool color) {
  std::string line = fmt::format("{:>{}} {:>{}} ", time_text(row.event->at), time_width, row.event->id, id_width);
  for (std::size_t i = 0; i < widths.size(); ++i) line += ' ' + cell_text(row.cells[i], widths[i], color);
  return line + " " + row.text;
}

Lines table(const Trace& trace, const Selection& selection, bool color) {
  const std::vector<Row> all = rows(trace, selection.shown);
  const std::vector<std::size_t> widths = cell_widths(all, trace.header.servers);
  Lines lines{
      "S3: L2 12/10 = leader of term 2, last index 12, commit index 10 (F follower, P pre-candidate, C candidate,",
      "    (..) paused); > where it happened, * changed; #8 is a packet, t2 a term, [disk +2] operations handed in", "",
      column_names(widths, trace.naming())};
  for (const Row& row : all) {
    lines.push_back(row_line(row, widths, color));
    if (trace.verdict && row.event->id == trace.verdict->event) {
      const std::string mark = fmt::format("{:>{}} ^ violated: {}", "", time_width + id_width, trace.verdict->checker);
      lines.push_back(painted(mark + ": " + one_line(trace.verdict->seen), red, color));
    }
  }
  if (selection.shown.size() < trace.events.size()) {
    lines.push_back(fmt::format("{} of {} shown ({} matched)", grouped(selection.shown.size()),
                                counted(trace.events.size(), "event"), grouped(selection.matched)));
  }
  return lines;
}

bool has_filter(const InspectOptions& options) {
  return !options.hosts.empty() || !options.kinds.empty() || !options.from.empty() || !options.to.empty() ||
         options.term || options.index;
}

void append(Lines& lines, const Lines& more) {
  if (more.empty()) return;
  if (!lines.empty()) lines.emplace_back();
  lines.insert(lines.end(), more.begin(), more.end());
}

}  // namespace

Lines summary(const Trace& trace) {
  Lines lines;
  const std::string name = scenario_text(trace, "name");
  lines.push_back(
      fmt::format("{}: seed {}{}", name.empty() ? "unnamed scenario" : name, trace.header.seed, mutations_text(trace)));
  if (const std::string what = scenario_text(trace, "summary"); !what.empty()) lines.push_back("  " + what);
  const auto end = trace.events.empty() ? sim::Time{} : trace.events.back().at;
  lines.push_back(fmt::format("  {} in {} s, {}, {}; fingerprint {}; written by {}",
                              counted(trace.events.size(), "event"), time_text(end),
                              counted(trace.header.servers, "server"), counted(trace.header.clients, "client"),
                              hexadecimal(trace.header.fingerprint), one_line(trace.header.program)));
  if (const std::string swarm = swarm_text(trace); !swarm.empty()) lines.push_back("  swarm: " + swarm);
  if (trace.edited) lines.emplace_back("warning: this file was edited after it was written");
  append(lines, trace.verdict ? verdict_lines(*trace.verdict) : Lines{"nothing was violated"});
  if (trace.verdict) append(lines, drawing_lines(*trace.verdict));
  return lines;
}

Lines view(const Trace& trace, const InspectOptions& options) {
  const Selection selection = select(trace, options);
  const PacketIndex packets(trace);
  Lines lines = summary(trace);
  if (options.message) {
    append(lines, lineage(trace, packets, *options.message));
  } else if (!has_filter(options)) {
    append(lines, operations_of_verdict(trace));
    append(lines, explain_violation(trace, packets));
  }
  append(lines, table(trace, selection, options.color));
  return lines;
}

}  // namespace raftsim::tools
