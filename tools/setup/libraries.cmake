# The libraries that the rooms need: the system's package, and where a system lacks one, its sources from GitHub.
# -DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER fetches all of them even so. `find_dependencies` is how the installed
# package finds them, and `fetched_libraries` are those that it could not find.
include(FetchContent)
set(FETCHCONTENT_QUIET OFF)
set(BUILD_TESTING OFF)  # a fetched library brings no tests of its own

# raftsim_use_library(name target URL|GIT_REPOSITORY address ...): `target` is what the library is linked as, and when a
# parent project has it already, that one is taken. The other arguments are those of FetchContent_Declare. No version is
# asked for, because a package's version file may refuse another major version that serves as well (Catch2 2 and 3).
macro(raftsim_use_library name target how address)
  list(APPEND find_dependencies "find_dependency(${name} CONFIG)")
  if(NOT TARGET ${target})
    if(NOT FETCHCONTENT_TRY_FIND_PACKAGE_MODE STREQUAL "NEVER")
      find_package(${name} CONFIG QUIET)
    endif()
    if(NOT ${name}_FOUND)
      message(STATUS "${name} is not installed here: fetching ${address}")
      list(APPEND fetched_libraries ${name})
    endif()
    FetchContent_Declare(${name} ${how} ${address} ${ARGN} SYSTEM FIND_PACKAGE_ARGS CONFIG)
    FetchContent_MakeAvailable(${name})
  endif()
endmacro()

set(find_dependencies "")
set(fetched_libraries "")

if("sim" IN_LIST rooms)  # of Boost only Boost.Random's headers: the package has them all in Boost::headers
  set(BOOST_INCLUDE_LIBRARIES random)
  raftsim_use_library(
    Boost Boost::headers URL https://github.com/boostorg/boost/releases/download/boost-1.84.0/boost-1.84.0.tar.xz
    URL_HASH SHA256=2e64e5d79a738d0fa6fb546c6e5c2bd28f88d268a2a080546f74e5ff98f29d0e DOWNLOAD_EXTRACT_TIMESTAMP ON)
  set(boost_random Boost::headers)
  if(TARGET Boost::random)
    set(boost_random Boost::random)
  endif()
endif()

if("checkers" IN_LIST rooms)
  raftsim_use_library(fmt fmt::fmt GIT_REPOSITORY https://github.com/fmtlib/fmt.git GIT_TAG 9.1.0 GIT_SHALLOW ON)
  raftsim_use_library(nlohmann_json nlohmann_json::nlohmann_json
                      GIT_REPOSITORY https://github.com/nlohmann/json.git GIT_TAG v3.11.2 GIT_SHALLOW ON)
endif()

if("tools" IN_LIST rooms)
  find_package(Threads REQUIRED)
  list(APPEND find_dependencies "find_dependency(Threads)")
  raftsim_use_library(CLI11 CLI11::CLI11
                      GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git GIT_TAG v2.3.2 GIT_SHALLOW ON)
endif()
