#!/usr/bin/env bash
# Proves that a kill costs nothing but the last second: a sweep in shards, of which each is killed twice in the midst of
# its work and resumed, merges to the summary of a sweep over the same seeds that nobody disturbed. Kills are SIGKILL,
# at any moment from one line of the results to the next. Before that each shard is killed ten times as it begins, some
# before there is a file. After every other kill the file loses a part of its last line, the header too, as after a loss
# of power. The summaries are compared byte for byte but for these lines, which the clock or the machine decides:
#
#   wall_seconds       the time that it took
#   events_per_second  the rate, which follows from it
#   jobs               the threads: null in a merged summary, as every shard may have had its own
#
#   tools/engines/killed-and-resumed.sh [SEEDS [SHARDS [OPTION OF raftsim sweep ...]]]
#
# Without arguments: a million seeds in two shards. Environment: RAFTSIM names the program (else it is built here).
# Exit codes: 0 the summaries are the same, 1 they differ, 3 something did not work, 4 the sweep is over too soon to be
# killed: take more seeds. The last line says what is wrong. It stops what it started; its folder stays when it ends
# with 1 or 3.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/../setup/setup.sh"  # say, die, program_of
source "$here/../setup/profiled_build.sh"  # preset_to_run
scenario=crash-once seeds=${1-1000000} shards=${2-2} options=("${@:3}")
[[ $seeds =~ ^[1-9][0-9]*$ && $shards =~ ^[1-9][0-9]*$ && $shards -le $seeds ]] ||
  die "expected SEEDS and SHARDS as whole numbers from 1 on, and not more shards than seeds; found '$seeds' '$shards'"
kills=2
kills_at_the_start=10
patience=60  # seconds in which a sweep puts something down, whatever else the machine does

declare -A sweep_of  # the process that runs a shard

start() { # SHARD
  "$program" sweep "$scenario" --seeds "$seeds" "${options[@]}" --shard "$1/$shards" --jobs 1 --resume results \
    --out traces >"shard-$1.out" 2>"shard-$1.err" &
  sweep_of[$1]=$!
}

# Seeds are dealt to the shards like cards.
planned() { echo $(((seeds - $1) / shards + 1)); }

file_of() { echo "results/shard-$1-of-$shards.jsonl"; }

# How many runs the file of a shard has, by its lines that are whole: a kill may have cut off the last one.
put_down() { # SHARD
  local file
  file=$(file_of "$1")
  [[ -e $file ]] || { echo 0; return; }
  sed -n 's/^{"from":\([0-9]*\),.*"runs":\([0-9]*\),"repeated".*}$/\1 \2/p' "$file" |
    awk '{ runs = $1 + $2 } END { print runs + 0 }'
}

too_few() {
  say "$* before it could be killed: $seeds seeds are too few for this machine"
  exit 4
}

end_by_kill() { # SHARD; leaves in `code` what it ended with
  local process=${sweep_of[$1]}
  code=0
  kill -s KILL "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || code=$?
  unset "sweep_of[$1]"
}

# Every other time, as after a loss of power: the last line is there in part.
tear() { # SHARD
  local file last
  file=$(file_of "$1")
  if ((RANDOM % 2)) || [[ ! -s $file ]]; then return; fi
  last=$(tail -n 1 "$file" | wc -c)
  truncate --size="-$((1 + RANDOM % last))" "$file"
  torn=$((torn + 1))
}

# Kills a shard as it begins, at ten moments; the file that the last one leaves is what the first round goes on with.
kill_at_the_start() { # SHARD
  local file times code none=0 empty=0 begun=0
  file=$(file_of "$1")
  for ((times = 0; times < kills_at_the_start; ++times)); do
    rm -f "$file"
    start "$1"
    ((RANDOM % 2)) || sleep "0.00$((RANDOM % 10))"
    end_by_kill "$1"
    if [[ -s $file ]]; then
      begun=$((begun + 1))
    elif [[ -e $file ]]; then
      empty=$((empty + 1))
    else
      none=$((none + 1))
    fi
  done
  say "killed shard $1 as it began: $none times before there was a file, $empty with an empty one, $begun with a header"
  tear "$1"
}

