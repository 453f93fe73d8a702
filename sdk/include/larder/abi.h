/* SPDX-License-Identifier: Apache-2.0
 *
 * Larder's plugin ABI, major 1: the contract between a host and a cache backend in a shared library.
 *
 * C11 that also compiles as C++17 and C++20. C++ authors may prefer larder/plugin.hpp, a thin layer over this
 * header.
 *
 * Conventions for every declaration below:
 *   - Sizes are bytes. Durations are milliseconds, or nanoseconds where the name ends in _ns.
 *   - Arguments are borrowed for the duration of the call, unless a comment says otherwise. Pointers are
 *     never NULL; the data pointer of an empty larder_bytes may be. Text is UTF-8, sized, not
 *     NUL-terminated.
 *   - Nothing throws, panics or longjmps across this boundary. A failure is a larder_status.
 *   - Struct members named `reserved` are written as 0 and not read.
 *   - [any-thread]  may run concurrently with any other [any-thread] call.
 *     [exclusive]   the host makes no other call on that plugin or backend during the call.
 *
 * How the ABI grows within the major:
 *   - A struct that begins with struct_size gains members only at its end. The side that allocates the
 *     struct writes sizeof(the struct) there; the side that reads it checks `struct_size >= end of the
 *     member it wants` (LARDER_HAS), never `==`. No struct is shorter than it was in 1.0, so members of 1.0
 *     need no check. Arrays of such structs carry a stride.
 *   - The other structs (larder_bytes, larder_value, larder_setting, larder_text) are frozen.
 *   - New opcodes, flags, capability bits and status codes may appear. A plugin completes an operation whose
 *     opcode or flag it does not know with LARDER_UNSUPPORTED; it never ignores either. A host treats a
 *     status that it does not know as LARDER_INTERNAL if negative, as LARDER_MISS if positive. Bits of an
 *     option's flags that a host does not know have no effect in it.
 *   - "(1.1)" marks declarations added in that minor; all others date from 1.0.
 * To extend this header: add at the end, raise LARDER_ABI_MINOR, extend tests/abi. */
#ifndef LARDER_ABI_H
#define LARDER_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LARDER_ABI_MAJOR 1u
#define LARDER_ABI_MINOR 1u

/* True if `member` lies within the struct at `pointer`, according to that struct's own size. */
#define LARDER_HAS(pointer, type, member) \
  ((pointer)->struct_size >= offsetof(type, member) + sizeof((pointer)->member))

/* ---- Status ------------------------------------------------------------------------------------ */

/* 0: success; > 0: a result that is not a failure; < 0: a failure. */
typedef int32_t larder_status;

#define LARDER_OK 0
#define LARDER_MISS 1       /* no live entry under that key */
#define LARDER_NOT_STORED 2 /* a condition (IF_ABSENT, IF_PRESENT, IF_VERSION) did not hold */
#define LARDER_PENDING 3    /* only from submit: complete() will be called */

#define LARDER_UNAVAILABLE (-1)    /* no connection; nothing was sent, a retry is safe */
#define LARDER_OVERLOADED (-2)     /* a queue is full; nothing was sent, a retry later is safe */
#define LARDER_UNKNOWN_RESULT (-3) /* a write was sent and got no reply: it may have happened */
#define LARDER_DEADLINE (-4)       /* the deadline passed; a write may have happened */
#define LARDER_CANCELLED (-5)      /* cancel() came first; a write may have happened */
#define LARDER_TOO_LARGE (-6)      /* over the backend's limits; an older value is either gone or unchanged */
#define LARDER_NO_MEMORY (-7)      /* the store or the plugin is out of memory */
#define LARDER_AUTH (-8)           /* the store refused the credentials */
#define LARDER_PROTOCOL (-9)       /* the store sent an unintelligible reply or an error */
#define LARDER_CLOSED (-10)        /* the backend is drained */
#define LARDER_CONFIG (-11)        /* only from create: a setting is invalid */
#define LARDER_INVALID (-12)       /* the operation violates this header */
#define LARDER_UNSUPPORTED (-13)   /* an opcode, flag or capability that this plugin lacks */
#define LARDER_INTERNAL (-14)      /* a fault in the plugin */

/* ---- Frozen structs: embedded by value, never grow ---------------------------------------------- */

