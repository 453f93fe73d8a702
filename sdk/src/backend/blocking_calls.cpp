// SPDX-License-Identifier: Apache-2.0
#include "backend/blocking_calls.hpp"

#include <larder/plugin.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "backend/named_thread.hpp"
#include "loading/abi_bytes.hpp"

namespace larder {
namespace {

constexpr std::size_t kLanes = 64;
constexpr std::size_t kMaxWaiting = 10'000;
constexpr std::uint64_t kMaxWaitingBytes = std::uint64_t{64} << 20;
constexpr std::size_t kTogether = 16;  // operations of one lane per call
constexpr std::chrono::seconds kPatienceAtEnd{1};

std::size_t laneOf(const larder_op& op) {
  const std::hash<std::string_view> hash;
  return (hash(viewOf(op.name_space)) * 31 + hash(viewOf(op.key))) % kLanes;
}

std::uint64_t bytesOf(const larder_op& op) {
  return op.name_space.size + op.key.size + op.value.size + op.expected.size;
}

// Completes an operation without calling the plugin.
void refuse(larder_op* op, larder_status status) {
  plugin::releaseDonation(*op);
  op->complete(op, status);
}

}  // namespace

// Shared with the threads, which may outlive the backend.
class BlockingCalls::State {
 public:
  explicit State(std::shared_ptr<PluginInstance> instance) : instance_(std::move(instance)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) {
    std::size_t woken = 0;
    {
      const std::lock_guard lock(mutex_);
      for (std::uint32_t i = 0; i < count; ++i) {
        results[i] = add(ops[i], woken);
        if (results[i] != LARDER_PENDING) plugin::releaseDonation(*ops[i]);
      }
    }
    for (; woken > 0; --woken) work_.notify_one();
  }

  // Gives up on `op` for the host. If the plugin is executing it right now, the plugin is reported as
  // blocking.
  void cancel(larder_op* op) {
    bool blocks = false;
    {
      const std::lock_guard lock(mutex_);
      auto& lane = lanes_[laneOf(*op)];
      const auto place = std::find(lane.waiting.begin(), lane.waiting.end(), op);
      if (place != lane.waiting.end()) {
        lane.waiting.erase(place);
        forget(*op);
      } else {
        blocks = lane.called.contains(op) && !std::exchange(toldOfBlocking_, true);
        op = nullptr;
      }
    }
    if (op != nullptr) refuse(op, LARDER_CANCELLED);
    if (blocks) tellOfBlocking();
  }

