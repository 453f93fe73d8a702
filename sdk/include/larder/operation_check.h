/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks that abi.h requires of every backend before it performs an operation, for C and C++. Pure
 * functions of their arguments. Included by plugin.h and plugin.hpp. */
#ifndef LARDER_OPERATION_CHECK_H
#define LARDER_OPERATION_CHECK_H

#include <larder/abi.h>

#include <stdbool.h>
#include <stdint.h>

static inline bool larder_is_ttl(int64_t ms) {
  return ms == LARDER_TTL_NONE || (ms >= 1 && ms <= LARDER_TTL_MAX_MS);
}

/* Returns the flags that a core opcode accepts; -1 for any other opcode. */
static inline int64_t larder_flags_of(uint32_t opcode) {
  switch (opcode) {
    case LARDER_OP_SET:
      return LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL | LARDER_DONATE;
    case LARDER_OP_DELETE: return LARDER_IF_VERSION;
    case LARDER_OP_GET:
    case LARDER_OP_TOUCH:
    case LARDER_OP_EXISTS:
    case LARDER_OP_TTL:
    case LARDER_OP_CLEAR_NAMESPACE:
    case LARDER_OP_PING: return 0;
    default: return -1;
  }
}

/* Validates a core operation: returns LARDER_OK, UNSUPPORTED, INVALID or TOO_LARGE. */
static inline larder_status larder_judge(const larder_op* op, uint64_t max_key_size,
                                         uint64_t max_value_size) {
  const uint32_t conditions = LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL;
  const int64_t allowed = larder_flags_of(op->opcode);
  if (allowed < 0 || (op->flags & ~(conditions | LARDER_DONATE)) != 0) return LARDER_UNSUPPORTED;
  if ((op->flags & ~allowed) != 0) return LARDER_INVALID;
  if ((op->flags & LARDER_IF_ABSENT) != 0 && (op->flags & conditions) != LARDER_IF_ABSENT)
    return LARDER_INVALID;
  const bool takes_ttl = op->opcode == LARDER_OP_SET || op->opcode == LARDER_OP_TOUCH;
  if (takes_ttl && !larder_is_ttl(op->ttl_ms)) return LARDER_INVALID;
  if (op->key.size > max_key_size || op->name_space.size > max_key_size) return LARDER_TOO_LARGE;
  if (op->opcode == LARDER_OP_SET && op->value.size > max_value_size) return LARDER_TOO_LARGE;
  return LARDER_OK;
}

/* Returns true if the operation needs a LARDER_CAP_ bit that is not in `capabilities`; it is then
 * UNSUPPORTED. */
static inline bool larder_lacks_capability(const larder_op* op, uint64_t capabilities) {
  uint64_t needed = 0;
  if ((op->flags & LARDER_IF_VERSION) != 0) needed |= LARDER_CAP_VERSIONS;
  if ((op->flags & (LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_KEEP_TTL)) != 0)
    needed |= LARDER_CAP_CONDITIONS;
  if (op->opcode == LARDER_OP_TOUCH || op->opcode == LARDER_OP_TTL) needed |= LARDER_CAP_TTL;
  if (op->opcode == LARDER_OP_CLEAR_NAMESPACE) needed |= LARDER_CAP_CLEAR;
  return (needed & ~capabilities) != 0;
}

/* Releases a donated value. For backends that copy: call it once for each SET, whatever its result. */
static inline void larder_release_donation(const larder_op* op) {
  if (op->opcode == LARDER_OP_SET && (op->flags & LARDER_DONATE) != 0 && op->donated.release)
    op->donated.release(op->donated.owner);
}

#endif
