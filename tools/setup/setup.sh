# shellcheck shell=bash disable=SC2034
# Sourced by tools/run and tools/test: installs what is missing, configures what is not, builds what is out of date, and
# says so on standard error. When there is nothing to do it says nothing and takes a fraction of a second.
#
# Environment: RAFTSIM_NO_APT=1 leaves the system's packages alone; CMake then fetches the libraries that are missing.
#              RAFTSIM_PRESET names another preset of CMakePresets.json for tools/run.
#              CXX names another compiler than the system's.

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
packages_to_run=(cmake ninja-build g++ libboost-dev libcli11-dev libfmt-dev libmimalloc-dev nlohmann-json3-dev)
packages_to_test=(catch2 rapidjson-dev libxml2-utils)

say() { printf 'raftsim: %s\n' "$*" >&2; }

# 3 is the program's own code for "the harness failed": 1 and 2 would read as a verdict and as a usage error.
die() {
  say "$@"
  exit 3
}

# A set-up that fails ends with 3, whatever it was that failed; one that is interrupted has not failed.
guard_setup() {
  set -o errtrace
  trap 'exit 3' ERR
  trap 'trap - INT; end_line; say interrupted; kill -INT $$' INT
  trap 'end_line; exit 143' TERM
}

have() { command -v "$1" >/dev/null 2>&1; }

# One line of a terminal that the next one overwrites: as much of TEXT as fits.
progress() { # TEXT
  [[ -t 2 ]] || return 0
  local columns
  columns=$(stty size 2>/dev/null </dev/tty | cut -d ' ' -f 2 || true)
  ((${columns:-0} > 1)) || columns=80
  printf '\r\033[K%.*s' $((columns - 1)) "$1" >&2
}

end_line() { [[ ! -t 2 ]] || printf '\r\033[K' >&2; }

# One set-up at a time for each folder: the checkout while packages are installed, then a build. The lock goes with this
# shell or with lock_end; what the shell starts does not inherit it (9<&-), so that nothing left in the background can
# keep it.
lock_begin() { # FOLDER
  have flock || return 0
  exec 9<"$1"
  flock --nonblock 9 || {
    say "waiting for another set-up of ${1#"$root"/} to end"
    flock 9
  }
}

lock_end() { exec 9<&-; }

# Packages ---------------------------------------------------------------------------------------------------------

missing_packages() {
  local package installed
  installed=$(dpkg-query --show --showformat '${db:Status-Status}:${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep --quiet --line-regexp --fixed-strings "installed:$package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# How far apt-get is comes as lines "dlstatus:NUMBER:PERCENT:TEXT" while it downloads and "pmstatus:..." while it
# installs (README.progress-reporting of apt).
apt_get() {
  local what _ percent text
  {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 \
      -o APT::Update::Error-Mode=any -o APT::Status-Fd=1 "$@" 2>&1 </dev/null 9<&- | tee -a "$apt_log" |
      while IFS=: read -r what _ percent text; do
        case $what in
          dlstatus) progress "raftsim: downloading packages, ${percent%.*}%: $text" ;;
          pmstatus) progress "raftsim: installing packages, ${percent%.*}%: $text" ;;
        esac
      done
  } || {
    end_line
    return 1
  }
  end_line
}

apt_install() { apt_get install --yes --no-install-recommends "$@"; }

