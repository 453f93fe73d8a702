// SPDX-License-Identifier: Apache-2.0
//
// A backend that a test controls step by step: see scripted_controls.hpp.
#include "scripted_controls.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "memory_backend.hpp"

namespace plugin = larder::plugin;
using larder::OpCode;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("shared", LARDER_OPTION_BOOLEAN, "false", "other hosts see its entries")};

class Scripted final : public larder::tests::MemoryBackend, public larder::tests::ScriptedControls {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, std::size(kOptions)}; }
  Scripted(plugin::Host host, const plugin::Settings& settings)
      : MemoryBackend(host, settings), shared_(settings.number("shared") != 0) {}
  ~Scripted() override {
    answer([](const larder_op&) { return true; });
  }

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | (shared_ ? LARDER_CAP_SHARED : 0) | plugin::allCoreCapabilities;
  }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    ++roundTrips_;
    for (std::uint32_t i = 0; i < count; ++i) results[i] = keep(*ops[i]) ? LARDER_PENDING : perform(*ops[i]);
  }

  const void* extension(std::string_view id) noexcept override {
    return id == larder::tests::kScriptedControls ? static_cast<ScriptedControls*>(this) : nullptr;
  }

  void hold(OpCode code) override {
    const std::lock_guard lock(mutex_);
    holding_[code] = false;
  }

  void holdAnswers(OpCode code) override {
    const std::lock_guard lock(mutex_);
    holding_[code] = true;
  }

  void release(OpCode code) override {
    {
      const std::lock_guard lock(mutex_);
      holding_.erase(code);
    }
    answer([code](const larder_op& each) { return codeOf(each) == code; });
  }

  bool awaitHeld(OpCode code, std::size_t count) override {
    std::unique_lock lock(mutex_);
    return kept_.wait_for(lock, std::chrono::seconds(30), [&] {
      return static_cast<std::size_t>(std::count_if(held_.begin(), held_.end(), [code](const auto& each) {
               return codeOf(*each.op) == code;
             })) >= count;
    });
  }

  std::uint64_t roundTrips() const override { return roundTrips_; }

 private:
  static OpCode codeOf(const larder_op& op) { return static_cast<OpCode>(op.opcode); }

  struct Held {
    larder_op* op;
    std::optional<larder_status> done;  // set if only its answer is held
  };

  bool keep(larder_op& op) {
    const std::lock_guard lock(mutex_);
    const auto holding = holding_.find(codeOf(op));
    if (holding == holding_.end()) return false;
    held_.push_back({&op, holding->second ? std::optional(perform(op)) : std::nullopt});
    kept_.notify_all();
    return true;
  }

  template <class Matches>
  void answer(Matches matches) {
    std::vector<Held> taken;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& each : held_)
        if (matches(*each.op)) taken.push_back(each);
      std::erase_if(held_, [&](const Held& each) { return matches(*each.op); });
    }
    for (const auto& [op, done] : taken) op->complete(op, done ? *done : perform(*op));
  }

  const bool shared_;
  std::mutex mutex_;
  std::condition_variable kept_;
  std::map<OpCode, bool> holding_;  // true: only their answers
  std::vector<Held> held_;
  std::atomic<std::uint64_t> roundTrips_{0};
};

}  // namespace

LARDER_PLUGIN(Scripted, "scripted", "1.0.0")
