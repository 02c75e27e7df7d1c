# shellcheck shell=bash disable=SC2034
# Sourced: installs the packages of package.json into a cache of the user's, outside the checkout, and says in
# `modules` where. Ends the test as skipped (77) without npm or without a registry.
schemas=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

skip() {
  echo "skipped: $*"
  exit 77
}

command -v npm >/dev/null || skip "npm is not installed"
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/raftsim
mkdir -p "$cache" 2>/dev/null || skip "$cache cannot be written to"
modules=$cache/schemas-$(cksum <"$schemas/package.json" | cut -d ' ' -f 1)
if [[ ! -d $modules ]]; then
  unfinished=$(mktemp -d "$modules.XXXXXX")
  cp "$schemas/package.json" "$unfinished"
  if ! timeout 300 npm install --prefix "$unfinished" --ignore-scripts --no-audit --no-fund --no-package-lock \
    --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=1000 \
    >"$unfinished/npm.log" 2>&1; then
    reason=$(grep -m 1 'npm error' "$unfinished/npm.log" || tail -n 1 "$unfinished/npm.log")
    rm -rf "$unfinished"
    skip "npm cannot install what it takes: $reason"
  fi
  mv -T "$unfinished" "$modules" 2>/dev/null || rm -rf "$unfinished"  # another test was first
fi