# Lists of packages are updated only when installing from those at hand fails. A package that the system does not have
# is left to CMake.
apt_install_available() {
  local package available=()
  apt_install "$@" && return
  say "updating the lists of packages"
  apt_get update || true
  for package in "$@"; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      available+=("$package")
    else
      say "no package $package on this system"
    fi
  done
  ((${#available[@]} == 0)) || apt_install "${available[@]}"
}

# What is still missing afterwards is left in `lacking`; what a former configuring did without is not asked for again.
install_packages() {
  local package packages=("$@") wanted=() as_root=() apt_log
  lacking=()
  [[ -z ${RAFTSIM_NO_APT:-} ]] || return 0
  if ! have apt-get || ! have dpkg-query; then
    [[ -d $root/build ]] || say "no apt-get here: CMake takes the libraries that are installed and fetches the others"
    return 0
  fi
  mapfile -t lacking < <(missing_packages "${packages[@]}")
  for package in "${lacking[@]}"; do
    grep --quiet --line-regexp --fixed-strings --no-messages "$package" "$root/build/done_without" || wanted+=("$package")
  done
  ((${#wanted[@]} > 0)) || return 0

  if ((EUID != 0)); then
    say "packages to install: ${wanted[*]}"
    if have sudo; then
      sudo -n true 2>/dev/null 9<&- || say "sudo asks for your password, to install them with apt-get"
      ! sudo -v 9<&- || as_root=(sudo)
    fi
    if ((${#as_root[@]} == 0)); then
      say "root can install them: apt-get update && apt-get install --no-install-recommends ${wanted[*]}"
      return 0
    fi
  else
    say "installing: ${wanted[*]}"
  fi
  apt_log=$(mktemp)
  apt_install_available "${wanted[@]}" ||
    say "apt-get failed: $(grep -m 1 -E '^(E|sudo):' "$apt_log" || tail -n 1 "$apt_log")"
  rm -f "$apt_log"
  mapfile -t lacking < <(missing_packages "${packages[@]}")
}

require_tools() {
  local lacks=()
  have cmake || lacks+=("cmake (3.25 or newer)")
  have ninja || lacks+=(ninja)
  have "${CXX:-c++}" || lacks+=("a C++20 compiler (g++ 12, clang 16 or newer)")
  ((${#lacks[@]} == 0)) || die "cannot build: not installed: $(printf '%s, ' "${lacks[@]}" | sed 's/, $//')"
}

# Through sudo, only the packages are root's business: the rest is done as the one who called sudo, if the checkout is
# theirs, so that nothing in it comes to belong to root.
leave_root() {
  if ((EUID == 0)) && [[ ${SUDO_UID:-0} != 0 ]] && have setpriv && [[ $(stat -c %u "$root") == "$SUDO_UID" ]]; then
    export RAFTSIM_NO_APT=1 USER=$SUDO_USER LOGNAME=$SUDO_USER HOME
    HOME=$(getent passwd "$SUDO_UID" | cut -d : -f 6)
    lock_end
    exec setpriv --reuid "$SUDO_UID" --regid "$SUDO_GID" --init-groups "$BASH" "$(readlink -f "$0")" "$@"
  fi
}

# Whether the program can run as it is, with nothing to look for and nothing to build: where nothing can be built (the
# checkout is read-only, or another user's), or it was built under another path, and no source is newer than it.
is_ready() { # PRESET
  local build=$root/build/$1 program built_in newer
  program=$(program_of "$1")
  [[ -x $program ]] || return 1
  built_in=$(sed -n '1s/ .*//p' "$build/configured_for" 2>/dev/null || true)
  [[ ! -w $build || $built_in != "$root" ]] || return 1
  newer=$(find "$root"/{CMakeLists.txt,CMakePresets.json,core,sim,checkers,scenarios,tools} -type f -newer "$program" \
    \( -name '*.cpp' -o -name '*.hpp' -o -name '*.json' -o -name '*.cmake' -o -name CMakeLists.txt \) -print -quit)
  [[ -n $newer ]] || return 0
  [[ -w $build ]] || die "build/$1 is older than ${newer#"$root"/}, and cannot be written to: copy the checkout"
  return 1
}

# Building ---------------------------------------------------------------------------------------------------------

# configure PRESET TESTS ARGUMENT...: TESTS is ON or OFF; a folder that has tests keeps them. ARGUMENTs are CMake's.
configure() {
  local preset=$1 tests=$2 build=$root/build/$1 line
  shift 2
  local key="$root $preset $* ${CXX:-} ${CXXFLAGS:-}" former
  former=$(cat "$build/configured_for" 2>/dev/null || true)
  [[ $former != "$key RAFTSIM_TESTS=ON" ]] || tests=ON
  if [[ $former == "$key RAFTSIM_TESTS=$tests" && -f $build/build.ninja &&
        ! $root/CMakePresets.json -nt $build/configured_for ]]; then
    return
  fi
  say "configuring build/$preset"
  rm -f "$build/configured_for"
  (cd "$root" && cmake --fresh --preset "$preset" -DRAFTSIM_TESTS="$tests" "$@") 2>&1 </dev/null 9<&- |
    while IFS= read -r line; do
      printf '%s\n' "$line" >&4
      [[ $line != *"not installed here"* ]] || say "${line#-- }"
    done 4>"$build/configure.log" || explain_configure "$build/configure.log"
  printf '%s\n' "$key RAFTSIM_TESTS=$tests" >"$build/configured_for"
  ((${#lacking[@]} == 0)) || printf '%s\n' "${lacking[@]}" >>"$root/build/done_without"
}

explain_configure() {
  local absent
  { grep -m 1 -A 8 'CMake Error' "$1" || tail -n 8 "$1"; } | sed -E '/^(Call Stack|FAILED)/,$d; /^$/d' >&2
  absent=$(sed -n 's/^-- \(.*\) is not installed here.*/\1/p' "$1" | tr '\n' ' ')
  [[ -z $absent ]] ||
    say "not installed, and to be fetched from github.com: $absent- install by hand what cannot be fetched, and try again"
  die "configuring failed; all of what CMake said is in $1"
}

# build PRESET TARGET...: silent when all is up to date, else the number of steps, and whatever a compiler says.
build() {
  local preset=$1 line total said=
  shift
  NINJA_STATUS='[%f/%t] ' ninja -C "$root/build/$preset" -j "$(jobs_at_once)" "$@" 2>&1 </dev/null 9<&- |
    while IFS= read -r line; do
      case $line in
        'ninja: Entering'* | 'ninja: no work'* | '[0/'* | *'Re-running CMake'* | '-- '*) ;;
        '['*/*']'*)
          total=${line%%]*} total=${total#*/}
          [[ -n $said ]] || say "building build/$preset ($total steps$(time_needed "$preset" "$total"))"
          said=1
          progress "$line"
          ;;
        *) printf '%s\n' "$line" >&2 ;;
      esac
    done || {
    end_line
    die "building build/$preset failed"
  }
  end_line
}

# ", about 2 minutes": for most of a release build of the program, on a processor of 2026.
time_needed() { # PRESET STEPS
  local seconds=$(($2 * seconds_a_step / $(jobs_at_once)))
  [[ $1 != release ]] || ((seconds < 40)) || printf ', about %d min' $(((seconds + 59) / 60))
}

seconds_a_step=6  # of one processor, for a unit of the release build, as measured on a virtual machine of 2026

jobs_at_once() { nproc 2>/dev/null || getconf _NPROCESSORS_ONLN; }

# Locks the folder of a preset's build; so tools/run need not wait for all that tools/test builds.
lock_build() { # PRESET
  local build=$root/build/$1
  { mkdir -p "$build" 2>/dev/null && [[ -w $build ]]; } ||
    die "cannot write to $build: is the checkout read-only, or another user's?"
  lock_begin "$build"
}

program_of() { printf '%s\n' "$root/build/$1/bin/raftsim"; }
