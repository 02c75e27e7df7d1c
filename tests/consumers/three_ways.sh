#!/usr/bin/env bash
# A project of somebody else's that links raftsim::sim: with raftsim installed, fetched, and as a subdirectory. It
# builds, prints what the README says, and gets nothing that it did not ask for.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(cd "$here/../.." && pwd -P)
for tool in cmake ctest ninja; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed"
    exit 77
  }
done
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
unset CMAKE_BUILD_TYPE CMAKE_EXPORT_COMPILE_COMMANDS  # or they would set what raftsim must not set
export CMAKE_GENERATOR=Ninja
! command -v ccache >/dev/null || export CMAKE_CXX_COMPILER_LAUNCHER=ccache

fail() {
  echo "failed: $*"
  exit 1
}

quietly() {
  "$@" >"$out/log" 2>&1 || {
    tail -n 30 "$out/log"
    fail "$*"
  }
}

# Nothing is downloaded: a machine that lacks Boost cannot install the room, either.
installed() {
  local build=$out/build code=0
  cmake -S "$root" -B "$build" -DRAFTSIM_TESTS=OFF -DRAFTSIM_TOOLS=OFF -DRAFTSIM_ROOMS=sim -DCMAKE_BUILD_TYPE=None \
    -DFETCHCONTENT_FULLY_DISCONNECTED=ON >"$out/log" 2>&1 || code=$?
  if grep --quiet 'not installed here' "$out/log"; then
    echo "skipped: Boost is not installed"
    exit 77
  fi
  ((code == 0)) || { cat "$out/log" && fail "cmake -S $root"; }
  quietly cmake --build "$build"
  quietly cmake --install "$build" --prefix "$out/installed"
  [[ -f $out/installed/share/doc/raftsim/LICENSE ]] || fail "no LICENSE is installed"
  [[ $(ls "$out/installed/include/raftsim") == sim ]] || fail "installed are headers of more than sim"
  [[ ! -e $out/installed/bin ]] || fail "a program is installed"
}

consumer() { # WAY
  local build=$out/$1 line unwanted
  echo "raftsim $1"
  quietly cmake -S "$here" -B "$build" -DRAFTSIM_AS="$1" -DRAFTSIM_CHECKOUT="$root" -DCMAKE_PREFIX_PATH="$out/installed"

  [[ $(ctest --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: //p' | sort | xargs) == "older_code ping_pong" ]] ||
    fail "ctest lists tests of raftsim's"
  [[ -z $(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt") ]] || fail "the build type is set"
  [[ ! -e $build/compile_commands.json ]] || fail "compile_commands.json is written"
  # Of raftsim's targets, the room asked for and nothing else; and none of CTest's dashboard.
  unwanted=$(ninja -C "$build" -t targets all | sed -n 's/:.*//; /^[A-Za-z_0-9]*$/p' |
    grep -E '_tests$|^raftsim|^(fmt|Experimental|Nightly)$' | grep -vx raftsim_sim || true)
  [[ -z $unwanted ]] || fail "the consumer has targets of raftsim's: ${unwanted//$'\n'/ }"
  [[ -z $(find "$build" -ipath '*_deps/*catch2*' -print -quit) ]] || fail "Catch2 is fetched"
  ! ninja -C "$build" -t commands ping_pong older_code | grep -E ' -o (ping_pong|older_code|CMakeFiles/)' |
    grep -E -- '-Wconversion|-mmemset|-fuse-ld|-fprofile' || fail "the consumer is compiled with raftsim's options"

  quietly cmake --build "$build"
  quietly ctest --test-dir "$build" --output-on-failure --no-tests=error
  line=$("$build/ping_pong")
  grep --quiet --fixed-strings "\`$line\`" "$root/README.md" || fail "the README lacks what the example prints: $line"
  [[ ! -e $build/bin ]] || fail "programs go to another folder"
  quietly cmake --install "$build" --prefix "$out/nothing"
  [[ ! -e $out/nothing ]] || fail "the consumer installs raftsim"
}

installed
consumer installed
consumer fetched
consumer subdirectory
