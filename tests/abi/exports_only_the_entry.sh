#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: exports_only_the_entry.sh NM PLUGIN.so
exported=$("$1" --dynamic --defined-only --format=posix "$2" | cut -d' ' -f1)
[ "$exported" = larder_plugin_v1 ] && exit 0
echo "$2 exports more than its entry:" >&2
echo "$exported" >&2
exit 1
