// SPDX-License-Identifier: Apache-2.0
//
// A backend that a test leads step by step: see scripted_controls.hpp.
#include "scripted_controls.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <mutex>
#include <vector>

#include "memory_backend.hpp"

namespace plugin = larder::plugin;
using larder::OpCode;

namespace {

class Scripted final : public larder::tests::MemoryBackend, public larder::tests::ScriptedControls {
 public:
  using MemoryBackend::MemoryBackend;
  ~Scripted() override {
    const std::vector<larder_op*> all = take([](const larder_op&) { return true; });
    for (auto* op : all) op->complete(op, perform(*op));
  }

  std::uint64_t capabilities() const override { return LARDER_CAP_ASYNC | plugin::allCoreCapabilities; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    ++roundTrips_;
    for (std::uint32_t i = 0; i < count; ++i) results[i] = keep(*ops[i]) ? LARDER_PENDING : perform(*ops[i]);
  }

  const void* extension(std::string_view id) noexcept override {
    return id == larder::tests::kScriptedControls ? static_cast<ScriptedControls*>(this) : nullptr;
  }

  void hold(OpCode code) override {
    const std::lock_guard lock(mutex_);
    holding_.insert(code);
  }

  void release(OpCode code) override {
    {
      const std::lock_guard lock(mutex_);
      holding_.erase(code);
    }
    for (auto* op : take([code](const larder_op& each) { return codeOf(each) == code; }))
      op->complete(op, perform(*op));
  }

  std::size_t held(OpCode code) const override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        held_.begin(), held_.end(), [code](const auto* each) { return codeOf(*each) == code; }));
  }

  std::uint64_t roundTrips() const override { return roundTrips_; }

 private:
  static OpCode codeOf(const larder_op& op) { return static_cast<OpCode>(op.opcode); }

  bool keep(larder_op& op) {
    const std::lock_guard lock(mutex_);
    if (!holding_.contains(codeOf(op))) return false;
    held_.push_back(&op);
    return true;
  }

  template <class Matches>
  std::vector<larder_op*> take(Matches matches) {
    const std::lock_guard lock(mutex_);
    std::vector<larder_op*> taken;
    for (auto* each : held_)
      if (matches(*each)) taken.push_back(each);
    std::erase_if(held_, [&](const auto* each) { return matches(*each); });
    return taken;
  }

  mutable std::mutex mutex_;
  std::set<OpCode> holding_;
  std::vector<larder_op*> held_;
  std::atomic<std::uint64_t> roundTrips_{0};
};

}  // namespace

LARDER_PLUGIN(Scripted, "scripted", "1.0.0")
