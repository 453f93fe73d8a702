#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: man_page_is_sound.sh LARDER MAN_PAGE
#
# groff has nothing to say against the page; it tells its warnings with status 0. Each command of --help has a section.
set -euo pipefail
larder=$1 page=$2
said=$(groff -mdoc -ww -z "$page" 2>&1) || { echo "$said" >&2; exit 1; }
if [[ -n $said ]]; then
  echo "$said" >&2
  exit 1
fi
shown=$(groff -mdoc -Tascii "$page" | sed 's/\x1b\[[0-9;]*m//g; s/.\x08//g')
for command in $("$larder" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
  grep -qE "^ +$command\$" <<<"$shown" || { echo "$page: no section about $command" >&2; exit 1; }
done
grep -qE -- '--threads N' <<<"$shown" || { echo "$page: bench does not tell its options" >&2; exit 1; }
