# SPDX-License-Identifier: Apache-2.0
# Completion of the command larder for bash, written by `larder completion bash`.

_larder_plugins() { larder plugins --format tsv 2>/dev/null | sed '1d' | cut -f 1; }

# Prints the words that may follow the command $1: its subcommands, or its arguments.
_larder_words() {
  case $1 in
%WORDS%  esac
}

# Prints the options of the command $1.
_larder_options() {
  case $1 in
%OPTIONS%  esac
}

# Prints what the option $2 of the command $1 takes; FILE for files. Fails if it takes nothing.
_larder_values() {
  case "$1 $2" in
%VALUES%    *) return 1 ;;
  esac
}

_larder() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' words=''
  if ((COMP_CWORD > 1)); then command=${COMP_WORDS[1]}; fi
  if ((COMP_CWORD > 2)) && [[ -n $(_larder_options "$command ${COMP_WORDS[2]}") ]]; then
    command+=" ${COMP_WORDS[2]}"
  fi
  COMPREPLY=()
  if [[ $previous != -* ]] || ! words=$(_larder_values "$command" "$previous"); then
    if [[ $current == -* ]]; then words=$(_larder_options "$command"); else words=$(_larder_words "$command"); fi
  fi
  if [[ $words == *FILE* ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
  local matching
  mapfile -t matching < <(compgen -W "${words//FILE/}" -- "$current")
  COMPREPLY+=("${matching[@]}")
}

complete -o filenames -F _larder larder
