# The libraries: the system's package, and where a system lacks one, its sources from GitHub.
# -DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER fetches all of them even so.
include(FetchContent)
set(FETCHCONTENT_QUIET OFF)

# use_library(name URL|GIT_REPOSITORY address ...): the arguments are those of FetchContent_Declare. No version is asked
# for, because a package's version file may refuse another major version that serves as well (Catch2 2 and 3).
macro(use_library name how address)
  if(NOT FETCHCONTENT_TRY_FIND_PACKAGE_MODE STREQUAL "NEVER")
    find_package(${name} CONFIG QUIET)
  endif()
  if(NOT ${name}_FOUND)
    message(STATUS "${name} is not installed here: fetching ${address}")
  endif()
  FetchContent_Declare(${name} ${how} ${address} ${ARGN} SYSTEM FIND_PACKAGE_ARGS CONFIG)
  FetchContent_MakeAvailable(${name})
endmacro()

find_package(Threads REQUIRED)
use_library(fmt GIT_REPOSITORY https://github.com/fmtlib/fmt.git GIT_TAG 9.1.0 GIT_SHALLOW ON)
use_library(nlohmann_json GIT_REPOSITORY https://github.com/nlohmann/json.git GIT_TAG v3.11.2 GIT_SHALLOW ON)
use_library(CLI11 GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git GIT_TAG v2.3.2 GIT_SHALLOW ON)

# Of Boost only Boost.Random's headers are used: the package has them all in Boost::headers.
set(BOOST_INCLUDE_LIBRARIES random)
use_library(Boost URL https://github.com/boostorg/boost/releases/download/boost-1.84.0/boost-1.84.0.tar.xz
            URL_HASH SHA256=2e64e5d79a738d0fa6fb546c6e5c2bd28f88d268a2a080546f74e5ff98f29d0e
            DOWNLOAD_EXTRACT_TIMESTAMP ON)
add_library(raftsim_boost_random INTERFACE)
target_link_libraries(raftsim_boost_random INTERFACE $<IF:$<TARGET_EXISTS:Boost::random>,Boost::random,Boost::headers>)

if(BUILD_TESTING)
  set(valijson_BUILD_TESTS OFF)
  use_library(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git GIT_TAG v3.7.1 GIT_SHALLOW ON)
  use_library(valijson GIT_REPOSITORY https://github.com/tristanpenman/valijson.git GIT_TAG v1.0.2 GIT_SHALLOW ON)
  if(catch2_SOURCE_DIR)  # where catch_discover_tests is; the package says so itself
    list(APPEND CMAKE_MODULE_PATH ${catch2_SOURCE_DIR}/extras)
  endif()
endif()

if(RAFTSIM_BENCHMARKS)
  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_GTEST_TESTS OFF)
  use_library(benchmark GIT_REPOSITORY https://github.com/google/benchmark.git GIT_TAG v1.7.1 GIT_SHALLOW ON)
endif()
