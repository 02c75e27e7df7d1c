# raftsim_build_flags: how everything of ours is compiled. Linked PRIVATE, so that nobody who links a room inherits it.
add_library(raftsim_build_flags INTERFACE)

target_compile_options(raftsim_build_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms about std::string: gcc.gnu.org/PR105651
  target_compile_options(raftsim_build_flags INTERFACE -Wno-restrict)
endif()

# GCC clears and copies a small struct on x86 with `rep stos` and `rep movs`, which take longer to begin than the few
# stores of a vector register to be done: 36% of the time of World::send was one of them.
include(CheckCXXCompilerFlag)
set(RAFTSIM_SMALL_STRUCTS "-mmemset-strategy=vector_loop:256:noalign,libcall:-1:noalign"
                          "-mmemcpy-strategy=vector_loop:256:noalign,libcall:-1:noalign")
check_cxx_compiler_flag("${RAFTSIM_SMALL_STRUCTS}" RAFTSIM_SMALL_STRUCTS_WORK)
if(RAFTSIM_SMALL_STRUCTS_WORK)
  target_compile_options(raftsim_build_flags INTERFACE ${RAFTSIM_SMALL_STRUCTS})
endif()
