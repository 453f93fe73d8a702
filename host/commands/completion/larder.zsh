#compdef larder
# SPDX-License-Identifier: Apache-2.0
# Completion of the command larder for zsh, written by `larder completion zsh`.

_larder_plugins() {
  local -a names
  names=(${(f)"$(larder plugins --format tsv 2>/dev/null | sed '1d' | cut -f 1)"})
  _alternative "plugins:plugin:($names)" 'files:file:_files'
}

_larder() {
  # The command that is complete on the line: none, one word, or two of a command with subcommands.
  local at='' depth=0
  if (( CURRENT > 2 )); then
    at=${words[2]} depth=1
    if (( CURRENT > 3 )); then
      case "$at ${words[3]}" in
%BELOW%      esac
    fi
  fi
  # _arguments counts from the command's own name.
  words=(larder ${words[depth+2,-1]})
  (( CURRENT -= depth ))
  case $at in
%CASES%  esac
}

_larder "$@"
