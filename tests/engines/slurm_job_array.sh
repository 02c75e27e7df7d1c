#!/usr/bin/env bash
# The Slurm job files, on a Slurm of this machine alone. It installs packages and takes minutes: only when asked for.
set -euo pipefail
if [[ ${RAFTSIM_SLURM:-} != 1 ]]; then
  echo "skipped: set RAFTSIM_SLURM=1 to install Slurm and run a job array on this machine"
  exit 77
fi
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
builds=${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-}}
first_build=${builds%%:*}
RAFTSIM=${first_build#*=} exec "$here/../../tools/engines/slurm/on-one-machine.sh"
