# The newest clang that is installed, under the names that systems give it. Before 16, clang cannot read the ranges of
# libstdc++ 12.
find_program(RAFTSIM_CLANG NAMES clang++-21 clang++-20 clang++-19 clang++-18 clang++-17 clang++-16 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER ${RAFTSIM_CLANG})
