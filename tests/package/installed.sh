# SPDX-License-Identifier: Apache-2.0
#
# For the scripts of this folder, which set cmake, source and build. Provides a scratch folder `work`, an installation
# `prefix` in it, and one server at a time.
work=$(mktemp -d "${TMPDIR:-/tmp}/larder-package.XXXXXX")
server=0
tidy_up() {
  local status=$?
  if ((server != 0)); then kill "$server" 2>/dev/null || true; fi
  rm -rf "$work"
  exit "$status"
}
trap tidy_up EXIT

say() { printf '== %s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

install_into() {
  prefix=$1
  say "installing"
  "$cmake" --install "$build" --prefix "$prefix" >"$work/install.log"
}

move_to() {
  local first=$prefix
  prefix=$1
  mv "$first" "$prefix"
  ! grep -rIl "$first\|$source" "$prefix/lib/cmake" "$prefix/lib/pkgconfig" || fail "these files name the old prefix"
}

# start PROGRAM...: starts a server that prints its address, ...127.0.0.1:PORT..., on either output. Sets `port`.
start() { start_within 10 "$@"; }

# start_within SECONDS COMMAND...: the same for a command that first does other work and then becomes the server by exec.
start_within() {
  local tries=$(($1 * 10))
  shift
  log=$work/server.log
  : >"$log"  # now, not when the server runs: the previous server wrote to the same file
  "$@" >>"$log" 2>&1 &
  server=$!
  for ((; tries > 0; --tries)); do
    port=$(sed -nE 's/.*(listening|http).*127\.0\.0\.1:([0-9]+).*/\2/p' "$log" | head -n 1)
    if [[ -n $port ]]; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  fail "$1 does not start: $(cat "$log")"
}

# stop SIGNAL [STATUS]: ends the server and expects that exit status, or the signal's.
stop() {
  local status=0 wanted=${2:-$((128 + $(kill -l "$1")))}
  kill -"$1" "$server"
  wait "$server" || status=$?
  ((status == wanted)) || fail "the server ended with status $status, not $wanted: $(cat "$log")"
  server=0
}

# The head of the answer to GET.
get() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
  sed '/^\r$/q' <&3
  exec 3>&-
}

expect_miss_then_hit() {
  local answer
  answer=$(get "$1")
  grep -qi '^Cache-Status: larder; fwd=uri-miss; stored' <<<"$answer" || fail "no miss: $answer $(cat "$log")"
  answer=$(get "$1")
  grep -qi '^Cache-Status: larder; hit' <<<"$answer" || fail "no hit: $answer $(cat "$log")"
}
