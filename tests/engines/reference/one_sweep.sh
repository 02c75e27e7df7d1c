# shellcheck shell=bash disable=SC2034
# Sourced: the program, a small sweep to be made in shards, and the same sweep made at once to hold them against.
builds=${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-$(dirname "${BASH_SOURCE[0]}")/../../../build/release/bin/raftsim}}
first_build=${builds%%:*}
program=$(readlink -f "${first_build#*=}")
scenario=crash-once seeds=40
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir -p "$out/path"
ln -s "$program" "$out/path/raftsim"
PATH=$out/path:$PATH

fail() {
  echo "failed: $*"
  exit 1
}
[[ -x $program ]] || fail "no program ${first_build#*=}"

# All of a summary but the time that it took, with how many threads.
comparable() { sed -E '/"(wall_seconds|events_per_second|jobs)":/d' "$1"; }

same_as_one_sweep() { # SUMMARY.json
  "$program" sweep "$scenario" --seeds "$seeds" --out "$out/single" --format json >"$out/single.json" 2>/dev/null
  diff <(comparable "$out/single.json") <(comparable "$1") || fail "merged (>), it is not what one sweep says (<)"
}
