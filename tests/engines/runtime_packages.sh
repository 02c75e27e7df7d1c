#!/usr/bin/env bash
# A machine that runs the program without having built it needs its shared libraries: the jobs of the GitHub workflow and
# the container image install all of them.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
engines=$here/../../tools/engines
builds=${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-$here/../../build/release/bin/raftsim}}
first_build=${builds%%:*}
command -v dpkg-query >/dev/null || {
  echo "skipped: no dpkg-query here to say which package a library is from"
  exit 77
}

# Of the machines that do not build: the workflow's jobs after the first, the image's last stage.
mapfile -t installed < <(
  sed -n '/^  shard:/,$ s/.*apt-get install .*--no-install-recommends //p' "$engines/github/sweep.yml"
  sed -n '/^FROM .*-slim/,$ s/.*apt-get install .*--no-install-recommends \([^&]*\).*/\1/p' \
    "$engines/kubernetes/Containerfile"
)
((${#installed[@]} == 3)) || { echo "failed: ${#installed[@]} places install something, not 3" && exit 1; }

bad=0 needed=
while read -r library; do
  packages_with=$(dpkg-query --search "$library" "/usr$library" 2>/dev/null || true)  # it knows one of the two names
  package=${packages_with%%:*}
  case $package in
    libc6 | libgcc-s1 | libstdc++6) continue ;;  # in ubuntu-24.04 and in debian:12-slim as they come
    '') echo "$library is of no package: it was built here" && continue ;;
  esac
  needed+=" $package"
  for packages in "${installed[@]}"; do
    [[ " $packages " == *" $package "* ]] || { echo "failed: $package is not among: $packages" && bad=1; }
  done
done < <(ldd "${first_build#*=}" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p')
echo "needed:$needed"
exit "$bad"
