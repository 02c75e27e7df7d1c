#!/usr/bin/env bash
# clang-tidy has nothing to say about the rooms. A room is read at once, as the clang build compiles it: that takes a
# tenth of the time of one file after the other. The static analyzer takes most of the rest, and is left to be run by hand.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
program=$(tr : '\n' <<<"${RAFTSIM_PROGRAMS-}" | sed -n 's/^clang=//p')
build=${program%/bin/raftsim}
if [[ -z $program || ! -e $build/compile_commands.json ]] || ! command -v clang-tidy-19 >/dev/null; then
  echo "no clang-tidy-19, or no clang build, here"
  exit 77
fi
root=$(readlink -f "$here/../..")
# core is the same files as core_mutable.
mapfile -t units < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
  grep --extended-regexp "^($build|$root)/(core|sim|checkers|scenarios|tools)/" | grep --invert-match '/raftsim_core\.dir/')
rooms=$(printf '%s\n' "${units[@]}" | grep --only-matching --extended-regexp 'raftsim_(core_mutable|sim|checkers|scenarios|tools)\.dir' | sort -u)
[[ $(wc -l <<<"$rooms") == 5 ]] || {
  echo "expected a unit of each of five rooms, found: $rooms"
  exit 1
}
printf '%s\n' "${units[@]}" | xargs --max-procs="$(nproc)" --max-args=1 clang-tidy-19 -p "$build" --quiet \
  --warnings-as-errors='*' --checks='-clang-analyzer-*' \
  --header-filter="^$root/(core|sim|checkers|scenarios|tools)/.*\.[ch]pp$"
