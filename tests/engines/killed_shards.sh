#!/usr/bin/env bash
# A sweep whose shards are killed and resumed merges to what an undisturbed one says, at a size of a few seconds. Its runs
# are longer than those of crash-once, so that a few thousand last longer than it takes to kill them; a machine that is
# done even so gets more. The bug that is planted shows in few of them, so that there are violations to be lost.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
builds=${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-$here/../../build/release/bin/raftsim}}
first_build=${builds%%:*}
export RAFTSIM=${first_build#*=}
for seeds in 4000 16000 64000; do
  code=0
  "$here/../../tools/engines/killed-and-resumed.sh" "$seeds" 2 --set chaos_ends=6s --mutation dedup-at-propose || code=$?
  ((code == 4)) || break
done
exit "$code"
