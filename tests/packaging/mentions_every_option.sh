#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: mentions_every_option.sh LARDER MAN_PAGE COMPLETION
#
# The man page and the completion are written by hand; --help is the program's own. Every subcommand and option of
# --help is in both, and neither knows one that is not there.
set -euo pipefail
larder=$1 man_page=$2 completion=$3
wrong=0

complain() {
  printf '%s\n' "$*" >&2
  wrong=1
}

# Subcommands, one a line.
subcommands() { "$larder" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'; }

# Long options of `larder $@`, one a line.
options() { "$larder" "$@" --help | sed -n 's/^  \(-[a-zA-Z],\)\?\(--[a-z][a-z-]*\).*/\2/p'; }

# The man page's section on the subcommand $1; the text before the first one if there is none.
man_section() {
  if (($# > 0)); then
    sed -n "/^\.Ss $1\$/,/^\.S[sh] /p" "$man_page"
  else
    sed '/^\.Ss /,$d' "$man_page"
  fi
}

# Options that the man page describes for that subcommand.
man_options() { man_section "$@" | sed -n 's/^\.It Fl Fl \([a-z-]*\).*/--\1/p'; }

# What the completion offers after the words "$@" and before $current.
offers() {
  local current=$1
  shift
  COMP_WORDS=(larder "$@" "$current") COMP_CWORD=$(($# + 1))
  _larder
  printf '%s\n' "${COMPREPLY[@]}"
}

# expect_same WHAT EXPECTED ACTUAL: lists, in any order.
expect_same() {
  local difference
  difference=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3") | grep '^[<>]' || true)
  if [[ -n $difference ]]; then complain "$1 (<: only in --help, >: only there)" $'\n'"$difference"; fi
}

# shellcheck source=/dev/null
source "$completion"

commands=$(subcommands)
[[ -n $commands ]] || complain "$larder --help lists no subcommands"
expect_same "$completion: subcommands" "$commands" "$(offers '' | grep -v '^--')"
expect_same "$completion: options of larder" "$(options)" "$(offers --)"
expect_same "$man_page: subcommands" "$commands" "$(sed -n 's/^\.Ss //p' "$man_page")"
for option in $(options); do
  grep -q -- "Fl Fl ${option#--}" <<<"$(man_section)" || complain "$man_page: $option is missing"
done

for command in $commands; do
  expect_same "$completion: options of $command" "$(options "$command")" "$(offers -- "$command")"
  # --help is described once for all.
  expect_same "$man_page: options of $command" "$(options "$command" | grep -v -x -e --help)" "$(man_options "$command")"
done

exit "$wrong"
