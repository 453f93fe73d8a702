#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: debian13.sh TREE ROOT
#
# Builds TREE without a warning and runs the unit tests in Debian 13, whose compiler and libraries are a generation newer
# (gcc 14, Poco 1.13, hiredis 1.2, libpqxx 7.10). As root: debootstrap creates the system in ROOT, once, and chroot enters it.
set -euo pipefail
tree=$(cd "$1" && pwd)
root=$2

mirror() { apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -n 1; }

if [[ ! -e $root/etc/debian_version ]]; then
  debootstrap --variant=minbase trixie "$root" "$(mirror)" >&2
fi

# A separate mount namespace: its mounts end with the process.
if [[ ${3:-} != in-namespace ]]; then
  exec unshare --mount --pid --fork --kill-child "$0" "$tree" "$root" in-namespace
fi
mount -t proc proc "$root/proc"
mkdir -p "$root/larder"
git -c "safe.directory=$tree" -C "$tree" ls-files -z | tar -C "$tree" --null --files-from=- -cf - | tar -C "$root/larder" -xf -

exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -euc '
  cd /larder
  ./dev build
  apt-get -qq -y --no-install-recommends install python3  # extracts the programs in docs/, which are compiled as well
  cmake --build --preset release
  ctest --preset release -R "^unit|^conformance.lru"
'
