#!/usr/bin/env bash
# Tries sweep.sbatch and merge.sbatch on a Slurm of this machine alone: sets it up in a folder of its own, on loopback,
# runs a sweep as a job array, has a task killed and requeued half-way, merges, holds the summary against that of one
# sweep over the same seeds, and stops what it started. It takes a minute or two and leaves nothing but the packages
# slurm-wlm and munge.
#
#   tools/engines/slurm/on-one-machine.sh [SCENARIO [SEEDS [TASKS]]]
#
# Environment: RAFTSIM names the program (else it is built here); RAFTSIM_NO_APT=1 leaves the system's packages alone.
# Exit codes: 0 the summaries are the same, 1 they differ, 3 something did not work, which the last line says.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/../../setup/setup.sh"  # say, die, have, install_packages, program_of
source "$here/../../setup/profiled_build.sh"  # preset_to_run
scenario=${1-leader-crash} seeds=${2-8000} tasks=${3-4}
patience=300  # seconds for the whole array

# Slurm ------------------------------------------------------------------------------------------------------------

free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# Everything below the folder, so that no other Slurm or munge on this machine notices.
write_configuration() {
  mkdir -p state spool results
  dd if=/dev/urandom of=munge.key bs=1 count=128 status=none
  chmod 400 munge.key
  echo 'CgroupPlugin=cgroup/v1' >cgroup.conf
  cat >slurm.conf <<END
ClusterName=raftsim
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
KillWait=2
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

daemons=()

daemons_run() {
  local daemon
  for daemon in "${daemons[@]}"; do kill -0 "$daemon" 2>/dev/null || return; done
}

# until_true SECONDS WHAT COMMAND...: waits for COMMAND to succeed.
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || die "$what; the logs are in $folder"
    daemons_run || die "munged, slurmctld or slurmd has ended; the logs are in $folder"
    sleep 0.5
  done
}

start_slurm() {
  munged --foreground --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --seed-file="$folder/munged.seed" >munged.log 2>&1 &
  daemons=($!)
  until_true 20 "munged does not answer" munge --socket="$folder/munge.socket" --no-input
  slurmctld -D >slurmctld.log 2>&1 &
  daemons+=($!)
  slurmd -D >slurmd.log 2>&1 &
  daemons+=($!)
  until_true 30 "Slurm's node does not come up" node_is idle
}

node_is() { sinfo --noheader --format=%T | grep --quiet --line-regexp "$1"; }

# All that was started here, jobs too, has this folder's configuration in its environment: nothing else is touched.
processes_started() {
  local folder_of_process
  for folder_of_process in /proc/[0-9]*; do
    if grep --quiet --no-messages --text --fixed-strings "SLURM_CONF=$SLURM_CONF" "$folder_of_process/environ"; then
      printf '%s\n' "${folder_of_process#/proc/}"
    fi
  done
}

