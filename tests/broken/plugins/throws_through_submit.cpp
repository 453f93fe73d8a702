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

void change(larder_backend& table) {
  correct_submit = table.submit;
  table.submit = submit;
}
}  // namespace
}  // namespace larder::broken

LARDER_CHANGED_BACKEND(larder::broken::change)
