#include "tools/commands/inspect.hpp"

#include <ostream>

#include "checkers/trace/json.hpp"
#include "tools/inspect/view.hpp"

namespace raftsim::tools {

ExitCode inspect(const InspectCommandOptions& options, Console& console) {
  const checkers::Trace trace = checkers::read_trace(options.file);
  InspectOptions show = options.show;
  show.color = console.color;
  for (const std::string& line : view(trace, show)) console.out << line << '\n';
  if (trace.edited) throw BadInput(options.file + ": was changed after it was written");
  return ExitCode::clean;
}

}  // namespace raftsim::tools
