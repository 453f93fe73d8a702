#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# conan.sh SOURCE REDIS_URL|- [build_type=TYPE] [OPTION=VALUE...]
#
# Builds the Conan package so. Its test_package builds the sources in consumer/ against it and runs them. With a URL
# docs/consuming.md is followed as well, outside the tree.
set -euo pipefail
source=$1 redis=$2
shift 2
# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"
# shellcheck source=page.sh
. "$source/tests/package/page.sh"

conan=$source/build/conan  # where ./dev keeps its Conan

# Each section once: Conan refuses a second one.
write_profile() {
  local each options=() settings=()
  for each in "$@"; do
    case $each in
      build_type=*) settings+=("$each") ;;
      *) options+=("larder/*:$each") ;;
    esac
  done
  printf 'include(%s)\n' "$conan/profile"
  printf '[settings]\n'
  printf '%s\n' "${settings[@]}"
  printf '[options]\n'
  printf '%s\n' "${options[@]}"
}

write_profile "$@" >"$work/profile"
"$source/dev" conan --create --profile "$work/profile"
if [[ $redis != - ]]; then
  export PATH="$conan/venv/bin:$PATH" CONAN_HOME="$conan/home" CONAN_DEFAULT_PROFILE="$work/profile"
  follow_consuming conan "$redis"
fi
say "done"
