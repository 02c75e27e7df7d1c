# shellcheck shell=bash disable=SC2154
# Sourced by tools/test, after setup.sh: Catch2 3 where the system has Catch2 2, as Debian 12 does, without installing it.

# Prints a folder for CMAKE_PREFIX_PATH that holds Catch2 3: the package of the system's backports, unpacked in build/.
# Prints nothing where the system has version 3 itself, or where it cannot be had.
catch2_3() {
  local folder=$root/build/catch2-3 site suite version
  [[ -z ${RAFTSIM_NO_APT:-} ]] && have apt-get && have dpkg-deb || return 0
  version=$(dpkg-query --show --showformat '${Version}' catch2 2>/dev/null || true)
  [[ $version == 2.* ]] || return 0
  if [[ ! -e $folder/usr ]]; then
    # The lists of this one suite in a folder of their own: those of the system stay as they are.
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)-backports
    site=$(apt-get indextargets --format '$(SITE)' "Codename: ${suite%-backports}" 'Created-By: Packages' | head -n 1)
    rm -rf "$folder"
    mkdir -p "$folder/lists/partial"
    printf 'deb %s %s main\n' "$site" "$suite" >"$folder/sources.list"
    local apt_here=(apt-get -qq -o "Dir::Etc::SourceList=$folder/sources.list" -o Dir::Etc::SourceParts=-
      -o "Dir::State::Lists=$folder/lists" -o APT::Sandbox::User=root)
    (
      cd "$folder"
      "${apt_here[@]}" update && "${apt_here[@]}" download libcatch2-dev && dpkg-deb --extract libcatch2-dev_3*.deb .
    ) >"$folder/log" 2>&1 </dev/null 9<&- || {
      say "no Catch2 3 in $suite: leaving out the build with it ($(tail -n 1 "$folder/log"))"
      rm -rf "$folder"
      return 0
    }
  fi
  printf '%s\n' "$folder/usr"
}
