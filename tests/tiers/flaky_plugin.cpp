// SPDX-License-Identifier: Apache-2.0
//
// An in-memory store that answers from its own threads, like a store behind a network, and fails on demand:
// see flaky_controls.hpp.
#include <larder/plugin.hpp>

#include <pthread.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "flaky_controls.hpp"
#include "unit/plugins/memory_backend.hpp"

namespace plugin = larder::plugin;
using larder::tiers_test::FlakyControls;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("seed", LARDER_OPTION_INTEGER, "1", "of the faults", 0, 1'000'000),
    plugin::option("tells", LARDER_OPTION_BOOLEAN, "false", "has larder.invalidation/1")};

class Flaky final : public larder::tests::MemoryBackend {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Flaky(plugin::Host host, const plugin::Settings& settings)
      : MemoryBackend(host, settings), tells_(settings.number("tells") != 0) {
    for (auto& lane : lanes_) {
      lane.random.seed(static_cast<std::uint32_t>(settings.number("seed")));
      lane.thread = std::thread([this, &lane] { run(lane); });
      ::pthread_setname_np(lane.thread.native_handle(), "larder-flaky");
    }
  }
  ~Flaky() override {
    for (auto& lane : lanes_) {
      {
        const std::lock_guard lock(lane.mutex);
        lane.stopping = true;
      }
      lane.wake.notify_one();
      lane.thread.join();
    }
  }

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | LARDER_CAP_SHARED | LARDER_CAP_TTL | LARDER_CAP_CLEAR;
  }

  // Assigns each key to one lane, so that its operations keep their order.
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) {
      results[i] = LARDER_PENDING;
      Lane& lane = lanes_[std::hash<std::string_view>()(plugin::view(ops[i]->key)) % lanes_.size()];
      const std::lock_guard lock(lane.mutex);
      lane.waiting.push_back(ops[i]);
      lane.wake.notify_one();
    }
  }

  larder_status listen(const larder_invalidation_listener* listener) noexcept override {
    controls_.listener = listener;
    if (listener != nullptr) listener->lost(listener->user);
    return LARDER_OK;
  }

  const void* extension(std::string_view id) noexcept override {
    if (id == larder::tiers_test::kFlakyControls) return &controls_;
    return tells_ && id == LARDER_INVALIDATION ? &plugin::implemented : nullptr;
  }

 private:
  struct Lane {
    std::mutex mutex;
    std::condition_variable wake;
    std::vector<larder_op*> waiting;
    std::vector<larder_op*> held;
    bool stopping = false;
    std::minstd_rand random;
    std::thread thread;
  };

  void run(Lane& lane) {
    std::unique_lock lock(lane.mutex);
    while (true) {
      const auto due = [&] { return lane.stopping || !lane.waiting.empty(); };
      if (lane.held.empty())
        lane.wake.wait(lock, due);
      else
        lane.wake.wait_for(lock, std::chrono::milliseconds(1), due);
      if (lane.stopping && lane.waiting.empty() && lane.held.empty()) return;
      const auto taken = std::exchange(lane.waiting, {});
      const bool release = !controls_.holdReads || lane.stopping;
      const auto held = release ? std::exchange(lane.held, {}) : std::vector<larder_op*>();
      lock.unlock();
      for (auto* op : held) op->complete(op, LARDER_OK);
      for (auto* op : taken) answer(lane, *op);
      lock.lock();
    }
  }

  void answer(Lane& lane, larder_op& op) {
    ++controls_.operations;
    const auto luck = static_cast<std::uint32_t>(lane.random() % 2000);
    if (controls_.down || luck < controls_.faultPermille) {
      plugin::releaseDonation(op);
      return op.complete(&op, LARDER_UNAVAILABLE);
    }
    const auto status = perform(op);
    op.version = 0;  // not declared
    if (op.opcode == LARDER_OP_GET) op.result_ttl_ms = controls_.tellsTtl;
    if (status >= 0 && luck >= 2000 - controls_.faultPermille) {
      if (op.result.release != nullptr) op.result.release(op.result.owner);
      op.result = {};
      return op.complete(&op, LARDER_UNKNOWN_RESULT);
    }
    if (controls_.holdReads && op.opcode == LARDER_OP_GET && status == LARDER_OK) {
      const std::lock_guard lock(lane.mutex);
      lane.held.push_back(&op);
      ++controls_.heldReads;
      return;
    }
    op.complete(&op, status);
  }

  const bool tells_;
  FlakyControls controls_;
  std::array<Lane, 2> lanes_;
};

}  // namespace

LARDER_PLUGIN(Flaky, "flaky", "1.0.0")
