# What makes building or the built program faster, where the machine has it. At top level only: a parent
# project decides for itself.

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

# The loop is long and flat: what an event costs is mostly code that is not in the nearest cache when it is called.
# Knowing which branches are taken, GCC moves the others out of the way, and an event takes four fifths of the time.
# tools/setup/profiled_build.sh builds twice, first to note, then to use.
set(RAFTSIM_PROFILE "" CACHE STRING "note: which code runs, in a folder 'profile' of the build; use: optimise for that")
set(RAFTSIM_PROFILE_FOLDER ${CMAKE_BINARY_DIR}/profile)
if(RAFTSIM_PROFILE AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "RAFTSIM_PROFILE: expected GCC, found ${CMAKE_CXX_COMPILER_ID}")
elseif(RAFTSIM_PROFILE STREQUAL "note")
  add_compile_options(-fprofile-generate=${RAFTSIM_PROFILE_FOLDER} -fprofile-update=atomic)  # workers count along
  add_link_options(-fprofile-generate=${RAFTSIM_PROFILE_FOLDER})
elseif(RAFTSIM_PROFILE STREQUAL "use")
  # Code that was changed since does without, and code that never ran is made small. GCC warns of both, and no option
  # names one of those warnings: the other builds say what there is to say about the sources.
  add_compile_options(-fprofile-use=${RAFTSIM_PROFILE_FOLDER} -fprofile-correction -w)
  # In one piece, so that it can put next to each other what is called in a row.
  add_link_options(-w $<$<BOOL:${CMAKE_INTERPROCEDURAL_OPTIMIZATION}>:-flto-partition=one>)
elseif(RAFTSIM_PROFILE)
  message(FATAL_ERROR "RAFTSIM_PROFILE: expected note or use, found ${RAFTSIM_PROFILE}")
endif()
