/* SPDX-License-Identifier: Apache-2.0
 * A complete backend in C: a table in memory behind one mutex, with the mandatory operations only. */
#include <larder/plugin.h>

#include <pthread.h>
#include <stdlib.h>

enum { kSlots = 1 << 17, kTried = 8, kMaxKey = 1024, kMaxValue = 1 << 20 };

typedef struct entry {
  atomic_uint holders; /* the table, and each lent value */
  uint64_t expires_ns;
  larder_bytes name_space, key, value; /* in the bytes that follow */
  char bytes[];
} entry;

typedef struct minimal {
  larder_base base;
  pthread_mutex_t lock; /* guards the slots */
  entry* slots[kSlots + kTried];
} minimal;

static void release(void* held) {
  if (held != NULL && atomic_fetch_sub(&((entry*)held)->holders, 1) == 1) free(held);
}

static uint64_t hash(uint64_t seed, larder_bytes bytes) { /* FNV-1a */
  for (uint64_t i = 0; i < bytes.size; ++i) seed = (seed ^ (uint8_t)bytes.data[i]) * UINT64_C(1099511628211);
  return seed;
}

static bool is_of(const entry* one, const larder_op* op) {
  return larder_equal(one->name_space, op->name_space) && larder_equal(one->key, op->key);
}

/* Returns the slot of the live entry, otherwise the slot that a new entry may take. */
static entry** find(minimal* self, const larder_op* op) {
  const uint64_t now_ns = larder_now_ns(&self->base);
  entry** first = &self->slots[hash(hash(op->name_space.size, op->name_space), op->key) % kSlots];
  entry** room = first; /* if no slot is free, its entry is evicted */
  for (entry** slot = first + kTried; slot-- != first;) {
    if (*slot != NULL && (*slot)->expires_ns > now_ns) {
      if (is_of(*slot, op)) return slot;
      continue;
    }
    release(*slot);
    *slot = NULL;
    room = slot;
  }
  return room;
}

static larder_bytes append(char** end, larder_bytes part) {
  const larder_bytes copy = {*end, part.size};
  if (part.size > 0) memcpy(*end, part.data, part.size);
  *end += part.size;
  return copy;
}

static larder_status set(minimal* self, const larder_op* op, entry** slot) {
  entry* fresh = malloc(sizeof *fresh + op->name_space.size + op->key.size + op->value.size);
  if (fresh == NULL) return LARDER_NO_MEMORY;
  char* end = fresh->bytes;
  atomic_init(&fresh->holders, 1);
  fresh->expires_ns = larder_expiry_ns(&self->base, op->ttl_ms);
  fresh->name_space = append(&end, op->name_space);
  fresh->key = append(&end, op->key);
  fresh->value = append(&end, op->value);
  release(*slot);
  *slot = fresh;
  return LARDER_OK;
}

static larder_status read_or_delete(larder_op* op, entry** slot) {
  if (*slot == NULL || !is_of(*slot, op)) return LARDER_MISS;
  if (op->opcode == LARDER_OP_GET) {
    atomic_fetch_add(&(*slot)->holders, 1);
    op->result = (larder_value){(*slot)->value.data, (*slot)->value.size, *slot, release};
  } else if (op->opcode == LARDER_OP_DELETE) {
    release(*slot);
    *slot = NULL;
  }
  return LARDER_OK;
}

static larder_status perform(void* base, larder_op* op) {
  minimal* self = base;
  pthread_mutex_lock(&self->lock);
  entry** slot = find(self, op);
  const larder_status status = op->opcode == LARDER_OP_SET ? set(self, op, slot) : read_or_delete(op, slot);
  pthread_mutex_unlock(&self->lock);
  return status;
}

static void destroy(void* base) {
  minimal* self = base;
  for (int i = 0; i < kSlots + kTried; ++i) release(self->slots[i]);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static larder_status create(const larder_host* host, const larder_setting* settings, uint32_t count,
                            larder_text* error, const larder_backend** backend) {
  (void)settings, (void)count, (void)error; /* it has no options */
  minimal* self = calloc(1, sizeof *self);
  if (self == NULL) return LARDER_NO_MEMORY;
  pthread_mutex_init(&self->lock, NULL);
  *backend = larder_start(&self->base, host, LARDER_CAP_INLINE, kMaxKey, kMaxValue, perform, destroy);
  return LARDER_OK;
}

LARDER_C_PLUGIN("minimal", "1.0.0", "The Larder authors", "Apache-2.0", NULL, 0, create)