/* A borrowed sequence of bytes. */
typedef struct larder_bytes {
  const char* data;
  uint64_t size;
} larder_bytes;

/* A value that a plugin lends out. The bytes stay unchanged, whatever happens to the entry, until the holder
 * calls release(owner): exactly once, from any thread, in any order among values, and before destroy.
 * `release` is NULL if nothing needs to be released. The struct may be moved by memcpy. */
typedef struct larder_value {
  const char* data;
  uint64_t size;
  void* owner;
  void (*release)(void* owner); /* [any-thread] */
} larder_value;

/* One configured option: `text` for STRING, `number` for all other types. A LIST option is passed as one
 * setting per element, in order. */
typedef struct larder_setting {
  larder_bytes name;
  larder_bytes text;
  int64_t number;
} larder_setting;

/* A buffer for an error text, owned by the caller. The callee writes at most `capacity` bytes and sets
 * `size`. The text must contain no secrets and no keys or values of users. */
typedef struct larder_text {
  char* data;
  uint32_t capacity;
  uint32_t size;
} larder_text;

/* ---- Operations --------------------------------------------------------------------------------- */

/* Every key belongs to a namespace; the key `k` of namespace `a` is unrelated to the key `k` of namespace
 * `ab`. Keys and namespaces are arbitrary bytes and may be empty.
 *
 * The results of each opcode, besides failures: */

/* OK with result and version; MISS. (1.1) Also sets result_ttl_ms, the remaining ttl, at least 1, or
 * LARDER_TTL_NONE, if the store reports it together with the value; otherwise it stays LARDER_TTL_UNKNOWN.
 * Reporting it costs no additional request to the store. */
#define LARDER_OP_GET 1u
#define LARDER_OP_SET 2u             /* OK with version; NOT_STORED. Restarts or removes the old ttl */
#define LARDER_OP_DELETE 3u          /* OK; MISS; NOT_STORED with IF_VERSION */
#define LARDER_OP_TOUCH 4u           /* OK: ttl_ms counts from now; MISS */
#define LARDER_OP_EXISTS 5u          /* OK; MISS */
#define LARDER_OP_TTL 6u             /* OK with result_ttl_ms, remaining or LARDER_TTL_NONE; MISS */
#define LARDER_OP_CLEAR_NAMESPACE 7u /* OK: existing entries are gone for all clients. O(1) */
#define LARDER_OP_PING 8u            /* OK: the store responds */
/* 32 and above: extensions, see below. */

/* Flags. Combining IF_ABSENT with IF_PRESENT, IF_VERSION or KEEP_TTL is LARDER_INVALID, and so is a flag on
 * an opcode that it is not listed for. */
#define LARDER_IF_ABSENT (1u << 0)  /* SET: only if there is no live entry; one of several writers wins */
#define LARDER_IF_PRESENT (1u << 1) /* SET: only if there is a live entry */
#define LARDER_IF_VERSION (1u << 2) /* SET, DELETE: only if the entry's version is expected_version */
#define LARDER_KEEP_TTL (1u << 3)   /* SET: an existing entry keeps its ttl; a new one gets ttl_ms */
#define LARDER_DONATE                                                                       \
  (1u << 4) /* SET: `donated` holds the value; the plugin calls its release exactly once,   \
             * at the latest when the entry goes, even if the operation fails. A plugin may \
             * copy the bytes and release at once. Only this flag lets value.data outlive   \
             * the operation. */

/* A ttl is relative: 1 .. LARDER_TTL_MAX_MS, or LARDER_TTL_NONE (until evicted). Anything else is
 * LARDER_INVALID. An expired entry is never returned; an entry may live up to 1 ms longer than requested if
 * the store counts in milliseconds. */
#define LARDER_TTL_NONE INT64_C(-1)
#define LARDER_TTL_MAX_MS INT64_C(3153600000000) /* 100 years */
/* (1.1) Only as a result: not reported. Hosts of every minor set result_ttl_ms to this value beforehand. */
#define LARDER_TTL_UNKNOWN INT64_C(0)

typedef struct larder_op larder_op;

/* One operation. The host allocates it and keeps it, its key and its value in place until it completes. The
 * plugin writes the members marked (out) before it completes the operation, and only those that the opcode's
 * result names; the host clears them beforehand. */
