#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: unit_is_sound.sh LARDER UNIT
#
# systemd understands every line of the unit. It starts the installed program, so here it gets the built one instead.
set -euo pipefail
larder=$1 unit=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# By a path that has no spaces, which a unit would have to quote.
ln -s "$larder" "$scratch/larder"
sed "s|^ExecStart=/usr/bin/larder |ExecStart=$scratch/larder |" "$unit" >"$scratch/larder.service"
grep -q "^ExecStart=$scratch/larder serve " "$scratch/larder.service"
# systemd reports an unknown line, but exits with status 0.
said=$(systemd-analyze verify --man=no "$scratch/larder.service" 2>&1) || { echo "$said" >&2; exit 1; }
if [[ -n $said ]]; then
  echo "$said" >&2
  exit 1
fi