# Kills a shard some time after it has put down at least as many runs as that. It has to be killed while it works: one
# that ended by itself, or that had all of it on the disk already, proves nothing.
kill_after() { # SHARD RUNS
  local process=${sweep_of[$1]} before now last news=$SECONDS code
  before=$(put_down "$1") now=$before
  while ((now <= before || now < $2)); do
    kill -0 "$process" 2>/dev/null || break
    ((SECONDS < news + patience)) || die "shard $1 has put down nothing for $patience seconds"
    sleep 0.02
    last=$now
    now=$(put_down "$1")
    ((now == last)) || news=$SECONDS
  done
  sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
  end_by_kill "$1"
  now=$(put_down "$1")
  ((now < $(planned "$1"))) || too_few "shard $1 had done all of its runs"
  ((code == 128 + 9)) || die "shard $1 ended with $code before it was killed: $(tail -n 1 "shard-$1.err")"
  say "killed shard $1, which has put down $now of $(planned "$1") runs"
  tear "$1"
}

stop() {
  local code=$? process
  trap - EXIT
  trap '' INT TERM HUP  # whoever is impatient shall not leave half of it running
  for process in "${sweep_of[@]}"; do kill -s KILL "$process" 2>/dev/null || true; done
  wait 2>/dev/null
  cd /
  if ((code == 0 || code == 4)); then
    rm -rf "$folder"
  else
    say "what the sweeps wrote is kept in $folder"
  fi
  exit "$code"
}

# What a summary says but for what is listed above.
comparable() { # SUMMARY.json
  grep --quiet "^  \"runs\": $seeds,\$" "$1" || die "$1 is not of all $seeds seeds: $(tail -n 1 "${1%json}err")"
  sed -E '/^  "(wall_seconds|events_per_second|jobs)":/d' "$1"
}

program=${RAFTSIM:-}
if [[ -z $program ]]; then
  "$root/tools/run" --version >/dev/null
  program=$(program_of "$(preset_to_run)")
fi
[[ -x $program ]] || die "no program $program"
program=$(readlink -f "$program")
folder=$(mktemp -d -t raftsim-killed.XXXXXX)  # where TMPDIR says
cd "$folder"
trap stop EXIT
trap 'die "line $LINENO failed: $BASH_COMMAND"' ERR
trap 'exit 130' INT TERM HUP

# Each round, each shard is killed in its own part of its work: the first of two rounds between 1/6 and 2/6 of it, the
# second between 3/6 and 4/6, and a little later, as lines come once a second.
mapfile -t all < <(seq "$shards")
torn=0
for shard in "${all[@]}"; do kill_at_the_start "$shard"; done
for ((round = 1; round <= kills; ++round)); do
  for shard in "${all[@]}"; do start "$shard"; done
  say "round $round: $shards shards of $scenario over $seeds seeds are under way"
  for shard in $(shuf -e "${all[@]}"); do
    part=$(planned "$shard")
    kill_after "$shard" $((part * (2 * round - 1) / (3 * kills) + RANDOM * part / 32768 / (3 * kills)))
  done
done
for shard in "${all[@]}"; do start "$shard"; done
say "resumed for the last time; waiting for the end"
for shard in "${all[@]}"; do
  code=0
  wait "${sweep_of[$shard]}" || code=$?
  unset "sweep_of[$shard]"
  ((code <= 1)) || die "shard $shard ended with $code: $(tail -n 1 "shard-$shard.err")"
  grep --quiet 'resuming after' "shard-$shard.err" || die "shard $shard began anew: $(tail -n 1 "shard-$shard.err")"
done

# 1 is a violation, which is a result like another.
code=0
"$program" merge results --out traces --format json >merged.json 2>merged.err || code=$?
((code <= 1)) || die "the merge ended with $code: $(tail -n 1 merged.err)"
say "merged; now the same seeds undisturbed"
code=0
"$program" sweep "$scenario" --seeds "$seeds" "${options[@]}" --shard 1/1 --results single --out traces --format json \
  >single.json 2>single.err || code=$?
((code <= 1)) || die "the undisturbed sweep ended with $code: $(tail -n 1 single.err)"
comparable single.json >single.txt
comparable merged.json >merged.txt
code=0
diff single.txt merged.txt >&2 || code=$?
((code <= 1)) || die "the summaries cannot be compared"
if ((code == 1)); then
  say "the merged summary (>) is not that of the undisturbed sweep (<)"
  exit 1
fi
say "$seeds seeds in $shards shards, each killed $kills times and resumed ($torn times with a torn line): merged, the" \
  "same as undisturbed, $(wc -l <merged.txt) lines byte for byte"
