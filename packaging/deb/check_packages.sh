#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: check_packages.sh FOLDER
#
# Installs the packages in FOLDER, uses the installed files, and removes the packages, in a copy-on-write view of this system
# that disappears afterwards. As root: it mounts an overlay in a separate mount namespace.
set -euo pipefail
packages=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

if [[ ${2:-} != in-namespace ]]; then
  ((EUID == 0)) || { echo "check_packages.sh: must be root, to mount an overlay" >&2; exit 1; }
  exec unshare --mount --pid --fork --kill-child "$here/check_packages.sh" "$packages" in-namespace
fi

scratch=$(mktemp -d)
root=$scratch/root
cleanup() {
  umount -R "$root" 2>/dev/null || true
  umount "$scratch"
  rmdir "$scratch"
}
trap cleanup EXIT
# A separate file system: an overlay cannot have its upper layer on another overlay, which / often is.
mount -t tmpfs -o mode=755 tmpfs "$scratch"
mkdir "$root" "$scratch/upper" "$scratch/work"
mount -t overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir "$root/tmp/packages"
cp "$packages"/*.deb "$root/tmp/packages"
# Keeps each installation from indexing the manual pages of the whole system again.
rm -f "$root/var/lib/man-db/auto-update"

fail() {
  printf 'check_packages: %s\n' "$*" >&2
  exit 1
}

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }

# ---- the contents of the packages ----

# Without a pipe: its writer would fail once grep -q finds a match and closes the pipe.
holds() { grep -qE "$2" <<<"$(inside dpkg -L "$1")" || fail "$1 has no $2"; }

check_contents() {
  holds larder '^/usr/bin/larder$'
  holds larder '^/lib/systemd/system/larder.service$'
  holds larder '^/etc/larder/larder.toml$'
  holds larder '^/usr/share/man/man1/larder.1.gz$'
  holds larder '^/usr/share/bash-completion/completions/larder$'
  holds larder '^/usr/share/zsh/vendor-completions/_larder$'
  holds larder '^/usr/share/fish/vendor_completions.d/larder.fish$'
  local plugin package
  for plugin in lru redis memcached; do
    holds larder-plugins "^/usr/lib/[^/]*/larder/plugins/$plugin.so\$"
  done
  holds liblarder-dev '^/usr/include/larder/abi.h$'
  holds liblarder-dev '^/usr/lib/[^/]*/liblarder_cache.a$'
  holds liblarder-dev '^/usr/lib/[^/]*/cmake/larder/larderConfig.cmake$'
  holds liblarder-dev '^/usr/lib/[^/]*/pkgconfig/larder.pc$'
  for package in larder larder-plugins liblarder-dev; do
    holds "$package" "^/usr/share/doc/$package/copyright\$"
    # An installation that differs from the package's own checksums is broken.
    inside dpkg --verify "$package" | grep . && fail "$package does not verify"
  done
  grep -q '^ /etc/larder/larder.toml ' <<<"$(inside dpkg-query -W -f '${Conffiles}\n' larder)" ||
    fail "/etc/larder/larder.toml is not a conffile"
  # The loader refuses a plugin's file that other users may write to.
  local strange
  strange=$(inside sh -c 'find /usr/bin/larder /usr/lib/*/larder /etc/larder \( ! -uid 0 -o -perm /022 \) ! -type l')
  [[ -z $strange ]] || fail "not owned by root, or writable by others: $strange"
  # Each needed library must come from a dependency.
  local depends
  depends=$(inside dpkg-query -W -f '${Depends}\n' larder larder-plugins)
  for package in libpoconet libpqxx libhiredis libmemcached libc6 'larder-plugins (='; do
    [[ $depends == *"$package"* ]] || fail "no dependency on $package"
  done
}

# ---- the program ----

# get PATH: prints the response, head and body.
get() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
  cat <&3
  exec 3>&-
}