struct larder_op {
  uint32_t struct_size;
  uint32_t opcode;
  uint32_t flags;
  uint32_t reserved;
  larder_bytes name_space;
  larder_bytes key;
  larder_bytes value;        /* SET, COMPARE_SET, LOCK, UNLOCK, SCAN */
  larder_value donated;      /* SET with LARDER_DONATE: owner and release of `value` */
  int64_t ttl_ms;            /* SET, TOUCH, INCREMENT, COMPARE_SET, LOCK */
  uint64_t expected_version; /* with LARDER_IF_VERSION */

  /* A time on the host's monotonic clock (larder_host.monotonic_ns). Once it has passed, the plugin completes
   * the operation with LARDER_DEADLINE, at most 50 ms late. 0: only the plugin's own timeouts apply. */
  uint64_t deadline_ns;

  larder_value result;   /* (out) GET, SCAN */
  int64_t result_ttl_ms; /* (out) TTL; (1.1) GET, INTROSPECT */
  /* (out) GET, SET and every other opcode that writes. Changes with each write of the key, is never 0, and
   * may only be compared for equality. */
  uint64_t version;
  larder_text error; /* (out) the reason for a failure; capacity may be 0 */

  /* Called exactly once if submit returned PENDING for this operation, from a thread of the plugin, possibly
   * before submit returns. The plugin holds no lock during the call and does not touch `op` afterwards: the
   * host may submit again from here. NULL: submit must return a final status, and may block for it. */
  void (*complete)(larder_op* op, larder_status status);
  void* user; /* the host's */

  int64_t number;        /* INCREMENT, SCAN */
  int64_t result_number; /* (out) INCREMENT; (1.1) INTROSPECT */
  larder_bytes expected; /* COMPARE_SET */

  int64_t result_idle_ms; /* (1.1, out) INTROSPECT; a plugin checks LARDER_HAS */
};

/* ---- Statistics --------------------------------------------------------------------------------- */

#define LARDER_STAT_UNKNOWN UINT64_MAX

/* Allocated by the host, which sets struct_size and every counter to LARDER_STAT_UNKNOWN. Counters of events
 * never decrease. */
typedef struct larder_stats {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t entries;     /* now; may include expired entries */
  uint64_t bytes;       /* now; keys, values and overhead */
  uint64_t capacity;    /* bytes, as configured */
  uint64_t pending;     /* operations not yet completed */
  uint64_t hits;        /* of GET */
  uint64_t misses;      /* of GET */
  uint64_t writes;      /* SETs that returned OK */
  uint64_t deletes;     /* DELETEs that returned OK */
  uint64_t evictions;   /* entries dropped for space */
  uint64_t expirations; /* entries dropped for age */
  uint64_t errors;      /* operations that failed */
  uint64_t reconnects;  /* connections made after the first one */
} larder_stats;

/* ---- Backend ------------------------------------------------------------------------------------ */

#define LARDER_CAP_INLINE (UINT64_C(1) << 0)     /* submit never waits for I/O: an event loop may call it */
#define LARDER_CAP_ASYNC (UINT64_C(1) << 1)      /* submit returns PENDING for I/O if complete is set */
#define LARDER_CAP_SHARED (UINT64_C(1) << 2)     /* other processes see the entries */
#define LARDER_CAP_PERSISTENT (UINT64_C(1) << 3) /* entries survive this process */

/* Optional operations. Every backend supports GET, SET with a ttl, DELETE, EXISTS and PING. An operation with
 * an opcode or flag whose bit is not set completes with LARDER_UNSUPPORTED. */
#define LARDER_CAP_CONDITIONS (UINT64_C(1) << 4) /* SET with IF_ABSENT, IF_PRESENT, KEEP_TTL */
#define LARDER_CAP_VERSIONS (UINT64_C(1) << 5)   /* IF_VERSION; GET and SET return versions, otherwise 0 */
#define LARDER_CAP_TTL (UINT64_C(1) << 6)        /* TOUCH, TTL */
#define LARDER_CAP_CLEAR (UINT64_C(1) << 7)      /* CLEAR_NAMESPACE */

/* (1.1) A submit of operations without `complete` returns by the latest of their deadlines, at most 50 ms
 * late, whatever the store does, and each operation completes by its own deadline. A host may therefore block
 * a waiting caller inside submit, on the caller's thread; without this bit it needs ASYNC or a spare thread.
 * The bit adds nothing to INLINE. Operations with a deadline of 0 keep the plugin's own timeouts. */
