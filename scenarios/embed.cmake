# Writes OUTPUT, the definition of builtin_scenarios() of builtin.hpp, from the scenario files FILES.
list(SORT FILES COMPARE FILE_BASENAME)
list(LENGTH FILES count)
set(rows "")
foreach(file IN LISTS FILES)
  cmake_path(GET file STEM name)
  file(READ "${file}" json)
  string(APPEND rows "    {\"${name}\", R\"scenario(${json})scenario\"},\n")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Generated from scenarios/*/*.json.
#include "scenarios/builtin.hpp"

#include <array>

namespace raftsim::scenarios {
namespace {

constexpr std::array<BuiltinScenario, @count@> files{{
@rows@}};

}  // namespace

std::span<const BuiltinScenario> builtin_scenarios() { return files; }

}  // namespace raftsim::scenarios
]])