  larder_status drain(std::uint64_t deadline_ns) {
    std::vector<larder_op*> cut;
    bool idle = false;
    {
      std::unique_lock lock(mutex_);
      closed_ = true;
      const auto patience = std::chrono::nanoseconds(static_cast<std::int64_t>(deadline_ns - now()));
      idle = ended_.wait_for(lock, patience, [this] { return running_ == 0 && waiting_ == 0; });
      cut = takeWaiting();
      idle = idle || running_ == 0;
    }
    for (auto* op : cut) refuse(op, LARDER_CLOSED);
    if (!idle) return LARDER_DEADLINE;
    const auto status = instance_->table().drain(instance_->table().self, deadline_ns);
    return cut.empty() ? status : LARDER_DEADLINE;
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [this] { return stopping_ || !ready_.empty(); });
      if (stopping_) break;
      Lane& lane = *ready_.front();
      ready_.pop_front();
      const auto called = begin(lane);
      lock.unlock();
      call(called);
      lock.lock();
      end(lane);
    }
    ++endedThreads_;
    ended_.notify_all();
  }

  static void start(const std::shared_ptr<State>& self, std::size_t threads) {
    try {
      while (self->workers_.size() < threads) {
        self->workers_.reserve(threads);
        self->workers_.push_back(startThread("larder-calls", [self] { self->work(); }));
      }
    } catch (...) {
      self->stop();
      throw;
    }
  }

  void stop() {
    std::vector<larder_op*> cut;
    std::unique_lock lock(mutex_);
    stopping_ = closed_ = true;
    cut = takeWaiting();
    work_.notify_all();
    const bool ended =
        ended_.wait_for(lock, kPatienceAtEnd, [this] { return endedThreads_ == workers_.size(); });
    lock.unlock();
    for (auto* op : cut) refuse(op, LARDER_CLOSED);
    for (auto& worker : workers_) ended ? worker.join() : worker.detach();
    if (ended) return;
    instance_->services()->log(
        LogLevel::error,
        "plugin " + pluginName() + " hangs in a call; its instance is closed when that returns");
    instance_->services()->cutOff();
  }

 private:
  struct Called {
    std::array<larder_op*, kTogether> ops{};
    std::size_t count = 0;

    bool contains(const larder_op* op) const {
      return std::find(ops.begin(), ops.begin() + static_cast<std::ptrdiff_t>(count), op) !=
             ops.begin() + static_cast<std::ptrdiff_t>(count);
    }
  };
  struct Lane {
    std::deque<larder_op*> waiting;
    bool ready = false;  // is in `ready_`, or a thread works on it
    Called called;       // in the plugin now
  };

  // The time as the plugin reads it, because the application's clock may be gone when a hung call returns.
  std::uint64_t now() const {
    const larder_host& host = *instance_->services()->table();
    return host.monotonic_ns(host.self);
  }

  std::string pluginName() const { return std::string(instance_->library()->name()); }

  larder_status add(larder_op* op, std::size_t& woken) {
    if (closed_) return LARDER_CLOSED;
    if (waiting_ >= kMaxWaiting || waitingBytes_ + bytesOf(*op) > kMaxWaitingBytes) return LARDER_OVERLOADED;
    Lane& lane = lanes_[laneOf(*op)];
    try {
      if (!lane.ready) ready_.push_back(&lane);
      lane.waiting.push_back(op);
    } catch (const std::bad_alloc&) {
      if (!lane.ready && !ready_.empty() && ready_.back() == &lane) ready_.pop_back();
      return LARDER_NO_MEMORY;
    }
    ++waiting_;
    waitingBytes_ += bytesOf(*op);
    if (!std::exchange(lane.ready, true)) ++woken;
    return LARDER_PENDING;
  }

  void forget(const larder_op& op) {
    --waiting_;
    waitingBytes_ -= bytesOf(op);
  }

  Called begin(Lane& lane) {
    ++running_;
    auto& called = lane.called;
    while (called.count < kTogether && !lane.waiting.empty()) {
      forget(*lane.waiting.front());
      called.ops[called.count++] = lane.waiting.front();
      lane.waiting.pop_front();
    }
    return called;
  }

  void end(Lane& lane) {
    --running_;
    lane.called.count = 0;
    lane.ready = !lane.waiting.empty();
    if (lane.ready) ready_.push_back(&lane);
    ended_.notify_all();
  }

  // The lane forgets operations before they complete, since a completed operation may be freed at once.
  void call(const Called& all) {
    const auto begun = now();
    Called called;
    for (std::size_t i = 0; i < all.count; ++i) {
      larder_op* const op = all.ops[i];
      if (op->deadline_ns == 0 || op->deadline_ns > begun)
        called.ops[called.count++] = op;
      else
        refuse(op, LARDER_DEADLINE);
    }
    if (called.count == 0) return;
    std::array<larder_status, kTogether> results;
    results.fill(LARDER_INTERNAL);
    const auto completes = called.ops[0]->complete;  // the same for all: they come from the host
    for (std::size_t i = 0; i < called.count; ++i) called.ops[i]->complete = nullptr;
    const auto& plugin = instance_->table();
    plugin.submit(plugin.self, called.ops.data(), static_cast<std::uint32_t>(called.count), results.data());
    for (std::size_t i = 0; i < called.count; ++i) {
      called.ops[i]->complete = completes;
      completes(called.ops[i], results[i] == LARDER_PENDING ? LARDER_INTERNAL : results[i]);
    }
  }

  std::vector<larder_op*> takeWaiting() {
    std::vector<larder_op*> all;
    for (auto& lane : lanes_) {
      all.insert(all.end(), lane.waiting.begin(), lane.waiting.end());
      lane.waiting.clear();
    }
    waiting_ = 0;
    waitingBytes_ = 0;
    return all;
  }

  void tellOfBlocking() {
    instance_->services()->log(LogLevel::warning, "plugin " + pluginName() +
                                                      " blocks: a call has not returned by its deadline; it "
                                                      "holds one of the backend's threads until it does");
  }

  const std::shared_ptr<PluginInstance> instance_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable ended_;
  std::array<Lane, kLanes> lanes_;
  std::deque<Lane*> ready_;           // lanes with work that no thread has taken
  std::vector<std::thread> workers_;  // used by the backend's own thread only
  std::size_t endedThreads_ = 0;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
  std::uint64_t waitingBytes_ = 0;
  bool closed_ = false;
  bool stopping_ = false;
  bool toldOfBlocking_ = false;
};

BlockingCalls::BlockingCalls(std::shared_ptr<PluginInstance> instance, std::size_t threads)
    : table_(instance->table()), state_(std::make_shared<State>(std::move(instance))) {
  State::start(state_, threads);
  table_.self = state_.get();
  table_.submit = [](void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
    static_cast<State*>(self)->submit(ops, count, results);
  };
  table_.cancel = [](void* self, larder_op* op) { static_cast<State*>(self)->cancel(op); };
  table_.drain = [](void* self, std::uint64_t deadline_ns) {
    return static_cast<State*>(self)->drain(deadline_ns);
  };
}

BlockingCalls::~BlockingCalls() { state_->stop(); }

}  // namespace larder
