# SPDX-License-Identifier: Apache-2.0
#
# For the scripts of this folder that follow a page. In the page's source the line before a block of code marks it:
# <!-- file: NAME --> a file's content, <!-- run --> or <!-- run: NAME --> commands.

# block_of PAGE MARK: prints the content of the blocks with that mark, in order.
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

# write_files PAGE FOLDER: writes all files of the page.
write_files() {
  local name
  for name in $(sed -nE 's/^<!-- file: (.*) -->$/\1/p' "$1"); do
    mkdir -p "$(dirname "$2/$name")"
    block_of "$1" "file: $name" >"$2/$name"
  done
}

# follow_consuming NAME REDIS_URL: runs the commands of docs/consuming.md for NAME in a folder that holds only the files of the
# page. They build a program of less than 30 lines and run it; the second answer comes from Redis. The page's ~/larder is in
# $work/home.
follow_consuming() {
  say "docs/consuming.md: $1"
  local page=$source/docs/consuming.md folder=$work/program home=$HOME lines
  if [[ -d $work/home ]]; then home=$work/home; fi
  write_files "$page" "$folder"
  lines=$(wc -l <"$folder/cached_endpoint.cpp")
  ((lines < 30)) || fail "cached_endpoint.cpp has $lines lines; the page promises less than 30"
  # The last command keeps running, on a free port.
  block_of "$page" "run: $1" | sed -E '$ { s|^|exec |; s| redis://localhost:6379/0$| "$REDIS" 127.0.0.1:0| }' >"$work/commands.sh"
  tail -n 1 "$work/commands.sh" | grep -q '^exec .* "$REDIS" 127.0.0.1:0$' ||
    fail "$page: the last command for $1 does not end in redis://localhost:6379/0"
  start_within 300 env -C "$folder" HOME="$home" REDIS="$2" bash -eu "$work/commands.sh"
  expect_miss_then_hit /time
  stop TERM
}
