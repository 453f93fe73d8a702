/* SPDX-License-Identifier: Apache-2.0
 * A whole backend in C: a table in memory behind one mutex, with nothing that is optional. */
#include <larder/abi.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kSlots = 1 << 17, kTried = 8, kMaxKey = 1024, kMaxValue = 1 << 20 };

typedef struct entry {
  atomic_uint holders; /* the table, and each value on loan */
  uint64_t expires_ns, space_size, key_size, value_size;
  char bytes[]; /* namespace, key, value */
} entry;

typedef struct minimal {
  larder_backend table;
  const larder_host* host;
  pthread_mutex_t lock; /* of what follows */
  bool drained;
  uint64_t ok[LARDER_OP_PING + 1], misses, errors;
  entry* slots[kSlots + kTried];
} minimal;

static void release(void* held) {
  if (held != NULL && atomic_fetch_sub(&((entry*)held)->holders, 1) == 1) free(held);
}

static bool equal(const char* bytes, larder_bytes to) {
  return to.size == 0 || memcmp(bytes, to.data, to.size) == 0;
}

static bool is_of(const entry* one, const larder_op* op) {
  return one->space_size == op->name_space.size && one->key_size == op->key.size &&
         equal(one->bytes, op->name_space) && equal(one->bytes + one->space_size, op->key);
}

static uint64_t hash(uint64_t seed, larder_bytes bytes) { /* FNV-1a */
  for (uint64_t i = 0; i < bytes.size; ++i) seed = (seed ^ (uint8_t)bytes.data[i]) * UINT64_C(1099511628211);
  return seed;
}

/* The slot of the live entry, or else the one that a new entry may take. */
static entry** find(minimal* self, const larder_op* op, uint64_t now_ns) {
  entry** first = &self->slots[hash(hash(op->name_space.size, op->name_space), op->key) % kSlots];
  entry** room = first; /* no slot is free: its entry goes */
  for (entry** slot = first + kTried; slot-- != first;) {
    if (*slot != NULL && (*slot)->expires_ns <= now_ns) {
      release(*slot);
      *slot = NULL;
    }
    if (*slot == NULL)
      room = slot;
    else if (is_of(*slot, op))
      return slot;
  }
  return room;
}

static larder_status store(const larder_op* op, entry** slot, uint64_t now_ns) {
  const larder_bytes parts[] = {op->name_space, op->key, op->value};
  entry* fresh = malloc(sizeof *fresh + op->name_space.size + op->key.size + op->value.size);
  if (fresh == NULL) return LARDER_NO_MEMORY;
  atomic_init(&fresh->holders, 1);
  fresh->expires_ns = op->ttl_ms == LARDER_TTL_NONE ? UINT64_MAX : now_ns + (uint64_t)op->ttl_ms * 1000000u;
  fresh->space_size = op->name_space.size;
  fresh->key_size = op->key.size;
  fresh->value_size = op->value.size;
  char* to = fresh->bytes;
  for (int i = 0; i < 3; to += parts[i++].size)
    if (parts[i].size > 0) memcpy(to, parts[i].data, parts[i].size);
  release(*slot);
  *slot = fresh;
  return LARDER_OK;
}

/* By abi.h, before anything is done: unknown, contradictory, out of range, not declared, too late. */
static larder_status judge(const larder_op* op, uint64_t now_ns) {
  const uint32_t conditions = LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL;
  const uint32_t of_set = conditions | LARDER_DONATE, met = op->flags & conditions, code = op->opcode;
  const uint32_t allowed = code == LARDER_OP_SET ? of_set : code == LARDER_OP_DELETE ? LARDER_IF_VERSION : 0;
  const bool is_ttl = op->ttl_ms == LARDER_TTL_NONE || (op->ttl_ms >= 1 && op->ttl_ms <= LARDER_TTL_MAX_MS);
  if (code < LARDER_OP_GET || code > LARDER_OP_PING || (op->flags & ~of_set) != 0) return LARDER_UNSUPPORTED;
  if ((op->flags & ~allowed) != 0) return LARDER_INVALID;
  if ((met & LARDER_IF_ABSENT) != 0 && met != LARDER_IF_ABSENT) return LARDER_INVALID;
  if ((code == LARDER_OP_SET || code == LARDER_OP_TOUCH) && !is_ttl) return LARDER_INVALID;
  if (op->key.size > kMaxKey || op->name_space.size > kMaxKey) return LARDER_TOO_LARGE;
  if (code == LARDER_OP_SET && op->value.size > kMaxValue) return LARDER_TOO_LARGE;
  if (met != 0 || code == LARDER_OP_TOUCH || code == LARDER_OP_TTL || code == LARDER_OP_CLEAR_NAMESPACE)
    return LARDER_UNSUPPORTED;
  return op->deadline_ns != 0 && now_ns >= op->deadline_ns ? LARDER_DEADLINE : LARDER_OK;
}

