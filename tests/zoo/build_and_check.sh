#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# build_and_check.sh LARDER FOLDER COMPILER [FLAG...] SOURCE -- [CHECK ARGUMENT...]
#
# Builds a plugin in FOLDER and runs `larder check` on it. {folder} in an argument is a place for its files, in memory
# where there is such a folder. SOURCE is a file, or for cargo the crate's folder.
set -euo pipefail
larder=$1 folder=$2
shift 2
command=()
while [[ $1 != -- ]]; do
  command+=("$1")
  shift
done
shift

fail() {
  printf 'build_and_check: %s\n' "$*" >&2
  exit 1
}

command -v "${command[0]}" >/dev/null || fail "${command[0]} is not installed; ./dev test installs it"
mkdir -p "$folder"
plugin=$folder/plugin.so
if [[ ${command[0]} == cargo ]]; then
  (cd "${command[1]}" && cargo build --offline --locked --quiet --target-dir "$folder/cargo")
  cp "$folder/cargo/debug/librust_plugin.so" "$plugin"
else
  "${command[@]}" -o "$plugin"
fi

memory=$folder
if [[ -d /dev/shm ]]; then memory=/dev/shm; fi
entries=$(mktemp -d "$memory/larder-zoo.XXXXXX")
trap 'rm -rf "$entries"' EXIT
"$larder" check "$plugin" --jobs 4 "${@/\{folder\}/$entries}"
