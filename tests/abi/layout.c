/* SPDX-License-Identifier: Apache-2.0
 * The golden layout of ABI 1.1: each size and offset as released. Within major 1 an existing line never
 * changes; a new minor adds lines, and raises the sizes of structs that grow. */
#include <larder/abi.h>
#include <larder/sizing.h>

LARDER_DEFINE_NOTE("layout", "1.0.0");
LARDER_DEFINE_SCHEMES("layout,layouts");

LARDER_LAYOUT_(sizeof(larder_bytes) == 16);
LARDER_LAYOUT_(offsetof(larder_bytes, data) == 0);
LARDER_LAYOUT_(offsetof(larder_bytes, size) == 8);

LARDER_LAYOUT_(sizeof(larder_value) == 32);
LARDER_LAYOUT_(offsetof(larder_value, data) == 0);
LARDER_LAYOUT_(offsetof(larder_value, size) == 8);
LARDER_LAYOUT_(offsetof(larder_value, owner) == 16);
LARDER_LAYOUT_(offsetof(larder_value, release) == 24);

LARDER_LAYOUT_(sizeof(larder_setting) == 40);
LARDER_LAYOUT_(offsetof(larder_setting, name) == 0);
LARDER_LAYOUT_(offsetof(larder_setting, text) == 16);
LARDER_LAYOUT_(offsetof(larder_setting, number) == 32);

LARDER_LAYOUT_(sizeof(larder_text) == 16);
LARDER_LAYOUT_(offsetof(larder_text, data) == 0);
LARDER_LAYOUT_(offsetof(larder_text, capacity) == 8);
LARDER_LAYOUT_(offsetof(larder_text, size) == 12);

LARDER_LAYOUT_(sizeof(larder_op) == 240);
LARDER_LAYOUT_(offsetof(larder_op, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_op, opcode) == 4);
LARDER_LAYOUT_(offsetof(larder_op, flags) == 8);
LARDER_LAYOUT_(offsetof(larder_op, reserved) == 12);
LARDER_LAYOUT_(offsetof(larder_op, name_space) == 16);
LARDER_LAYOUT_(offsetof(larder_op, key) == 32);
LARDER_LAYOUT_(offsetof(larder_op, value) == 48);
LARDER_LAYOUT_(offsetof(larder_op, donated) == 64);
LARDER_LAYOUT_(offsetof(larder_op, ttl_ms) == 96);
LARDER_LAYOUT_(offsetof(larder_op, expected_version) == 104);
LARDER_LAYOUT_(offsetof(larder_op, deadline_ns) == 112);
LARDER_LAYOUT_(offsetof(larder_op, result) == 120);
LARDER_LAYOUT_(offsetof(larder_op, result_ttl_ms) == 152);
LARDER_LAYOUT_(offsetof(larder_op, version) == 160);
LARDER_LAYOUT_(offsetof(larder_op, error) == 168);
LARDER_LAYOUT_(offsetof(larder_op, complete) == 184);
LARDER_LAYOUT_(offsetof(larder_op, user) == 192);
LARDER_LAYOUT_(offsetof(larder_op, number) == 200);
LARDER_LAYOUT_(offsetof(larder_op, result_number) == 208);
LARDER_LAYOUT_(offsetof(larder_op, expected) == 216);
LARDER_LAYOUT_(offsetof(larder_op, result_idle_ms) == 232);

LARDER_LAYOUT_(sizeof(larder_extension) == 8);
LARDER_LAYOUT_(offsetof(larder_extension, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_extension, reserved) == 4);

LARDER_LAYOUT_(sizeof(larder_invalidation_listener) == 40);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, reserved) == 4);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, user) == 8);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, changed) == 16);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, cleared) == 24);
LARDER_LAYOUT_(offsetof(larder_invalidation_listener, lost) == 32);

LARDER_LAYOUT_(sizeof(larder_invalidation) == 16);
LARDER_LAYOUT_(offsetof(larder_invalidation, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_invalidation, reserved) == 4);
LARDER_LAYOUT_(offsetof(larder_invalidation, listen) == 8);

LARDER_LAYOUT_(sizeof(larder_stats) == 104);
LARDER_LAYOUT_(offsetof(larder_stats, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_stats, reserved) == 4);
LARDER_LAYOUT_(offsetof(larder_stats, entries) == 8);
LARDER_LAYOUT_(offsetof(larder_stats, bytes) == 16);
LARDER_LAYOUT_(offsetof(larder_stats, capacity) == 24);
LARDER_LAYOUT_(offsetof(larder_stats, pending) == 32);
LARDER_LAYOUT_(offsetof(larder_stats, hits) == 40);
LARDER_LAYOUT_(offsetof(larder_stats, misses) == 48);
LARDER_LAYOUT_(offsetof(larder_stats, writes) == 56);
LARDER_LAYOUT_(offsetof(larder_stats, deletes) == 64);
LARDER_LAYOUT_(offsetof(larder_stats, evictions) == 72);
LARDER_LAYOUT_(offsetof(larder_stats, expirations) == 80);
LARDER_LAYOUT_(offsetof(larder_stats, errors) == 88);
LARDER_LAYOUT_(offsetof(larder_stats, reconnects) == 96);

