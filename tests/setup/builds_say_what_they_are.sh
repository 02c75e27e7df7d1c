#!/usr/bin/env bash
# A figure or a trace names the program that made it: each build says what it is.
set -euo pipefail
[[ -n ${RAFTSIM_PROGRAMS-} ]] || exit 77
IFS=: read -ra programs <<<"$RAFTSIM_PROGRAMS"

declare -A expected=(
  [release]="build optimized, without assertions, no sanitizer"
  [profiled]="build optimized across files for what a sweep runs, without assertions, no sanitizer"
  [debug]="build not optimized, with assertions, no sanitizer"
  [clang]="compiler Clang"
  [libcxx]=", libc++"
  [asan]="address sanitizer"
  [tsan]="thread sanitizer"
)
for named in "${programs[@]}"; do
  build=${named%%=*}
  said=$("${named#*=}" --version)
  [[ $said == *"${expected[$build]}"* ]] || {
    printf '%s: expected "%s", found:\n%s\n' "$build" "${expected[$build]}" "$said" >&2
    exit 1
  }
done
echo "builds asked: ${#programs[@]}"