stop() {
  local code=$? signal
  trap - EXIT
  trap '' INT TERM HUP  # whoever is impatient shall not leave half of it running
  for signal in TERM TERM KILL; do
    mapfile -t started < <(processes_started)
    ((${#started[@]} > 0)) || break
    kill -s "$signal" "${started[@]}" 2>/dev/null || true
    sleep 1
  done
  cd /
  if ((code == 0)); then
    rm -rf "$folder"
  else
    say "what Slurm and raftsim wrote is kept in $folder"
  fi
  exit "$code"
}

# The sweep --------------------------------------------------------------------------------------------------------

is_in_state() { [[ $(squeue --noheader --states="$1" --job="$2" --format=%i) ]]; }  # STATE JOB
queue_is_empty() {
  local jobs
  jobs=$(squeue --noheader) && [[ -z $jobs ]]  # an answer, and an empty one
}

running_tasks() { squeue --noheader --job="$array" --states=RUNNING --format=%K; }
has_put_down_results() { (($(wc -l <"results/shard-$1-of-$tasks.jsonl") > 1)); }

# As after a node that failed: the task is ended where it is and goes to the queue again.
requeue_one_task() {
  until_true 60 "no task starts" is_in_state RUNNING "$array"
  local task
  task=$(running_tasks | tail -n 1)
  until_true 60 "task $task finds nothing out" has_put_down_results "$task"
  [[ $(running_tasks) =~ (^|[[:space:]])"$task"($|[[:space:]]) ]] ||
    die "task $task is over before it can be requeued: $seeds seeds are too few"
  say "requeueing task $task"
  scontrol requeue "${array}_$task"
  until_true 20 "task $task is not requeued" is_in_state PENDING "${array}_$task"
  scontrol update "JobId=${array}_$task" StartTime=now  # Slurm would leave it for two minutes
  requeued=$task
}

# What a summary says but for the time that it took, and with how many threads.
comparable() {
  grep --quiet "^  \"runs\": $seeds,\$" "$1" || die "$1 is not of all $seeds seeds"
  sed -E '/^  "(wall_seconds|events_per_second|jobs)":/d' "$1"
}

# What a task costs before it does anything: why it should be a minute of seeds, and not one.
time_empty_tasks() {
  local begin=$SECONDS
  sbatch --quiet --array=1-20 --output=/dev/null --wrap=true
  until_true 120 "empty tasks do not end" queue_is_empty
  say "20 tasks that do nothing took Slurm $((SECONDS - begin)) seconds"
}

run_array() {
  local merge begin=$SECONDS
  array=$(sbatch --parsable --array="1-$tasks" --output=task-%a.log "$here/sweep.sbatch" "$scenario" --seeds "$seeds")
  merge=$(sbatch --parsable --dependency="afterany:$array" --output=merge.log "$here/merge.sbatch")
  say "submitted: array $array with $tasks tasks, and $merge to merge what they find"
  requeue_one_task
  until_true "$patience" "the jobs have not ended in $patience seconds" queue_is_empty
  say "the jobs have ended after $((SECONDS - begin)) seconds"
}

install_packages slurm-wlm munge
for program in munged slurmctld slurmd sbatch; do
  have "$program" || die "not installed: $program (Debian's packages slurm-wlm and munge)"
done
export RAFTSIM=${RAFTSIM:-}
if [[ -z $RAFTSIM ]]; then
  "$root/tools/run" --version >/dev/null
  RAFTSIM=$(program_of "$(preset_to_run)")
fi
[[ -x $RAFTSIM ]] || die "no program $RAFTSIM"
RAFTSIM=$(readlink -f "$RAFTSIM")

folder=$(mktemp -d /tmp/raftsim-slurm.XXXXXX)
chmod 755 "$folder"  # munged wants to be reached
cd "$folder"
export SLURM_CONF=$folder/slurm.conf RAFTSIM_RESULTS=$folder/results
trap stop EXIT
trap 'die "line $LINENO failed: $BASH_COMMAND"' ERR
trap 'exit 130' INT TERM HUP
write_configuration
say "starting munged, slurmctld and slurmd in $folder"
start_slurm
time_empty_tasks
run_array
[[ -e merge.log ]] || die "nothing was merged"
cat merge.log
grep --quiet 'resuming after' "task-$requeued.log" || die "task $requeued began anew: $(tail -n 1 "task-$requeued.log")"
[[ -s results/summary.json ]] || die "nothing was merged: $(tail -n 1 merge.log)"

say "sweeping the same $seeds seeds at once"
code=0
mkdir single  # where traces have the names that they have in results
(cd single && "$RAFTSIM" sweep "$scenario" --seeds "$seeds" --out traces --format json >../single.json) || code=$?
((code <= 1)) || die "the single sweep ended with $code"
comparable single.json >single.txt
comparable results/summary.json >merged.txt
code=0
diff single.txt merged.txt >&2 || code=$?
((code <= 1)) || die "the summaries cannot be compared"
if ((code == 1)); then
  say "the merged summary (>) is not that of one sweep (<)"
  exit 1
fi
say "merged from $tasks tasks, of which $requeued was requeued half-way: the same as one sweep over $seeds seeds"