LARDER_LAYOUT_(sizeof(larder_backend) == 88);
LARDER_LAYOUT_(offsetof(larder_backend, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_backend, reserved) == 4);
LARDER_LAYOUT_(offsetof(larder_backend, self) == 8);
LARDER_LAYOUT_(offsetof(larder_backend, capabilities) == 16);
LARDER_LAYOUT_(offsetof(larder_backend, max_key_size) == 24);
LARDER_LAYOUT_(offsetof(larder_backend, max_value_size) == 32);
LARDER_LAYOUT_(offsetof(larder_backend, submit) == 40);
LARDER_LAYOUT_(offsetof(larder_backend, cancel) == 48);
LARDER_LAYOUT_(offsetof(larder_backend, stats) == 56);
LARDER_LAYOUT_(offsetof(larder_backend, drain) == 64);
LARDER_LAYOUT_(offsetof(larder_backend, destroy) == 72);
LARDER_LAYOUT_(offsetof(larder_backend, get_extension) == 80);

LARDER_LAYOUT_(sizeof(larder_host) == 112);
LARDER_LAYOUT_(offsetof(larder_host, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_host, abi_minor) == 4);
LARDER_LAYOUT_(offsetof(larder_host, self) == 8);
LARDER_LAYOUT_(offsetof(larder_host, log) == 16);
LARDER_LAYOUT_(offsetof(larder_host, log_level) == 24);
LARDER_LAYOUT_(offsetof(larder_host, monotonic_ns) == 32);
LARDER_LAYOUT_(offsetof(larder_host, realtime_ms) == 40);
LARDER_LAYOUT_(offsetof(larder_host, alloc) == 48);
LARDER_LAYOUT_(offsetof(larder_host, free) == 56);
LARDER_LAYOUT_(offsetof(larder_host, random) == 64);
LARDER_LAYOUT_(offsetof(larder_host, register_metric) == 72);
LARDER_LAYOUT_(offsetof(larder_host, add_metric) == 80);
LARDER_LAYOUT_(offsetof(larder_host, set_metric) == 88);
LARDER_LAYOUT_(offsetof(larder_host, report_health) == 96);
LARDER_LAYOUT_(offsetof(larder_host, get_extension) == 104);

LARDER_LAYOUT_(sizeof(larder_option) == 80);
LARDER_LAYOUT_(offsetof(larder_option, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_option, type) == 4);
LARDER_LAYOUT_(offsetof(larder_option, flags) == 8);
LARDER_LAYOUT_(offsetof(larder_option, reserved) == 12);
LARDER_LAYOUT_(offsetof(larder_option, name) == 16);
LARDER_LAYOUT_(offsetof(larder_option, default_value) == 32);
LARDER_LAYOUT_(offsetof(larder_option, doc) == 48);
LARDER_LAYOUT_(offsetof(larder_option, min) == 64);
LARDER_LAYOUT_(offsetof(larder_option, max) == 72);

LARDER_LAYOUT_(sizeof(larder_plugin) == 120);
LARDER_LAYOUT_(offsetof(larder_plugin, struct_size) == 0);
LARDER_LAYOUT_(offsetof(larder_plugin, abi_major) == 4);
LARDER_LAYOUT_(offsetof(larder_plugin, abi_minor) == 8);
LARDER_LAYOUT_(offsetof(larder_plugin, min_host_minor) == 12);
LARDER_LAYOUT_(offsetof(larder_plugin, name) == 16);
LARDER_LAYOUT_(offsetof(larder_plugin, version) == 32);
LARDER_LAYOUT_(offsetof(larder_plugin, vendor) == 48);
LARDER_LAYOUT_(offsetof(larder_plugin, license) == 64);
LARDER_LAYOUT_(offsetof(larder_plugin, build) == 80);
LARDER_LAYOUT_(offsetof(larder_plugin, options) == 96);
LARDER_LAYOUT_(offsetof(larder_plugin, option_count) == 104);
LARDER_LAYOUT_(offsetof(larder_plugin, option_stride) == 108);
LARDER_LAYOUT_(offsetof(larder_plugin, create) == 112);

LARDER_LAYOUT_(sizeof(larder_note) == 160);
LARDER_LAYOUT_(offsetof(larder_note, owner_size) == 0);
LARDER_LAYOUT_(offsetof(larder_note, body_size) == 4);
LARDER_LAYOUT_(offsetof(larder_note, type) == 8);
LARDER_LAYOUT_(offsetof(larder_note, owner) == 12);
LARDER_LAYOUT_(offsetof(larder_note, abi_major) == 20);
LARDER_LAYOUT_(offsetof(larder_note, abi_minor) == 24);
LARDER_LAYOUT_(offsetof(larder_note, min_host_minor) == 28);
LARDER_LAYOUT_(offsetof(larder_note, name) == 32);
LARDER_LAYOUT_(offsetof(larder_note, version) == 64);
LARDER_LAYOUT_(offsetof(larder_note, build) == 96);

LARDER_LAYOUT_(sizeof(larder_schemes_note) == 84);
LARDER_LAYOUT_(offsetof(larder_schemes_note, owner_size) == 0);
LARDER_LAYOUT_(offsetof(larder_schemes_note, body_size) == 4);
LARDER_LAYOUT_(offsetof(larder_schemes_note, type) == 8);
LARDER_LAYOUT_(offsetof(larder_schemes_note, owner) == 12);
LARDER_LAYOUT_(offsetof(larder_schemes_note, schemes) == 20);
