#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# without.sh CMAKE SOURCE FOLDER -DLARDER_WITH_PART=OFF...
#
# The tree without some of its parts: the rest configures, tests included; everything but the tests is built and runs.
# FOLDER is as deep as a preset's, so that ccache has most of the files.
set -euo pipefail
cmake=$1 source=$2 folder=$3
shift 3
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$source} CCACHE_NOHASHDIR=1
cd "$source"

fail() {
  printf 'without.sh: %s\n' "$*" >&2
  exit 1
}

# configure ON|OFF [OPTION...]
configure() {
  local said
  said=$("$cmake" --preset release -B "$folder" -DLARDER_WITH_TESTS="$1" -DLARDER_WITH_BENCH="$1" "${@:2}" 2>&1) ||
    fail "does not configure: $said"
  ! grep -A 5 'CMake Warning' <<<"$said" || fail "configures with a warning"
}

configure ON "$@"
"$cmake" --build "$folder" -- -n >/dev/null
# The name of a missing target stays a plain name.
! grep -rE '^add_test\(\S+ "larder_' --include=CTestTestfile.cmake "$folder" || fail "tests run what is not built"
configure OFF "$@"
"$cmake" --build "$folder" >"$folder/build.log" || fail "does not build: $(tail -n 30 "$folder/build.log")"

program=$folder/bin/larder
if [[ ! -x $program ]]; then exit; fi
"$program" plugins >/dev/null
if [[ $* == *LARDER_WITH_CHECK=OFF* ]]; then
  status=0
  said=$("$program" check lru 2>&1) || status=$?
  [[ $status == 2 && $said == *'configure it with LARDER_WITH_CHECK=ON'* ]] || fail "larder check: status $status, $said"
fi
