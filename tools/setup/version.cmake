# Writes OUTPUT, the definition of program_version() of tools/version.hpp, and beside it the list of git's files that
# change with the answer. Given: ROOT, the checkout; RELEASE, the version of the project.
set(version ${RELEASE})
set(git_files "")
find_program(git git)
if(git AND EXISTS ${ROOT}/.git)
  # safe.directory: the checkout may belong to another user than the one who builds, as in a container.
  set(ask ${git} -C ${ROOT} -c safe.directory=${ROOT})
  execute_process(COMMAND ${ask} describe --always --dirty --exclude=* --abbrev=10
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(commit)
    string(APPEND version "+${commit}")
  endif()
  execute_process(COMMAND ${ask} rev-parse --path-format=absolute
                          --git-path HEAD --git-path logs/HEAD --git-path index --git-path packed-refs
                  OUTPUT_VARIABLE git_files OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REPLACE "\n" ";" git_files "${git_files}")
endif()

set(known "")
foreach(file IN LISTS git_files CMAKE_CURRENT_LIST_FILE)  # at least one, or the list counts as missing
  if(EXISTS "${file}")
    string(REPLACE " " "\\ " file "${file}")
    string(APPEND known " ${file}")
  endif()
endforeach()
file(WRITE "${OUTPUT}.d" "${OUTPUT}:${known}\n")

file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Generated when the program is built.
#include "tools/version.hpp"

namespace raftsim::tools {

std::string_view program_version() { return "@version@"; }

}  // namespace raftsim::tools
]])
