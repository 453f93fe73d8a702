// SPDX-License-Identifier: Apache-2.0
//
// A backend that announces every write as if another host had made it.
#include "memory_backend.hpp"

namespace {

class Telling final : public larder::tests::MemoryBackend {
 public:
  using MemoryBackend::MemoryBackend;

  larder_status set(larder_op& op) override {
    const auto status = MemoryBackend::set(op);
    if (const auto* to = listener_.load()) to->changed(to->user, op.name_space, op.key);
    return status;
  }
  larder_status clearNamespace(larder_op& op) override {
    const auto status = MemoryBackend::clearNamespace(op);
    if (const auto* to = listener_.load()) to->cleared(to->user, op.name_space);
    return status;
  }
  const void* extension(std::string_view id) noexcept override {
    return id == LARDER_INVALIDATION ? &larder::plugin::implemented : nullptr;
  }
  larder_status listen(const larder_invalidation_listener* listener) noexcept override {
    listener_ = listener;
    if (listener != nullptr) listener->lost(listener->user);
    return LARDER_OK;
  }

 private:
  std::atomic<const larder_invalidation_listener*> listener_{nullptr};
};

}  // namespace

LARDER_PLUGIN(Telling, "telling", "1.0.0")
