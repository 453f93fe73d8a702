#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: man_page_is_sound.sh MAN_PAGE
#
# groff has nothing to say against it; it tells its warnings with status 0.
set -euo pipefail
said=$(groff -mdoc -ww -z "$1" 2>&1) || { echo "$said" >&2; exit 1; }
if [[ -n $said ]]; then
  echo "$said" >&2
  exit 1
fi
