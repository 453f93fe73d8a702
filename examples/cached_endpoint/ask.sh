#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ask.sh PROGRAM BACKEND: starts the program on a free port, sends it requests as a client would, stops it,
# and prints the requests and responses.
set -euo pipefail
log=$(mktemp)
"$1" "$2" 127.0.0.1:0 >"$log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT

url=""
for _ in {1..600}; do
  url=$(sed -n 's/^curl -i //p' "$log")
  [[ -z $url ]] || break
  kill -0 "$server"
  sleep 0.05
done

# The remaining freshness time differs from run to run, so responses are printed without it.
ask() {
  echo "$1 /menu"
  curl -sSi -X "$1" "${@:2}" "$url" | tr -d '\r' |
    sed -n -e 's/; ttl=.*//' -e '/^HTTP\//p' -e '/^Cache-Status/p' -e '/ soup$/p'
}
ask GET
ask GET
ask PUT --data pumpkin
ask GET

kill -TERM "$server"
wait "$server"
echo "the program printed:"
sed 1d "$log"
