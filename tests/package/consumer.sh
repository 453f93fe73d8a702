#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# consumer.sh prefix|moved|pkg-config CMAKE SOURCE BUILD REDIS_URL
#
# Installs BUILD and builds the sources in consumer/ against it, outside the tree: by find_package where it was installed, or
# after the folder moved, or by pkg-config. Runs them: a plugin, a program that asks each plugin twice, and a cached endpoint,
# which docs/consuming.md shows and says how to build.
set -euo pipefail
form=$1 cmake=$2 source=$3 build=$4 redis=$5
consumer=$source/tests/package/consumer
# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"
# shellcheck source=page.sh
. "$source/tests/package/page.sh"

# build_by_cmake [--target ...]
build_by_cmake() {
  say "find_package"
  cp -r "$consumer" "$work/consumer"
  "$cmake" -S "$work/consumer" -B "$work/out" -DCMAKE_PREFIX_PATH="$prefix" >"$work/cmake.log"
  "$cmake" --build "$work/out" "$@" >>"$work/cmake.log" || fail "$(tail -n 20 "$work/cmake.log")"
  ctest --test-dir "$work/out" --no-tests=error --output-on-failure
}

build_by_pkg_config() {
  say "pkg-config"
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  local flags
  mkdir "$work/out"
  read -ra flags < <(pkg-config --cflags larder-sdk)
  c++ -std=c++17 -shared -fPIC -fvisibility=hidden "$consumer/shelf_plugin.cpp" "${flags[@]}" -o "$work/out/shelf.so"
  read -ra flags < <(pkg-config --cflags --libs larder)
  c++ -std=c++20 "$consumer/asks_twice.cpp" "${flags[@]}" -o "$work/out/asks_twice"
  LARDER_PLUGIN_PATH=$(pkg-config --variable=plugindir larder) "$work/out/asks_twice" lru "$work/out/shelf.so"
}

ask_the_endpoint() {
  say "a cached endpoint over Redis"
  start "$work/out/cached_endpoint" "$prefix/lib/larder/plugins/redis.so" "$redis" 127.0.0.1:0
  expect_miss_then_hit /time
  stop TERM
}

# The page installs into ~/larder.
case $form in
  prefix)
    install_into "$work/home/larder"
    build_by_cmake --target larder_plugin_shelf asks_twice asks_linked
    follow_consuming cmake "$redis"
    ;;
  moved)
    install_into "$work/first"
    move_to "$work/second"
    build_by_cmake
    ask_the_endpoint
    ;;
  pkg-config)
    install_into "$work/first"
    mkdir "$work/home"
    move_to "$work/home/larder"
    build_by_pkg_config
    follow_consuming pkg-config "$redis"
    ;;
  *) fail "$form: no such form; use prefix, moved or pkg-config" ;;
esac
say "done"
