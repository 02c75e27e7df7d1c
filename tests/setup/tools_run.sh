#!/usr/bin/env bash
# tools/run and tools/test without anything to build: a checkout that cannot be built in runs as it is, and whoever asks
# for what is not there gets one line and an exit code that is no verdict. Nothing is installed and nothing is compiled.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checkout=$folder/checkout
export RAFTSIM_NO_APT=1
unset RAFTSIM_PRESET

mkdir -p "$checkout/build/release/bin" "$checkout"/{core,sim,checkers,scenarios}
cp -r "$here/../../tools" "$here/../../CMakeLists.txt" "$here/../../CMakePresets.json" "$checkout"
cat >"$checkout/build/release/bin/raftsim" <<'PROGRAM'
#!/bin/sh
echo "the program, asked for $*, called $RAFTSIM_COMMAND"
exit 1
PROGRAM
chmod +x "$checkout/build/release/bin/raftsim"
find "$checkout" -not -path '*/bin/*' -exec touch -d '1 minute ago' {} +

# Whoever builds is noticed.
mkdir "$folder/bin"
for tool in cmake ninja c++; do
  printf '#!/bin/sh\necho "%s was called" >&2\nexit 1\n' "$tool" >"$folder/bin/$tool"
  chmod +x "$folder/bin/$tool"
done
PATH=$folder/bin:$PATH

fail() {
  printf '%s\n' "$1" >&2
  [[ ! -e $folder/said ]] || sed 's/^/  /' "$folder/said" >&2
  exit 1
}

expect() { # CODE TEXT COMMAND...
  local expected=$1 text=$2 code=0
  shift 2
  "$@" >"$folder/said" 2>&1 || code=$?
  [[ $code == "$expected" ]] || fail "$*: expected exit code $expected, found $code"
  grep --quiet --fixed-strings -e "$text" "$folder/said" || fail "$*: expected '$text'"
}

echo "built under another path, and nothing newer: it runs, with its own exit code"
echo "/elsewhere release  RAFTSIM_TESTS=OFF" >"$checkout/build/release/configured_for"
expect 1 "the program, asked for sweep calm, called $checkout/tools/run" "$checkout/tools/run" sweep calm
[[ $(wc -l <"$folder/said") == 1 ]] || fail "the set-up said something"

echo "a source that is newer: it is built again, and a build that fails ends with 3"
touch "$checkout/sim/newer.cpp"
expect 3 "configuring failed" "$checkout/tools/run" sweep calm
rm "$checkout/sim/newer.cpp"

echo "built here: whether it is up to date is for ninja to say"
echo "$checkout release  RAFTSIM_TESTS=OFF" >"$checkout/build/release/configured_for"
expect 3 "was called" "$checkout/tools/run" sweep calm

if [[ $EUID == 0 ]]; then
  chmod 755 "$folder"
  as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
else
  chmod -R a-w "$checkout"
  as_nobody=()
fi
echo "another user's, or read-only: it runs; what would have to be built is one line"
expect 1 "the program, asked for run calm" "${as_nobody[@]}" "$checkout/tools/run" run calm
expect 3 "cannot write to $checkout/build/debug" env RAFTSIM_PRESET=debug "${as_nobody[@]}" "$checkout/tools/run" run calm
[[ $(wc -l <"$folder/said") == 1 ]] || fail "more than one line"
chmod -R u+w "$checkout"
touch "$checkout/sim/newer.cpp"
[[ $EUID == 0 ]] || chmod -R a-w "$checkout"
expect 3 "build/release is older than sim/newer.cpp" "${as_nobody[@]}" "$checkout/tools/run" run calm
chmod -R u+w "$checkout"

echo "a preset that is none"
expect 3 "RAFTSIM_PRESET: expected one of release debug" env RAFTSIM_PRESET=fast "$checkout/tools/run" run calm

echo "an option that neither tools/test nor ctest has"
expect 2 "unknown option --al: expected --all or --rewrite-stories first, or an option of ctest" "$checkout/tools/test" --al
