#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: completion_offers_every_option.sh LARDER FOLDER
#
# FOLDER has the scripts that the build wrote; the plugin lru is built. In bash, zsh and fish each command of --help is offered, and after it each of its
# subcommands and options and no others; words and plugins are offered where an option takes them.
set -euo pipefail
larder=$1 folder=$2
wrong=0

complain() {
  printf '%s\n' "$*" >&2
  wrong=1
}

# Subcommands of `larder $@`, one a line.
subcommands() { "$larder" "$@" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'; }

# Long options of `larder $@`, one a line; of several names each.
options() { "$larder" "$@" --help | sed -n 's/^  \(-[^ ]*\).*/\1/p' | tr ',' '\n' | grep '^--'; }

# expect_same WHAT EXPECTED ACTUAL: lists, in any order.
expect_same() {
  local difference
  difference=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3") | grep '^[<>]' || true)
  if [[ -n $difference ]]; then complain "$1 (<: only in --help, >: only there)" $'\n'"$difference"; fi
}

# shellcheck source=/dev/null
source "$folder/larder.bash"

# offers_in_SHELL CURRENT WORD...: what is offered after `larder WORD...` for the beginning CURRENT.
offers_in_bash() {
  local current=$1
  shift
  COMP_WORDS=(larder "$@" "$current") COMP_CWORD=$(($# + 1))
  _larder
  printf '%s\n' "${COMPREPLY[@]}"
}

# What the script passes to zsh's own _arguments, which does the rest.
offers_in_zsh() {
  local current=$1
  shift
  zsh -f -c '
    script=$1; shift
    _arguments() {
      for each; do
        case $each in
          \*-*) each=${each#\*}; print -r -- ${each%%\[*} ;;
          :command:*) print -rl -- ${(f)"$(print -r -- $each | grep -o "[a-z-]*\\\\:\"" | tr -d "\\\\:\"")"} ;;
        esac
      done
    }
    words=("$@") CURRENT=$#
    source $script' zsh "$folder/_larder" larder "$@" "$current" | grep -- "^$current"
}

offers_in_fish() {
  local current=$1
  shift
  HOME=$scratch XDG_CONFIG_HOME=$scratch fish --no-config -c \
    "source $folder/larder.fish; complete -C 'larder $* $current'" | cut -f 1 | grep -- "^$current"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The scripts ask it for the names of plugins.
PATH=$(dirname "$larder"):$PATH
commands=$(subcommands)
[[ -n $commands ]] || complain "$larder --help lists no subcommands"
for shell in bash zsh fish; do
  command -v "$shell" >/dev/null || { complain "$shell is not installed; ./dev test installs it"; continue; }
  offers=offers_in_$shell
  expect_same "$shell: subcommands" "$commands" "$($offers '' | grep -v '^-')"
  expect_same "$shell: options of larder" "$(options)" "$($offers --)"
  while read -r -a command; do
    expect_same "$shell: options of ${command[*]}" "$(options "${command[@]}")" "$($offers -- "${command[@]}" | sort -u)"
  done < <(for command in $commands; do
    printf '%s\n' "$command"
    for below in $(subcommands "$command"); do printf '%s %s\n' "$command" "$below"; done
  done)
  expect_same "$shell: subcommands of config" "$(subcommands config)" "$($offers '' config | grep -v '^-')"
done
for shell in bash fish; do
  expect_same "$shell: formats" $'table\ntsv\njson' "$(offers_in_$shell '' bench lru --format)"
  grep -qx lru <<<"$(offers_in_$shell '' inspect)" || complain "$shell: inspect is not offered the plugin lru"
done

exit "$wrong"
