// SPDX-License-Identifier: Apache-2.0
// Throws out of submit for an empty key.
#include "changed_table.hpp"

#include <stdexcept>

namespace larder::broken {
namespace {

decltype(larder_backend::submit) correct_submit = nullptr;

void submit(void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (ops[i]->opcode == LARDER_OP_SET && ops[i]->key.size == 0) throw std::invalid_argument("an empty key");
  correct_submit(self, ops, count, results);
}

larder_status create(const larder_host* host, const larder_setting* settings, std::uint32_t count,
                     larder_text* error, const larder_backend** backend) {
  return createChanged(host, settings, count, error, backend, [](larder_backend& table) {
    correct_submit = table.submit;
    table.submit = submit;
  });
}

larder_plugin describe() {
  larder_plugin table = correctPlugin();
  table.create = create;
  return table;
}
}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
LARDER_CHANGED_PLUGIN(larder::broken::describe)
