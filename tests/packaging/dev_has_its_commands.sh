#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every command that `./dev help` lists is a function of `dev`: dev_has_its_commands.sh DEV
set -euo pipefail
dev=$1
listed=$("$dev" help 2>&1 | sed -nE 's/^  ([a-z][a-z0-9]+)( ([a-z]+))?( .*)?$/\1 \3/p')
[[ $(wc -l <<<"$listed") -gt 10 ]] || { echo "$dev help lists no commands" >&2; exit 1; }
missing=0
while read -r command benchmark; do
  function="command_$command()"
  if [[ $command == bench && -n $benchmark ]]; then function="bench_$benchmark()"; fi
  if ! grep -qF "$function {" "$dev"; then
    echo "./dev help lists '$command $benchmark', but $dev has no $function" >&2
    missing=1
  fi
done <<<"$listed"
exit "$missing"