static larder_status perform(minimal* self, larder_op* op) {
  const uint64_t now_ns = self->host->monotonic_ns(self->host->self);
  const larder_status judged = self->drained ? LARDER_CLOSED : judge(op, now_ns);
  if (judged != LARDER_OK || op->opcode == LARDER_OP_PING) return judged;
  entry** slot = find(self, op, now_ns);
  if (op->opcode == LARDER_OP_SET) return store(op, slot, now_ns);
  if (*slot == NULL || !is_of(*slot, op)) return LARDER_MISS;
  if (op->opcode == LARDER_OP_GET) {
    entry* lent = *slot;
    atomic_fetch_add(&lent->holders, 1);
    op->result =
        (larder_value){lent->bytes + lent->space_size + lent->key_size, lent->value_size, lent, release};
  } else if (op->opcode == LARDER_OP_DELETE) {
    release(*slot);
    *slot = NULL;
  }
  return LARDER_OK;
}

static void submit(void* backend, larder_op* const* ops, uint32_t count, larder_status* results) {
  minimal* self = backend;
  for (uint32_t i = 0; i < count; ++i) {
    larder_op* op = ops[i];
    pthread_mutex_lock(&self->lock);
    results[i] = perform(self, op);
    if (results[i] == LARDER_OK) ++self->ok[op->opcode];
    if (results[i] == LARDER_MISS && op->opcode == LARDER_OP_GET) ++self->misses;
    if (results[i] < 0) ++self->errors;
    pthread_mutex_unlock(&self->lock);
    /* Whatever became of a donated value: the table has its copy. */
    if (op->opcode == LARDER_OP_SET && (op->flags & LARDER_DONATE) != 0 && op->donated.release != NULL)
      op->donated.release(op->donated.owner);
  }
}

static void cancel(void* backend, larder_op* op) { (void)backend, (void)op; /* nothing is ever pending */ }

static void stats(void* backend, larder_stats* stats) { /* all these members are of ABI 1.0 */
  minimal* self = backend;
  pthread_mutex_lock(&self->lock);
  stats->pending = 0;
  stats->hits = self->ok[LARDER_OP_GET];
  stats->misses = self->misses;
  stats->writes = self->ok[LARDER_OP_SET];
  stats->deletes = self->ok[LARDER_OP_DELETE];
  stats->errors = self->errors;
  pthread_mutex_unlock(&self->lock);
}

static larder_status drain(void* backend, uint64_t deadline_ns) {
  minimal* self = backend;
  (void)deadline_ns;
  pthread_mutex_lock(&self->lock);
  self->drained = true;
  pthread_mutex_unlock(&self->lock);
  return LARDER_OK;
}

static void destroy(void* backend) {
  minimal* self = backend;
  for (int i = 0; i < kSlots + kTried; ++i) release(self->slots[i]);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static const void* get_extension(void* backend, larder_bytes id) { return (void)backend, (void)id, NULL; }

static larder_status create(const larder_host* host, const larder_setting* settings, uint32_t count,
                            larder_text* error, const larder_backend** backend) {
  if (count > 0) {
    const int size = snprintf(error->data, error->capacity, "unknown option \"%.*s\"; this plugin has none",
                              (int)settings->name.size, settings->name.data);
    error->size = (uint32_t)size < error->capacity ? (uint32_t)size : error->capacity;
    return LARDER_CONFIG;
  }
  minimal* self = calloc(1, sizeof *self);
  if (self == NULL) return LARDER_NO_MEMORY;
  self->host = host;
  pthread_mutex_init(&self->lock, NULL);
  self->table = (larder_backend){sizeof(larder_backend),
                                 0,
                                 self,
                                 LARDER_CAP_INLINE,
                                 kMaxKey,
                                 kMaxValue,
                                 submit,
                                 cancel,
                                 stats,
                                 drain,
                                 destroy,
                                 get_extension};
  *backend = &self->table;
  return LARDER_OK;
}

LARDER_DEFINE_NOTE("minimal", "1.0.0");

const larder_plugin* larder_plugin_v1(uint32_t host_minor);
__attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(uint32_t host_minor) {
  static const larder_plugin plugin = {sizeof(larder_plugin),
                                       LARDER_ABI_MAJOR,
                                       LARDER_ABI_MINOR,
                                       0,
                                       LARDER_TEXT("minimal"),
                                       LARDER_TEXT("1.0.0"),
                                       LARDER_TEXT("The Larder authors"),
                                       LARDER_TEXT("Apache-2.0"),
                                       LARDER_TEXT(LARDER_BUILD),
                                       NULL,
                                       0,
                                       sizeof(larder_option),
                                       create};
  (void)host_minor;
  return &plugin;
}
