# shellcheck shell=bash disable=SC2154
# Sourced after setup.sh. The fastest program is built twice, first to note which of its code a sweep runs, then to make
# that code fast (RAFTSIM_PROFILE in fast_build.cmake). Sources that change later are optimised without; to note anew,
# remove build/profiled.

preset_to_run() {
  local preset=${RAFTSIM_PRESET:-release} presets
  presets=$(sed -n 's/^ *{"name": "\([a-z]*\)", "configurePreset": .*/\1/p' "$root/CMakePresets.json")
  grep --quiet --line-regexp --fixed-strings -e "$preset" <<<"$presets" ||
    die "RAFTSIM_PRESET: expected one of" $presets", found '$preset'"
  printf '%s\n' "$preset"
}

build_program() { # PRESET
  local preset=$1
  if [[ $preset == profiled ]]; then
    compiler_is_gcc || die "RAFTSIM_PRESET=profiled needs GCC; '${CXX:-c++}' is another compiler"
    build_profiled
  else
    configure "$preset" OFF
    build "$preset" raftsim
  fi
}

build_profiled() {
  [[ $(cat "$(profile_noted)" 2>/dev/null) == "$(profile_key)" ]] || note_profile
  configure profiled OFF -DRAFTSIM_PROFILE=use
  build profiled raftsim
}

compiler_is_gcc() { "${CXX:-c++}" -v 2>&1 | grep --quiet '^gcc version'; }

profile_noted() { printf '%s\n' "$root/build/profiled/profile/noted"; }

# A profile is good for the folder and the compiler that it was made with.
profile_key() { printf '%s %s\n' "$root" "$("${CXX:-c++}" -dumpfullversion)"; }

# All scenarios, so that no feature is taken for one that nobody uses; a little of each is enough. Whoever changes the
# core may have broken it: a violation is for the sweep that follows to tell.
note_profile() {
  local build=$root/build/profiled scenario code
  say "building twice: first to note what a sweep does, then to make that fast"
  rm -rf "$build/profile"
  configure profiled OFF -DRAFTSIM_PROFILE=note -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF
  build profiled raftsim
  say "noting what a sweep does"
  for scenario in "$root"/scenarios/*/*.json; do
    [[ $scenario != *.schema.json ]] || continue
    code=0
    "$(program_of profiled)" sweep "$scenario" --seeds 20 --jobs 1 --out "$build/noted" >"$build/noted.log" 2>&1 \
      </dev/null 9<&- || code=$?
    ((code <= 1)) || die "the sweep of ${scenario##*/} that was to be noted failed; what it said is in $build/noted.log"
  done
  [[ -n $(find "$build/profile" -name '*.gcda' -print -quit) ]] || die "the sweeps left no profile in $build/profile"
  profile_key >"$(profile_noted)"
}
