#!/usr/bin/env bash
# The same seed gives the same run in every build: 20 seeds of each scenario (one of those in suites, which are longer)
# have the fingerprints of golden.txt, with gcc and clang, optimised or not, under sanitizers, with one worker and (where
# that can matter) with eight.
#
# Builds are named in RAFTSIM_PROGRAMS as "release=/path/to/raftsim:debug=/path/to/raftsim"; without it, the one in
# RAFTSIM_PROGRAM is tested alone. A change that alters what runs do on purpose writes the file anew:
#
#   tests/determinism/golden_fingerprints.sh --update
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
golden=$here/golden.txt
scenarios=$here/../../scenarios
IFS=: read -ra builds <<<"${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-$here/../../build/release/bin/raftsim}}"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

scenario_names() {
  find "$scenarios" -name '*.json' ! -name '*.schema.json' -printf '%f\n' | sed 's/\.json$//' | LC_ALL=C sort
}

fingerprint() { # PROGRAM SCENARIO JOBS
  local seeds=20
  [[ -z $(find "$scenarios/suites" -name "$2.json") ]] || seeds=1
  "$1" sweep "$2" --seeds "$seeds" --jobs "$3" --format json --out "$out" 2>/dev/null |
    sed -n 's/.*"fingerprint": *"\([0-9a-f]*\)".*/\1/p' | head -n 1
}

if [[ ${1-} == --update ]]; then
  for name in $(scenario_names); do
    echo "$name $(fingerprint "${builds[0]#*=}" "$name" 1)"
  done >"$golden.new"
  mv "$golden.new" "$golden"
  exit 0
fi

# One worker and eight where that can matter: in the first build, and under the sanitizer that watches threads.
declare -A jobs_of=(["${builds[0]%%=*}"]="1 8" [tsan]="1 8")
bad=0 checked=0
for build in "${builds[@]}"; do
  for name in $(scenario_names); do
    expected=$(sed -n "s/^$name //p" "$golden")
    for jobs in ${jobs_of[${build%%=*}]-1}; do
      seen=$(fingerprint "${build#*=}" "$name" "$jobs")
      checked=$((checked + 1))
      if [[ -z $seen || $seen != "$expected" ]]; then
        echo "$name in build ${build%%=*} with --jobs $jobs: expected ${expected:-a line in golden.txt}, got ${seen:-nothing}"
        bad=$((bad + 1))
      fi
    done
  done
done
echo "$((checked - bad)) of $checked as they should be"
((bad == 0 && checked > 0))
