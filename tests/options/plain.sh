#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# plain.sh CMAKE SOURCE FOLDER BUILD_TYPE
#
# Builds everything but the tests as docs/consuming.md says, without a preset, and fails on a warning of the compiler.
set -euo pipefail
cmake=$1 source=$2 folder=$3 type=$4
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$source} CCACHE_NOHASHDIR=1

fail() {
  printf 'plain.sh: %s\n' "$*" >&2
  exit 1
}

rm -rf "$folder"  # an incremental build would not repeat a warning; ccache does
"$cmake" -S "$source" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE="$type" -DLARDER_WITH_TESTS=OFF -DLARDER_WITH_BENCH=OFF \
  -DLARDER_WITH_RUST=OFF -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >"$folder.log" ||
  fail "does not configure: $(tail -n 20 "$folder.log")"
"$cmake" --build "$folder" >"$folder.log" 2>&1 || fail "does not build: $(tail -n 30 "$folder.log")"
! grep -A 5 'warning:' "$folder.log" || fail "builds with a warning"
