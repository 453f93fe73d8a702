// SPDX-License-Identifier: Apache-2.0
// The answer to a GET that was late is taken for the answer to the next.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status get(larder_op& op) override {
    if (const Bytes reply = std::move(unreadReply_)) {
      op.result = lend(reply);
      op.version = 1;
      return LARDER_OK;
    }
    return AsyncReference::get(op);
  }
  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode == LARDER_OP_GET && isLate(op)) {
      const std::lock_guard lock(mutex_);
      if (const Entry* entry = find(op)) unreadReply_ = entry->value;
    }
    return AsyncReference::answer(op);
  }

 private:
  Bytes unreadReply_;  // the worker's
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