#define LARDER_CAP_BLOCKING_DEADLINE (UINT64_C(1) << 8)

/* A backend, made by create. The plugin owns it until destroy. */
typedef struct larder_backend {
  uint32_t struct_size;
  uint32_t reserved;
  void* self;
  uint64_t capabilities;   /* LARDER_CAP_ bits */
  uint64_t max_key_size;   /* at least 250; longer keys are TOO_LARGE */
  uint64_t max_value_size; /* larger values are TOO_LARGE */

  /* Starts `count` operations, 1 or more. results[i] is the final status of ops[i], or LARDER_PENDING: then
   * ops[i]->complete runs exactly once, possibly before submit returns. The plugin does not read `ops` after
   * submit has returned. Writes of the same key keep their order. [any-thread] */
  void (*submit)(void* self, larder_op* const* ops, uint32_t count, larder_status* results);

  /* Asks a pending operation to complete soon, with LARDER_CANCELLED unless it has completed by then. Does
   * not block. The host calls it only while it knows that `op` has not been freed. [any-thread] */
  void (*cancel)(void* self, larder_op* op);

  /* Fills in the members that the plugin knows and struct_size has room for. Never waits for I/O.
   * [any-thread] */
  void (*stats)(void* self, larder_stats* stats);

  /* Lets pending operations finish until `deadline_ns`, completes the others with LARDER_CLOSED, and answers
   * every later operation with LARDER_CLOSED. Returns OK, or DEADLINE if some operations were cut off.
   * [exclusive] except for submit, cancel and stats */
  larder_status (*drain)(void* self, uint64_t deadline_ns);

  /* Stops and joins the backend's threads and frees the backend. The host has drained it and released every
   * value. [exclusive] */
  void (*destroy)(void* self);

  /* Returns the table of optional functions with that id, "larder.NAME/REV" or reverse DNS, which is valid as
   * long as the backend; NULL if there is none. [any-thread] */
  const void* (*get_extension)(void* self, larder_bytes id);
} larder_backend;

/* ---- Extensions --------------------------------------------------------------------------------- */

/* Optional parts, each with an id "larder.NAME/REVISION". A backend has an extension if get_extension returns
 * its table. The operations of extensions go through submit like all others, with deadlines, batches and
 * completion; a backend without the extension completes them with LARDER_UNSUPPORTED. They take no flags. */

/* The table of an extension that consists only of opcodes. */
typedef struct larder_extension {
  uint32_t struct_size;
  uint32_t reserved;
} larder_extension;

#define LARDER_ATOMIC "larder.atomic/1" /* a larder_extension */

/* Adds op->number, which may be negative, to the entry's value, a decimal number as text. A missing entry
 * counts as 0 and gets ttl_ms; an existing one keeps its ttl. OK with result_number, the sum, and version;
 * NOT_STORED if the value is not such a number or the sum does not fit an int64_t. */
#define LARDER_OP_INCREMENT 32u
/* SET, but only over a live entry whose value is op->expected. OK with version; NOT_STORED if the value
 * differs; MISS. */
#define LARDER_OP_COMPARE_SET 33u

#define LARDER_LOCK "larder.lock/1" /* a larder_extension */

/* Acquires the lock `key` for the token op->value, 1 to 64 bytes, or extends it if that token holds it, until
 * ttl_ms from now (not LARDER_TTL_NONE). OK; NOT_STORED if another token holds it. Locks are not entries: the
 * lock `k` and the entry `k` are unrelated. */
#define LARDER_OP_LOCK 34u
/* Releases the lock `key` held by the token op->value. OK; NOT_STORED if another token holds it; MISS if no
 * token does. */
#define LARDER_OP_UNLOCK 35u

#define LARDER_SCAN "larder.scan/1" /* a larder_extension */

/* Lists keys of the namespace that begin with `key`, about op->number of them, 1 to 10,000, starting at the
 * cursor op->value, which is empty at first. OK with result: a sequence of byte strings, each a uint32_t
 * holding its size, in the machine's byte order and unaligned, followed by its bytes. The first is the next
 * cursor, at most 64 bytes, empty at the end of the scan; the others are keys, possibly none. A key that
 * exists from the first to the last call is listed at least once. INVALID if the cursor is malformed. */
