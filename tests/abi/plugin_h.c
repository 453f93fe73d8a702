/* SPDX-License-Identifier: Apache-2.0
 * The smallest plugin with an option that plugin.h allows. */
#include <larder/plugin.h>

#include <stdlib.h>

static const larder_option options[] = {{.struct_size = sizeof(larder_option),
                                         .type = LARDER_OPTION_INTEGER,
                                         .name = LARDER_TEXT("depth"),
                                         .default_value = LARDER_TEXT("1"),
                                         .doc = LARDER_TEXT("of nothing"),
                                         .min = 1,
                                         .max = 9}};

static larder_status perform(void* self, larder_op* op) { return (void)self, (void)op, LARDER_MISS; }

static larder_status create(const larder_host* host, const larder_setting* settings, uint32_t count,
                            larder_text* error, const larder_backend** backend) {
  larder_base* base = calloc(1, sizeof *base);
  if (base == NULL) return LARDER_NO_MEMORY;
  if (count > 0 && settings[0].number > 9) return larder_refuse(error, settings[0].name, "use 1 to 9");
  *backend = larder_start(base, host, LARDER_CAP_PERSISTENT, 250, 1, perform, free);
  return LARDER_OK;
}

LARDER_C_PLUGIN("least", "1.0.0", "Larder's tests", "Apache-2.0", options, 1, create)
