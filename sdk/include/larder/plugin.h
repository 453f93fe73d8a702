/* SPDX-License-Identifier: Apache-2.0
 *
 * For authors of backends in C11: the code that every such backend would repeat. Header-only; depends only on
 * abi.h and the standard library. The C++ counterpart is plugin.hpp.
 *
 *     typedef struct mine { larder_base base; ... } mine;
 *     static larder_status perform(void* self, larder_op* op) { ... }
 *     static larder_status create(const larder_host* host, ...) { ... *backend = larder_start(...); ... }
 *     LARDER_C_PLUGIN("mine", "1.0.0", "vendor", "MIT", options, 2, create)
 *     LARDER_DEFINE_SCHEMES("mine,mines"); -- URL schemes; by default, the plugin's name */
#ifndef LARDER_PLUGIN_H
#define LARDER_PLUGIN_H

#ifdef __cplusplus
#error "larder/plugin.h is for C; include larder/plugin.hpp"
#endif

#include <larder/abi.h>
#include <larder/operation_check.h>

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static inline bool larder_equal(larder_bytes a, larder_bytes b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* The first member of a backend that performs each operation inline, on the caller's thread. Holds the ABI's
 * table and handles the calls that need no code of the backend. */
typedef struct larder_base {
  larder_backend table;
  const larder_host* host;
  /* Performs one operation and returns its final status. The operation is valid, its deadline has not passed,
   * the capabilities cover it, and it is not PING. Donations need no handling: copy `value`. `self` is the
   * larder_base. [any-thread] */
  larder_status (*perform)(void* self, larder_op* op);
  atomic_bool drained;
  atomic_ullong hits, misses, writes, deletes, errors;
} larder_base;

static inline uint64_t larder_now_ns(const larder_base* base) {
  return base->host->monotonic_ns(base->host->self);
}

/* Returns the monotonic time, in nanoseconds, at which an entry written now expires; UINT64_MAX: never. */
static inline uint64_t larder_expiry_ns(const larder_base* base, int64_t ttl_ms) {
  return ttl_ms == LARDER_TTL_NONE ? UINT64_MAX : larder_now_ns(base) + (uint64_t)ttl_ms * 1000000u;
}

static inline void larder_count_(larder_base* base, uint32_t opcode, larder_status status) {
  if (status < 0) atomic_fetch_add(&base->errors, 1);
  if (opcode == LARDER_OP_GET && status == LARDER_MISS) atomic_fetch_add(&base->misses, 1);
  if (status != LARDER_OK) return;
  if (opcode == LARDER_OP_GET) atomic_fetch_add(&base->hits, 1);
  if (opcode == LARDER_OP_SET) atomic_fetch_add(&base->writes, 1);
  if (opcode == LARDER_OP_DELETE) atomic_fetch_add(&base->deletes, 1);
}

static inline larder_status larder_answer_(larder_base* base, larder_op* op) {
  const larder_backend* table = &base->table;
  if (atomic_load(&base->drained)) return LARDER_CLOSED;
  const larder_status judged = larder_judge(op, table->max_key_size, table->max_value_size);
  if (judged != LARDER_OK) return judged;
  if (larder_lacks_capability(op, table->capabilities)) return LARDER_UNSUPPORTED;
  if (op->deadline_ns != 0 && larder_now_ns(base) >= op->deadline_ns) return LARDER_DEADLINE;
  return op->opcode == LARDER_OP_PING ? LARDER_OK : base->perform(base, op);
}

static inline void larder_submit_(void* self, larder_op* const* ops, uint32_t count, larder_status* results) {
  larder_base* base = self;
  for (uint32_t i = 0; i < count; ++i) {
    results[i] = larder_answer_(base, ops[i]);
    larder_release_donation(ops[i]);
    larder_count_(base, ops[i]->opcode, results[i]);
  }
}

/* All these members exist since ABI 1.0, so every host has room for them. */
static inline void larder_stats_(void* self, larder_stats* stats) {
  larder_base* base = self;
  stats->pending = 0;
  stats->hits = atomic_load(&base->hits);
  stats->misses = atomic_load(&base->misses);
  stats->writes = atomic_load(&base->writes);
  stats->deletes = atomic_load(&base->deletes);
  stats->errors = atomic_load(&base->errors);
}

static inline larder_status larder_drain_(void* self, uint64_t deadline_ns) {
  larder_base* base = self;
  (void)deadline_ns; /* nothing is ever pending */
  atomic_store(&base->drained, true);
  return LARDER_OK;
}

static inline void larder_cancel_(void* self, larder_op* op) { (void)self, (void)op; }
static inline const void* larder_no_extension_(void* self, larder_bytes id) {
  return (void)self, (void)id, NULL;
}

/* Initializes a zeroed base and returns the table that `create` passes to the host. `capabilities` are
 * LARDER_CAP_ bits: LARDER_CAP_INLINE only if `perform` never waits for I/O; without it the host calls
 * `perform` on a thread that may block. `destroy` receives the base and frees it together with the struct that
 * contains it. */
static inline const larder_backend* larder_start(larder_base* base, const larder_host* host,
                                                 uint64_t capabilities, uint64_t max_key_size,
                                                 uint64_t max_value_size,
                                                 larder_status (*perform)(void* self, larder_op* op),
                                                 void (*destroy)(void* self)) {
  base->host = host;
  base->perform = perform;
  base->table = (larder_backend){.struct_size = sizeof(larder_backend),
                                 .self = base,
                                 .capabilities = capabilities,
                                 .max_key_size = max_key_size,
                                 .max_value_size = max_value_size,
                                 .submit = larder_submit_,
                                 .cancel = larder_cancel_,
                                 .stats = larder_stats_,
                                 .drain = larder_drain_,
                                 .destroy = destroy,
                                 .get_extension = larder_no_extension_};
  return &base->table;
}

/* For `create`: writes "NAME: why" about an invalid setting and returns LARDER_CONFIG. `why` also says what a
 * correct value is. */
static inline larder_status larder_refuse(larder_text* error, larder_bytes name, const char* why) {
  const int size = snprintf(error->data, error->capacity, "%.*s: %s", (int)name.size, name.data, why);
  const uint32_t room = error->capacity > 0 ? error->capacity - 1 : 0; /* without the closing NUL */
  error->size = (uint32_t)size < room ? (uint32_t)size : room;
  return LARDER_CONFIG;
}

static inline larder_status larder_know_settings_(const larder_option* options, uint32_t option_count,
                                                  const larder_setting* settings, uint32_t count,
                                                  larder_text* error) {
  for (uint32_t i = 0; i < count; ++i) {
    bool known = false;
    for (uint32_t k = 0; k < option_count && !known; ++k)
      known = larder_equal(options[k].name, settings[i].name);
    if (!known)
      return larder_refuse(error, settings[i].name, "unknown option; this plugin has none of that name");
  }
  return LARDER_OK;
}

/* Makes this shared library a plugin: defines its description, the entry function and the ELF note. Use it
 * once, at file scope. `plugin_options` is an array of larder_option, or NULL. `plugin_create` only receives
 * settings that are in that array. */
#define LARDER_C_PLUGIN(plugin_name, plugin_version, plugin_vendor, plugin_license, plugin_options,         \
                        plugin_option_count, plugin_create)                                                 \
  LARDER_DEFINE_NOTE(plugin_name, plugin_version);                                                          \
  static larder_status larder_create_(const larder_host* host, const larder_setting* settings,              \
                                      uint32_t count, larder_text* error, const larder_backend** backend) { \
    const larder_status known =                                                                             \
        larder_know_settings_(plugin_options, plugin_option_count, settings, count, error);                 \
    return known == LARDER_OK ? plugin_create(host, settings, count, error, backend) : known;               \
  }                                                                                                         \
  const larder_plugin* larder_plugin_v1(uint32_t host_minor);                                               \
  __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(uint32_t host_minor) {       \
    static const larder_plugin plugin = {.struct_size = sizeof(larder_plugin),                              \
                                         .abi_major = LARDER_ABI_MAJOR,                                     \
                                         .abi_minor = LARDER_ABI_MINOR,                                     \
                                         .name = LARDER_TEXT(plugin_name),                                  \
                                         .version = LARDER_TEXT(plugin_version),                            \
                                         .vendor = LARDER_TEXT(plugin_vendor),                              \
                                         .license = LARDER_TEXT(plugin_license),                            \
                                         .build = LARDER_TEXT(LARDER_BUILD),                                \
                                         .options = plugin_options,                                         \
                                         .option_count = plugin_option_count,                               \
                                         .option_stride = sizeof(larder_option),                            \
                                         .create = larder_create_};                                         \
    (void)host_minor;                                                                                       \
    return &plugin;                                                                                         \
  }

#endif
