#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# plugin_new.sh CMAKE SOURCE BUILD LANGUAGE...
#
# Installs BUILD and moves it; for each language has `larder plugin new` write a plugin, and runs the commands of the README
# that it wrote: the plugin builds, passes its own tests and `larder check`, and serves.
set -euo pipefail
cmake=$1 source=$2 build=$3
shift 3
# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"

# The commands of mine/README.md, a line each.
commands() { sed -n 's/^    //p' "$work/$1/README.md"; }

write_build_and_check() {
  local language=$1 name=my_$1
  say "$language"
  (cd "$work" && larder plugin new "$name" --language "$language")
  commands "$name" | grep -v '^larder serve ' >"$work/commands.sh"
  grep -q '^larder check ' "$work/commands.sh" || fail "$name/README.md does not check the plugin"
  env -C "$work/$name" bash -eu "$work/commands.sh" >"$work/build.log" 2>&1 || fail "$(tail -n 40 "$work/build.log")"
  start env -C "$work/$name" bash -euc "exec $(commands "$name" | grep '^larder serve ') \
    --set server.address=127.0.0.1:0 --set admin.address=127.0.0.1:0 --set users.database=sqlite::memory:"
  expect_miss_then_hit /users
  stop TERM 0
}

install_into "$work/first"
move_to "$work/prefix"
export PATH="$prefix/bin:$PATH"
for language; do write_build_and_check "$language"; done
say "done"