#define LARDER_OP_SCAN 36u

#define LARDER_INTROSPECT "larder.introspect/1" /* (1.1) a larder_extension */

/* (1.1) Describes the entry `key` without returning its value and without using it: its idle time continues
 * and its eviction is not deferred. OK with result_number, the size of the value; result_ttl_ms, the
 * remaining ttl, at least 1, or LARDER_TTL_NONE; result_idle_ms, the time since it was last read or written;
 * and version. A fact that the store does not know is LARDER_SIZE_UNKNOWN, LARDER_TTL_UNKNOWN,
 * LARDER_IDLE_UNKNOWN or 0. MISS. */
#define LARDER_OP_INTROSPECT 37u
#define LARDER_SIZE_UNKNOWN INT64_C(-1)
#define LARDER_IDLE_UNKNOWN INT64_C(-1)

#define LARDER_INVALIDATION "larder.invalidation/1" /* a larder_invalidation */

/* Receives changes. Its functions are [any-thread], run on a thread of the plugin and do not block. */
typedef struct larder_invalidation_listener {
  uint32_t struct_size;
  uint32_t reserved;
  void* user;
  /* The entry was written or removed by another client; may also be called for this backend's own changes. */
  void (*changed)(void* user, larder_bytes name_space, larder_bytes key);
  /* The whole namespace was cleared. */
  void (*cleared)(void* user, larder_bytes name_space);
  /* Changes may have been missed, so any copy may be stale. May be called before `listen` returns, too, for
   * events that predate it. */
  void (*lost)(void* user);
} larder_invalidation_listener;

typedef struct larder_invalidation {
  uint32_t struct_size;
  uint32_t reserved;
  /* Calls `listener`, which the host keeps in place, from now on until the next call of this function; NULL:
   * no listener. Once it returns, the previous listener is no longer called. [exclusive] except for submit,
   * cancel and stats */
  larder_status (*listen)(void* self, const larder_invalidation_listener* listener);
} larder_invalidation;

/* ---- Host services ------------------------------------------------------------------------------ */

#define LARDER_LOG_DEBUG 0u
#define LARDER_LOG_INFO 1u
#define LARDER_LOG_WARNING 2u
#define LARDER_LOG_ERROR 3u

#define LARDER_HEALTH_UP 0u
#define LARDER_HEALTH_DEGRADED 1u
#define LARDER_HEALTH_DOWN 2u

#define LARDER_METRIC_COUNTER 0u /* never decreases */
#define LARDER_METRIC_GAUGE 1u

/* Services of the host, valid from create until destroy has returned. Every function is [any-thread] and does
 * not block. Do not log per operation; a line that would repeat with each request belongs in a metric. */
typedef struct larder_host {
  uint32_t struct_size;
  uint32_t abi_minor; /* the host's */
  void* self;

  void (*log)(void* self, uint32_t level, larder_bytes message);
  uint32_t (*log_level)(void* self); /* the lowest level that is kept */

  uint64_t (*monotonic_ns)(void* self); /* the clock of deadlines and ttls; never goes back */
  int64_t (*realtime_ms)(void* self);   /* since 1970-01-01 UTC; may jump */

  /* Allocates memory from the host, accounted to the backend, aligned for any type; NULL if there is none.
   * Pass the size given to alloc to free. */
  void* (*alloc)(void* self, uint64_t size);
  void (*free)(void* self, void* memory, uint64_t size);

  /* Fills `data` from the system's cryptographic random generator. */
  larder_status (*random)(void* self, void* data, uint64_t size);

  /* Registers a metric; only in create. Returns a handle for the two functions below, or 0 if refused. `name`
   * is snake_case and ends in its unit, counters in "_total". */
  uint64_t (*register_metric)(void* self, uint32_t kind, larder_bytes name, larder_bytes help);
  void (*add_metric)(void* self, uint64_t metric, uint64_t amount); /* counters */
  void (*set_metric)(void* self, uint64_t metric, int64_t value);   /* gauges */

  /* Reports the backend's own view of its store: a LARDER_HEALTH_ value and a reason. Only on changes. */
  void (*report_health)(void* self, uint32_t health, larder_bytes reason);

  const void* (*get_extension)(void* self, larder_bytes id);
} larder_host;

