# What makes building or the built program faster, where the machine has it.

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

include(CheckLinkerFlag)
find_program(MOLD mold)
if(MOLD)
  check_linker_flag(CXX -fuse-ld=mold RAFTSIM_LINKS_WITH_MOLD)
  if(RAFTSIM_LINKS_WITH_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

# GCC clears and copies a small struct on x86 with `rep stos` and `rep movs`, which take longer to begin than the few
# stores of a vector register to be done: 36% of the time of World::send was one of them.
include(CheckCXXCompilerFlag)
set(RAFTSIM_SMALL_STRUCTS "-mmemset-strategy=vector_loop:256:noalign,libcall:-1:noalign"
                          "-mmemcpy-strategy=vector_loop:256:noalign,libcall:-1:noalign")
check_cxx_compiler_flag("${RAFTSIM_SMALL_STRUCTS}" RAFTSIM_SMALL_STRUCTS_WORK)
if(RAFTSIM_SMALL_STRUCTS_WORK)
  add_compile_options(${RAFTSIM_SMALL_STRUCTS})
endif()

# Off unless asked for: every test program pays for it at each link.
option(RAFTSIM_LTO "Optimise across source files" OFF)
if(RAFTSIM_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT RAFTSIM_LTO_WORKS LANGUAGES CXX)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${RAFTSIM_LTO_WORKS})
endif()

# For programs that sweep: blocks come and go twice an event, and mimalloc (Leijen, Zorn and de Moura, "Mimalloc: Free
# List Sharding in Action", APLAS 2019) finds one in a few instructions. Sanitizers have an allocator of their own.
add_library(raftsim_allocator INTERFACE)
if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  find_package(mimalloc CONFIG QUIET)
  if(TARGET mimalloc)
    target_link_libraries(raftsim_allocator INTERFACE mimalloc)
  endif()
endif()
