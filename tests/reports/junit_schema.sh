#!/usr/bin/env bash
# JUnit's XML as junit.xsd describes it, by xmllint: of sweeps that find nothing and much, with names and settings that
# XML minds, with checkers switched off, with a corpus, and of shards that were merged.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
builds=${RAFTSIM_PROGRAMS:-this=${RAFTSIM_PROGRAM:-$here/../../build/release/bin/raftsim}}
first_build=${builds%%:*}
program=$(readlink -f "${first_build#*=}")
command -v xmllint >/dev/null || {
  echo "skipped: xmllint is not installed (Debian's package libxml2-utils)"
  exit 77
}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$out"

fail() {
  echo "failed: $*"
  exit 1
}
[[ -x $program ]] || fail "no program ${first_build#*=}"

valid() { xmllint --noout --schema "$here/junit.xsd" "$1" 2>why; }
count() { xmllint --xpath "count($2)" "$1"; }
attribute() { xmllint --xpath "string(/testsuites/testsuite/@$2)" "$1"; }

# A schema cannot add up: what the attributes count is there.
check() { # REPORT.xml
  valid "$1" || fail "$1: $(head -n 3 why)"
  local pair
  for pair in tests=testcase failures=testcase/failure errors=testcase/error skipped=testcase/skipped; do
    [[ $(attribute "$1" "${pair%%=*}") == $(count "$1" "//${pair#*=}") ]] || fail "$1: ${pair%%=*} is miscounted"
  done
  echo "$1: $(attribute "$1" tests) test cases, $(attribute "$1" failures) failures, $(attribute "$1" skipped) skipped"
}

sweep() { # REPORT.xml ARGUMENT...
  local code=0
  "$program" sweep "${@:2}" --junit "$1" --out traces >/dev/null 2>&1 || code=$?
  ((code <= 1)) || fail "the sweep for $1 ended with $code"
  check "$1"
}

sweep clean.xml calm --seeds 20
sweep found.xml stale-ack --seeds 60 --keep 3 --mutation match-overwrite --corpus corpus
(($(count found.xml //failure) > 0)) || fail "found.xml has no failure"
sweep corpus.xml stale-ack --seeds 20 --mutation match-overwrite --corpus corpus
(($(count corpus.xml '//testcase[starts-with(@name, "corpus: ")]') > 0)) || fail "corpus.xml has no corpus"
sweep off.xml stale-ack --seeds 120 --mutation match-overwrite --set 'without=["no-stale-rewind","match-truth"]'
(($(count off.xml '//skipped') >= 2)) || fail "off.xml has no checkers that are switched off"
name=$'<it\'s> "a" & \xff.json'
"$program" scenarios stale-ack --json >"$name"
sweep names.xml "$name" --seeds 20 --mutation match-overwrite
"$program" sweep stale-ack --seeds 20 --mutation match-overwrite --shard 1/2 --out shards >/dev/null || true
"$program" merge shards --partial --junit merged.xml --out traces >/dev/null 2>&1 || true
check merged.xml

echo "a report with a mistake is refused"
refused() { # SED-EXPRESSION
  sed "$1" found.xml >mistaken.xml
  ! cmp --silent found.xml mistaken.xml || fail "$1 changes nothing"
  ! valid mistaken.xml || fail "accepted with $1"
}
refused 's/ name="vote-once"//'
refused 's/name="vote-once"/name="election-safety"/'
refused 's/ type="violation"//'
refused 's/tests="[0-9]*"/tests="many"/'
refused 's/<failure /<fault /'
refused 's/&#10;/\&newline;/'
