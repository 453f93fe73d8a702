# SPDX-License-Identifier: Apache-2.0
#
# For the scripts of this folder that do what a page says. In the page's source a block of code is marked by the line before
# it: <!-- file: NAME --> is a file's content, <!-- run --> or <!-- run: NAME --> are commands.

# block_of PAGE MARK: the content of the blocks that are marked so, one after the other.
block_of() {
  local text
  text=$(awk -v mark="<!-- $2 -->" '
    $0 == mark { marked = 1; next }
    /^```/ { inside = !inside && marked; marked = 0; next }
    inside
  ' "$1")
  [[ -n $text ]] || fail "$1 has no block marked <!-- $2 -->"
  printf '%s\n' "$text"
}

# write_files PAGE FOLDER: all that the page calls files.
write_files() {
  local name
  for name in $(sed -nE 's/^<!-- file: (.*) -->$/\1/p' "$1"); do
    mkdir -p "$(dirname "$2/$name")"
    block_of "$1" "file: $name" >"$2/$name"
  done
}

# follow_consuming NAME REDIS_URL: in an empty folder with no more than what docs/consuming.md shows, its commands for NAME build
# a program of less than 30 lines and run it; the second answer comes from Redis. Where the page installs into ~/larder, that is
# in $work/home.
follow_consuming() {
  say "docs/consuming.md: $1"
  local page=$source/docs/consuming.md folder=$work/program home=$HOME lines
  if [[ -d $work/home ]]; then home=$work/home; fi
  write_files "$page" "$folder"
  lines=$(wc -l <"$folder/cached_endpoint.cpp")
  ((lines < 30)) || fail "cached_endpoint.cpp has $lines lines; the page promises less than 30"
  # The last command stays, on a port that is free.
  block_of "$page" "run: $1" | sed -E '$ { s|^|exec |; s| redis://localhost:6379/0$| "$REDIS" 127.0.0.1:0| }' >"$work/commands.sh"
  tail -n 1 "$work/commands.sh" | grep -q '^exec .* "$REDIS" 127.0.0.1:0$' ||
    fail "$page: the last command for $1 does not end in redis://localhost:6379/0"
  start_within 300 env -C "$folder" HOME="$home" REDIS="$2" bash -eu "$work/commands.sh"
  expect_miss_then_hit /time
  stop TERM
}