/* ---- Plugin ------------------------------------------------------------------------------------- */

#define LARDER_OPTION_STRING 0u
#define LARDER_OPTION_INTEGER 1u
#define LARDER_OPTION_BOOLEAN 2u  /* number 0 or 1 */
#define LARDER_OPTION_DURATION 3u /* number in milliseconds; written "250ms", "5s", "30m", "24h", "7d" */
#define LARDER_OPTION_SIZE 4u     /* number in bytes; written 1024, "64KiB", "256MiB", "2GiB" */

#define LARDER_OPTION_REQUIRED (1u << 0) /* there is no default */
#define LARDER_OPTION_SECRET (1u << 1)   /* never logged or shown; the plugin keeps it out of errors too */
#define LARDER_OPTION_LIST (1u << 2)     /* zero or more of the type; defaults are separated by commas */
/* (1.1) STRING: the location of the store. If a URL names the backend, this option receives the URL from the
 * scheme up to the `?`; a LIST receives the part after "scheme://", one element per comma-separated part. At
 * most one option has this flag. */
#define LARDER_OPTION_URL (1u << 3)

/* One option of the plugin's configuration. The host checks names, types and ranges against this table,
 * prints it, and passes every option that has a value or a default to create. */
typedef struct larder_option {
  uint32_t struct_size;
  uint32_t type;  /* LARDER_OPTION_STRING .. */
  uint32_t flags; /* LARDER_OPTION_REQUIRED .. */
  uint32_t reserved;
  larder_bytes name;          /* snake_case */
  larder_bytes default_value; /* as written in a configuration */
  larder_bytes doc;           /* one line */
  int64_t min;                /* bounds of the number, or of the text's size; checked if min < max */
  int64_t max;
} larder_option;

/* Describes a plugin. Constant data in the plugin. */
typedef struct larder_plugin {
  uint32_t struct_size;
  uint32_t abi_major; /* as in the note */
  uint32_t abi_minor;
  uint32_t min_host_minor;
  larder_bytes name; /* a-z, 0-9, - and _ ; as in the note */
  larder_bytes version;
  larder_bytes vendor;
  larder_bytes license; /* SPDX */
  larder_bytes build;   /* compiler and type of build */
  const larder_option* options;
  uint32_t option_count;
  uint32_t option_stride; /* sizeof(larder_option) in the plugin's build */

  /* Creates a backend. On failure *backend is untouched and `error` names the setting and a correct value. An
   * unreachable store is not a failure: the backend starts, answers UNAVAILABLE and keeps trying. Returns
   * within 5 s. [exclusive] */
  larder_status (*create)(const larder_host* host, const larder_setting* settings, uint32_t count,
                          larder_text* error, const larder_backend** backend);
} larder_plugin;

/* The only symbol that a plugin exports. Returns the same pointer each time, on any thread, and does nothing
 * else. `host_minor` is the host's LARDER_ABI_MINOR, for information. */
#define LARDER_ENTRY_NAME "larder_plugin_v1"
typedef const larder_plugin* (*larder_entry)(uint32_t host_minor);

/* ---- The ELF note ------------------------------------------------------------------------------- */

/* Section .note.larder (a PT_NOTE) lets a host check a file before any of its code runs. Numbers are in the
 * machine's byte order; text is NUL-padded and truncated so that it always ends in a NUL. Frozen for all
 * majors, up to and including min_host_minor, so that a host can name the newer plugin that it refuses. */
#define LARDER_NOTE_SECTION ".note.larder"
#define LARDER_NOTE_OWNER "larder"
#define LARDER_NOTE_TYPE 1u

typedef struct larder_note {
  uint32_t owner_size; /* 8: "larder", NUL-padded to a multiple of 4 */
  uint32_t body_size;  /* from abi_major to the end */
  uint32_t type;       /* LARDER_NOTE_TYPE */
  char owner[8];
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t min_host_minor; /* the lowest host minor that this plugin runs in */
  char name[32];
  char version[32];
  char build[64];
} larder_note;

/* (1.1) A second note, in the same section: the schemes of the URLs that this plugin serves. A plugin without
 * it serves URLs whose scheme is the plugin's name. */
#define LARDER_SCHEMES_NOTE_TYPE 2u

