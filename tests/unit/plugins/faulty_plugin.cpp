// SPDX-License-Identifier: Apache-2.0
//
// A backend that appears to do I/O and fails on request: clearing the namespace "fail:all" or "fail:writes"
// makes it fail, "fail:none" ends that.
#include "memory_backend.hpp"

#include <atomic>

namespace {

class Faulty final : public larder::tests::MemoryBackend {
 public:
  using MemoryBackend::MemoryBackend;

  std::uint64_t capabilities() const override { return larder::plugin::allCoreCapabilities; }

  larder_status get(larder_op& op) override { return reads_ ? MemoryBackend::get(op) : LARDER_UNAVAILABLE; }
  larder_status set(larder_op& op) override { return writes_ ? MemoryBackend::set(op) : LARDER_UNAVAILABLE; }
  larder_status erase(larder_op& op) override {
    return writes_ ? MemoryBackend::erase(op) : LARDER_UNAVAILABLE;
  }
  larder_status clearNamespace(larder_op& op) override {
    const auto space = larder::plugin::view(op.name_space);
    if (space.starts_with("fail:")) {
      reads_ = space != "fail:all";
      writes_ = space == "fail:none";
      return LARDER_OK;
    }
    return writes_ ? MemoryBackend::clearNamespace(op) : LARDER_UNAVAILABLE;
  }

 private:
  std::atomic<bool> reads_{true};
  std::atomic<bool> writes_{true};
};

}  // namespace

LARDER_PLUGIN(Faulty, "faulty", "1.0.0")
