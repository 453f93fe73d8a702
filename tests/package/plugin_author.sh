#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# plugin_author.sh CMAKE SOURCE BUILD
#
# Installs BUILD, moves the prefix, and then does what an author of plugins does with it: follows the guide outside the tree
# and serves with what came of it, and compiles by pkg-config. (The examples: example.sh.)
set -euo pipefail
cmake=$1 source=$2 build=$3

# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"
# shellcheck source=page.sh
. "$source/tests/package/page.sh"

# serve_with NAME FILE [--set KEY=VALUE...]: the second GET /users is a hit, by configuration alone.
serve_with() {
  local name=$1 file=$2
  say "serving with $name"
  start larder serve --backend "$name" --set "backends.$name.plugin=$file" "${@:3}" --set server.address=127.0.0.1:0 \
    --set "users.database=sqlite::memory:"
  expect_miss_then_hit /users
  stop TERM 0
}

# The packaged plugins are found by their names, from wherever the prefix is now.
serve_with_packaged_lru() { serve_with lru lru; }

compile_by_pkg_config() {
  say "compiling by pkg-config"
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  local flags
  read -ra flags < <(pkg-config --cflags larder-sdk)
  cc -std=c11 -shared -fPIC -fvisibility=hidden "${flags[@]}" "$source/examples/minimal_plugin/minimal_plugin.c" \
    -o "$work/minimal.so"
  larder check "$work/minimal.so" --only 'Operations.*' >"$work/check.log" || fail "$(cat "$work/check.log")"
  read -ra flags < <(pkg-config --cflags --libs larder-async-backend)
  c++ -std=c++17 -shared -fPIC -fvisibility=hidden "$source/examples/line_plugin/line_plugin.cpp" "${flags[@]}" -Wl,-z,defs \
    -o "$work/line.so"
  larder inspect "$work/line.so" >"$work/inspect.log" || fail "$(cat "$work/inspect.log")"
  read -ra flags < <(pkg-config --cflags --libs larder)
  c++ -std=c++20 "$source/examples/cached_function/cached_function.cpp" "${flags[@]}" -o "$work/cached_function"
  "$work/cached_function" "$(pkg-config --variable=plugindir larder)/lru.so" | diff - "$source/examples/cached_function/expected_output.txt"
}

# Does what docs/writing-a-plugin.md says: writes its files, and runs the commands that it marks, as they stand.
follow_the_guide() {
  say "following the guide"
  local guide=$work/guide
  mkdir -p "$guide/mine"
  cp -r "$source/examples/minimal_plugin" "$guide"
  write_files "$source/docs/writing-a-plugin.md" "$guide"
  block_of "$source/docs/writing-a-plugin.md" run >"$guide/run.sh"
  (cd "$guide" && bash -eux run.sh)
}

# COMPONENTS sdk alone looks for none of the libraries behind larder::cache and larder::http.
build_without_libraries() {
  say "building the guide's plugin where OpenSSL, zstd and Poco are missing"
  local missing=()
  for package in OpenSSL zstd Poco; do missing+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON"); done
  "$cmake" -S "$work/guide/mine" -B "$work/without" "${missing[@]}" >"$work/cmake.log" 2>&1 || fail "$(<"$work/cmake.log")"
  "$cmake" --build "$work/without" >>"$work/cmake.log" || fail "$(tail -n 20 "$work/cmake.log")"
}

install_into "$work/first"
move_to "$work/prefix"
# As an author has it: the program on PATH, which is also where find_package looks.
export PATH="$prefix/bin:$PATH"
serve_with_packaged_lru
compile_by_pkg_config
follow_the_guide
build_without_libraries
serve_with mine "$work/guide/mine/build/mine.so" --set backends.mine.max_entries=500
say "done"
