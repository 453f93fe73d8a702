#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# example.sh CMAKE SOURCE BUILD NAME
#
# Installs BUILD and moves it; copies examples/NAME out of the tree, and does what its README says with what is installed:
# what it serves with answers a second request from the cache.
set -euo pipefail
cmake=$1 source=$2 build=$3 name=$4
# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"

folder=$work/$name
readme=$folder/README.md

copy_out() {
  mkdir "$folder"
  # Omits what a user has built in the folder.
  tar -C "$source/examples/$name" --exclude=./build --exclude=./target -cf - . | tar -C "$folder" -xf -
  [[ -s $readme ]] || fail "examples/$name has no README.md"
  (($(wc -l <"$readme") <= 12)) || fail "examples/$name/README.md is longer than a dozen lines"
}

# Prints the README's commands, one per line, with installed paths replaced by those of this test.
commands() {
  sed -n 's/^    //p' "$readme" | sed -e ':join' -e '/\\$/ { N; s/\\\n *//; b join }' |
    sed -e "s|/usr/local/lib|$prefix/lib|g" -e "s|/dev/shm/|$work/|g"
}

run_commands() {
  commands | grep -v '^larder serve ' >"$work/commands.sh" || fail "examples/$name/README.md does not say how to build it"
  say "$(<"$work/commands.sh")"
  env -C "$folder" bash -eu "$work/commands.sh"
  # Also builds it as a part of a CMake project, whatever the language's own build tool is.
  if ! grep -q '^cmake ' "$work/commands.sh"; then
    "$cmake" -S "$folder" -B "$folder/build" >"$work/cmake.log"
    "$cmake" --build "$folder/build" >>"$work/cmake.log" || fail "$(tail -n 20 "$work/cmake.log")"
  fi
  # The README's command succeeds even if there is no test.
  ctest --test-dir "$folder/build" --no-tests=error --show-only >"$work/ctest.log" || fail "examples/$name has no test"
}

serve() {
  local command
  command=$(commands | grep '^larder serve ') || return 0
  say "$command"
  start env -C "$folder" bash -euc "exec $command --set server.address=127.0.0.1:0 --set admin.address=127.0.0.1:0 \
    --set users.database=sqlite::memory:"
  expect_miss_then_hit /users
  stop TERM 0
}

install_into "$work/first"
move_to "$work/prefix"
export PATH="$prefix/bin:$PATH"
copy_out
run_commands
serve
say "done"
