# Writes OUTPUT, the definitions of builtin.hpp, from the scenario files FILES and those of suites, SUITE_FILES: each suite
# is a folder.
function(rows_of files result)
  set(rows "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    file(READ "${file}" json)
    string(APPEND rows "    {\"${name}\", R\"scenario(${json})scenario\"},\n")
  endforeach()
  set(${result} "${rows}" PARENT_SCOPE)
endfunction()

list(SORT FILES COMPARE FILE_BASENAME)
list(LENGTH FILES count)
rows_of("${FILES}" rows)

# In the order of names; of a suite, too.
list(SORT SUITE_FILES)
set(names "")
foreach(file IN LISTS SUITE_FILES)
  cmake_path(GET file PARENT_PATH folder)
  cmake_path(GET folder FILENAME name)
  list(APPEND names "${name}")
endforeach()
list(REMOVE_DUPLICATES names)
set(suites "")
set(suite_rows "")
list(LENGTH names suite_count)
foreach(name IN LISTS names)
  set(files ${SUITE_FILES})
  list(FILTER files INCLUDE REGEX "/${name}/[^/]*$")
  list(LENGTH files size)
  rows_of("${files}" of_suite)
  string(MAKE_C_IDENTIFIER "${name}" identifier)
  string(APPEND suites "constexpr std::array<BuiltinScenario, ${size}> suite_${identifier}{{\n${of_suite}}};\n")
  string(APPEND suite_rows "    {\"${name}\", suite_${identifier}},\n")
endforeach()

file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Generated from scenarios/*/*.json and scenarios/suites/*/*.json.
#include "scenarios/builtin.hpp"

#include <array>

namespace raftsim::scenarios {
namespace {

constexpr std::array<BuiltinScenario, @count@> files{{
@rows@}};
@suites@
constexpr std::array<BuiltinSuite, @suite_count@> all_suites{{
@suite_rows@}};

}  // namespace

std::span<const BuiltinScenario> builtin_scenarios() { return files; }

std::span<const BuiltinSuite> builtin_suites() { return all_suites; }

}  // namespace raftsim::scenarios
]])
