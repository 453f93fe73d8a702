// SPDX-License-Identifier: Apache-2.0
//
// A store in memory that answers from threads of its own, like one behind a network, and fails as it is told
// to: see flaky_controls.hpp.
#include <larder/plugin.hpp>

#include <pthread.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "flaky_controls.hpp"

namespace plugin = larder::plugin;
using larder::tiers_test::FlakyControls;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("seed", LARDER_OPTION_INTEGER, "1", "of the faults", 0, 1'000'000),
    plugin::option("tells", LARDER_OPTION_BOOLEAN, "false", "has larder.invalidation/1")};

class Flaky final : public plugin::Backend {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, std::size(kOptions)}; }

  Flaky(plugin::Host host, const plugin::Settings& settings)
      : host_(host), tells_(settings.number("tells") != 0) {
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

  // One lane for a key, so that its operations keep their order.
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) {
      results[i] = LARDER_PENDING;
      Lane& lane = lanes_[std::hash<std::string_view>()(plugin::view(ops[i]->key)) % lanes_.size()];
      const std::lock_guard lock(lane.mutex);
      lane.waiting.push_back(ops[i]);
      lane.wake.notify_one();
    }
  }

  larder_status get(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    plugin::lend(op, entry->value);
    return LARDER_OK;
  }
  larder_status set(larder_op& op) override {
    auto value = std::make_shared<const std::string>(plugin::view(op.value));
    const std::lock_guard lock(mutex_);
    entries_[nameOf(op)] = {std::move(value), endOf(op)};
    return LARDER_OK;
  }
  larder_status erase(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    return entries_.erase(nameOf(op)) > 0 ? LARDER_OK : LARDER_MISS;
  }
  larder_status touch(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    auto* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    entry->end_ns = endOf(op);
    return LARDER_OK;
  }
  larder_status exists(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    return find(op) != nullptr ? LARDER_OK : LARDER_MISS;
  }
  larder_status ttl(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto* entry = find(op);
    if (entry == nullptr) return LARDER_MISS;
    const bool ends = entry->end_ns != kNever;
    op.result_ttl_ms = ends ? static_cast<std::int64_t>((entry->end_ns - host_.monotonicNs()) / kMillisecond)
                            : LARDER_TTL_NONE;
    return LARDER_OK;
  }
  larder_status clearNamespace(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_,
                  [&](const auto& entry) { return entry.first.first == plugin::view(op.name_space); });
    return LARDER_OK;
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
  static constexpr std::uint64_t kNever = UINT64_MAX;
  static constexpr std::uint64_t kMillisecond = 1'000'000;

  struct Entry {
    std::shared_ptr<const std::string> value;
    std::uint64_t end_ns = kNever;
  };
  using Name = std::pair<std::string, std::string>;
  struct Lane {
    std::mutex mutex;
    std::condition_variable wake;
    std::vector<larder_op*> waiting;
    std::vector<larder_op*> held;
    bool stopping = false;
    std::minstd_rand random;
    std::thread thread;
  };

  static Name nameOf(const larder_op& op) {
    return {std::string(plugin::view(op.name_space)), std::string(plugin::view(op.key))};
  }
  std::uint64_t endOf(const larder_op& op) const {
    if (op.ttl_ms == LARDER_TTL_NONE) return kNever;
    return host_.monotonicNs() + static_cast<std::uint64_t>(op.ttl_ms) * kMillisecond;
  }
  Entry* find(const larder_op& op) {
    const auto entry = entries_.find(nameOf(op));
    if (entry == entries_.end() || entry->second.end_ns <= host_.monotonicNs()) return nullptr;
    return &entry->second;
  }

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

  const plugin::Host host_;
  const bool tells_;
  FlakyControls controls_;
  std::mutex mutex_;
  std::map<Name, Entry> entries_;
  std::array<Lane, 2> lanes_;
};

}  // namespace

LARDER_PLUGIN(Flaky, "flaky", "1.0.0")