answers() { (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

# Starts the program as the unit does, except for the port and an account that owns nothing.
serve() {
  local state=$root/var/lib/larder-check _
  install -d -o 65534 -g 65534 -m 700 "$state"
  port=$((20000 + RANDOM % 12000))
  chroot --userspec=65534:65534 "$root" /usr/bin/env -i -C /var/lib/larder-check \
    /usr/bin/larder serve --config /etc/larder/larder.toml --set "server.address=127.0.0.1:$port" "$@" \
    >"$scratch/serve.log" 2>&1 &
  server=$!
  for _ in {1..200}; do
    if answers; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  fail "larder serve $* does not start: $(cat "$scratch/serve.log")"
}

stop() {
  local status=0
  kill -TERM "$server"
  wait "$server" || status=$?
  ((status == 0)) || fail "larder serve ended with status $status: $(cat "$scratch/serve.log")"
}

expect_cache_status() {
  local answer
  answer=$(get /users)
  [[ $answer == *"Cache-Status: larder; $1"* ]] || fail "expected Cache-Status: larder; $1, got: $answer"
}

check_program() {
  local version
  version=$(inside dpkg-query -W -f '${Version}' larder)
  [[ $(inside larder --version) == "larder $version" ]] || fail "larder --version is not $version"
  serve
  expect_cache_status 'fwd=uri-miss'
  expect_cache_status 'hit'
  stop
  [[ -s $root/var/lib/larder-check/users.db ]] || fail "no users.db in the folder that it runs in"
  # Their servers are missing, but the plugins load, and requests are still answered.
  local backend
  for backend in redis memcached; do
    serve --backend "$backend"
    expect_cache_status 'fwd='
    stop
  done
}

# Uses the library with only the packages installed: builds the project that every form of the package must support.
check_development_files() {
  inside pkg-config --exists --print-errors larder larder-sdk larder-http || fail "pkg-config does not find larder"
  cp -r "$here/../../tests/package/consumer" "$root/opt/consumer"
  inside sh -ec 'cd /opt/consumer; cmake -B build; cmake --build build; ctest --test-dir build --no-tests=error' \
    >"$scratch/cmake.log" 2>&1 || fail "a project does not build on liblarder-dev: $(tail -n 30 "$scratch/cmake.log")"
  serve --backend shelf --set backends.shelf.plugin=/opt/consumer/build/shelf.so
  expect_cache_status 'fwd=uri-miss'
  expect_cache_status 'hit'
  stop
}

# ---- install, upgrade, remove ----

install_packages() { inside sh -c 'dpkg --install /tmp/packages/*.deb' >"$scratch/dpkg.log" 2>&1 || fail "$(cat "$scratch/dpkg.log")"; }

check_upgrade() {
  printf '[server]\naddress = "127.0.0.1:1"\n' >"$root/etc/larder/larder.toml"
  chmod 600 "$root/etc/larder/larder.toml"
  install_packages
  grep -q '127.0.0.1:1' "$root/etc/larder/larder.toml" || fail "an upgrade overwrote /etc/larder/larder.toml"
  [[ $(stat -c %a "$root/etc/larder/larder.toml") == 600 ]] || fail "an upgrade made /etc/larder/larder.toml readable"
}

check_enabling() {
  inside systemctl --quiet enable larder.service || fail "systemctl enable refused larder.service"
  [[ -L $root/etc/systemd/system/multi-user.target.wants/larder.service ]] || fail "larder.service is not enabled"
}

check_removal() {
  inside dpkg --purge larder larder-plugins liblarder-dev >"$scratch/dpkg.log" 2>&1 || fail "$(cat "$scratch/dpkg.log")"
  local left
  left=$(comm -13 "$scratch/before" <(installed_files))
  [[ -z $left ]] || fail "left behind: $left"
}

# The files in the folders where packages install.
installed_files() { find "$root/etc" "$root/lib/systemd/" "$root/usr/bin" "$root/usr/include" "$root/usr/lib" "$root/usr/share" -name '*larder*' | sort; }

installed_files >"$scratch/before"
install_packages
check_contents
check_program
check_development_files
check_enabling
check_upgrade
check_removal
echo "the packages install, serve from their cache, upgrade and uninstall"
