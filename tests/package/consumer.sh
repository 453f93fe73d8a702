#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# consumer.sh prefix|moved|pkg-config CMAKE SOURCE BUILD REDIS_URL
#
# Installs BUILD and builds the sources in consumer/ against it, outside the tree: by find_package where it was installed, or
# after the folder moved, or by pkg-config. Runs them: a plugin, a program that asks each plugin twice, and a cached endpoint.
# By find_package also the example of a Poco application.
set -euo pipefail
form=$1 cmake=$2 source=$3 build=$4 redis=$5
consumer=$source/tests/package/consumer
# shellcheck source=installed.sh
. "$source/tests/package/installed.sh"

# build_project SOURCE INTO: configures, builds and tests it.
build_project() {
  cp -r "$1" "$work/source.${2##*/}"
  "$cmake" -S "$work/source.${2##*/}" -B "$2" -DCMAKE_PREFIX_PATH="$prefix" >"$work/cmake.log"
  "$cmake" --build "$2" >>"$work/cmake.log" || fail "$(tail -n 20 "$work/cmake.log")"
  ctest --test-dir "$2" --no-tests=error --output-on-failure
}

build_by_cmake() {
  say "find_package"
  build_project "$consumer" "$work/out"
  build_project "$source/examples/poco_application" "$work/poco"
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
  read -ra flags < <(pkg-config --cflags --libs larder-http)
  c++ -std=c++20 "$consumer/cached_endpoint.cpp" "${flags[@]}" -o "$work/out/cached_endpoint"
  LARDER_PLUGIN_PATH=$(pkg-config --variable=plugindir larder) "$work/out/asks_twice" lru "$work/out/shelf.so"
}

ask_the_endpoint() {
  say "a cached endpoint over Redis"
  start "$work/out/cached_endpoint" "$prefix/lib/larder/plugins/redis.so" "$redis" 127.0.0.1:0
  expect_miss_then_hit /time
  stop TERM
}

install_into "$work/first"
case $form in
  prefix) build_by_cmake ;;
  moved) move_to "$work/second" && build_by_cmake ;;
  pkg-config) move_to "$work/second" && build_by_pkg_config ;;
  *) fail "$form: no such form; use prefix, moved or pkg-config" ;;
esac
ask_the_endpoint
say "done"