typedef struct larder_schemes_note {
  uint32_t owner_size; /* as in larder_note */
  uint32_t body_size;  /* of schemes */
  uint32_t type;       /* LARDER_SCHEMES_NOTE_TYPE */
  char owner[8];
  char schemes[64]; /* "redis,rediss": each a letter, then letters, digits, + - and . ; all lower case */
} larder_schemes_note;

#ifdef __clang__
#define LARDER_COMPILER_ "clang " __clang_version__
/* AddressSanitizer would pad each note, so the next one could not be found. gcc does not pad objects in a
 * named section. */
#define LARDER_UNPADDED_ no_sanitize("address")
#else
#define LARDER_COMPILER_ "gcc " __VERSION__
#define LARDER_UNPADDED_
#endif
#ifdef NDEBUG
#define LARDER_BUILD_TYPE_ "release"
#else
#define LARDER_BUILD_TYPE_ "debug"
#endif
/* For example "gcc 12.2.0, release". Define it yourself if the compiler's text is longer than 63 bytes. */
#ifndef LARDER_BUILD
#define LARDER_BUILD LARDER_COMPILER_ ", " LARDER_BUILD_TYPE_
#endif

/* Initializer of a larder_bytes over a string literal. */
#define LARDER_TEXT(literal) \
  { literal, sizeof(literal) - 1 }

/* Puts the note into the file. Use it once, at file scope; name and version are string literals. */
#define LARDER_DEFINE_NOTE(plugin_name, plugin_version)                             \
  __attribute__((used, section(LARDER_NOTE_SECTION), LARDER_UNPADDED_,              \
                 aligned(4))) static const larder_note larder_note_in_this_file = { \
      8u,                                                                           \
      sizeof(larder_note) - offsetof(larder_note, abi_major),                       \
      LARDER_NOTE_TYPE,                                                             \
      LARDER_NOTE_OWNER,                                                            \
      LARDER_ABI_MAJOR,                                                             \
      LARDER_ABI_MINOR,                                                             \
      0u,                                                                           \
      plugin_name,                                                                  \
      plugin_version,                                                               \
      LARDER_BUILD}

/* Puts the schemes into the file, next to LARDER_DEFINE_NOTE: LARDER_DEFINE_SCHEMES("redis,rediss"); */
#define LARDER_DEFINE_SCHEMES(plugin_schemes)                                                             \
  __attribute__((used, section(LARDER_NOTE_SECTION), LARDER_UNPADDED_,                                    \
                 aligned(4))) static const larder_schemes_note larder_schemes_in_this_file = {            \
      8u, sizeof(larder_schemes_note) - offsetof(larder_schemes_note, schemes), LARDER_SCHEMES_NOTE_TYPE, \
      LARDER_NOTE_OWNER, plugin_schemes}

/* The golden layout of 1.1 on LP64, identical for every compiler; tests/abi/ also checks each offset. Sizes
 * of growing structs increase with a minor; any other change is a new major. */
#if defined(__cplusplus)
#define LARDER_LAYOUT_(condition) static_assert(condition, #condition)
#else
#define LARDER_LAYOUT_(condition) _Static_assert(condition, #condition)
#endif
#if UINTPTR_MAX == UINT64_MAX
LARDER_LAYOUT_(sizeof(larder_bytes) == 16);
LARDER_LAYOUT_(sizeof(larder_value) == 32);
LARDER_LAYOUT_(sizeof(larder_setting) == 40);
LARDER_LAYOUT_(sizeof(larder_text) == 16);
LARDER_LAYOUT_(sizeof(larder_note) == 160);
LARDER_LAYOUT_(sizeof(larder_schemes_note) == 84);
LARDER_LAYOUT_(sizeof(larder_op) == 240);
LARDER_LAYOUT_(sizeof(larder_stats) == 104);
LARDER_LAYOUT_(sizeof(larder_backend) == 88);
LARDER_LAYOUT_(sizeof(larder_extension) == 8);
LARDER_LAYOUT_(sizeof(larder_invalidation_listener) == 40);
LARDER_LAYOUT_(sizeof(larder_invalidation) == 16);
LARDER_LAYOUT_(sizeof(larder_host) == 112);
LARDER_LAYOUT_(sizeof(larder_option) == 80);
LARDER_LAYOUT_(sizeof(larder_plugin) == 120);
#endif

#ifdef __cplusplus
}
#endif

#endif
