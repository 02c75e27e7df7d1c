#!/usr/bin/env bash
# The Kubernetes job files are what the API takes, and what their pods run makes one summary of all shards.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
jobs=$here/../../tools/engines/kubernetes
source "$here/schemas/install.sh"
source "$here/reference/one_sweep.sh"

validate() { (cd "$modules" && node "$schemas/kubernetes.mjs" "$@"); }
value() { # FILE KEY...
  (cd "$modules" && node "$schemas/yaml_value.mjs" "$jobs/$1" "${@:2}")
}

validate "$jobs/sweep.yaml" "$jobs/merge.yaml"

echo "a file with a mistake is refused"
refused() { # SED-EXPRESSION
  sed "$1" "$jobs/sweep.yaml" >"$out/mistaken.yaml"
  ! cmp --silent "$jobs/sweep.yaml" "$out/mistaken.yaml" || fail "$1 changes nothing"
  ! validate "$out/mistaken.yaml" >/dev/null || fail "accepted with $1"
}
refused 's/backoffLimitPerIndex/backoffLimitPerindex/'
refused 's/completions: 16/completions: sixteen/'
refused 's/action: FailJob/verb: FailJob/'

echo "the number of shards is the same wherever it is given"
shards=$(value sweep.yaml spec completions)
containers=(spec template spec containers)
[[ $(value sweep.yaml "${containers[@]}" sweep env SHARDS value) == "$shards" ]] || fail "SHARDS is not $shards"

echo "what the pods run, all $shards of them, and one of them again"
script=$(value sweep.yaml "${containers[@]}" sweep args 0)
export SHARDS=$shards SCENARIO=$scenario SEEDS=$seeds FIRST_SEED=1 RESULTS=$out/results
for ((index = 0; index < shards; ++index)); do
  JOB_COMPLETION_INDEX=$index bash -c "$script" >/dev/null
done
JOB_COMPLETION_INDEX=1 bash -c "$script" >/dev/null
bash -c "$(value merge.yaml "${containers[@]}" merge args 0)" >/dev/null
same_as_one_sweep "$RESULTS/summary.json"
