// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace larder::memcached {

namespace {

// Bounds the memory that one reply can take: this many of the largest values.
constexpr std::size_t kLargestBatch = 64;

}  // namespace

Worker::Worker(const std::string& threadName, plugin::Host host, Connection::Settings settings,
               StoreHealth& health, Counters& counters, const StoreKeys& keys)
    : exchange_(host, std::move(settings), health, counters, keys), thread_(threadName, [this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    stopping_ = true;
    queue_.clear();
  }
  queued_.notify_one();
}

bool Worker::push(PendingOpPtr op) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (op->limitNs() < nextLimitNs_.load()) nextLimitNs_.store(op->limitNs());
  queue_.push_back(std::move(op));
  return true;
}

void Worker::run() {
  std::vector<PendingOpPtr> batch;
  while (waitForBatch(batch)) exchange_.perform(batch);
}

bool Worker::waitForBatch(std::vector<PendingOpPtr>& batch) {
  std::unique_lock lock(mutex_);
  inFlight_.clear();
  batch.clear();
  queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (stopping_) return false;

  const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kLargestBatch));
  std::move(queue_.begin(), queue_.begin() + size, std::back_inserter(inFlight_));
  queue_.erase(queue_.begin(), queue_.begin() + size);
  batch = inFlight_;
  return true;
}

void Worker::takeLapsed(std::uint64_t nowNs, std::vector<PendingOpPtr>& lapsed) {
  const std::lock_guard lock(mutex_);
  if (nextLimitNs_.load() > nowNs) return;

  std::uint64_t next = kNoLimit;
  const auto hasLapsed = [&](const PendingOpPtr& op) {
    if (op->isDone()) return true;
    if (op->limitNs() > nowNs) {
      next = std::min(next, op->limitNs());
      return false;
    }
    lapsed.push_back(op);
    return true;
  };
  std::erase_if(queue_, hasLapsed);
  std::for_each(inFlight_.begin(), inFlight_.end(), hasLapsed);
  nextLimitNs_.store(next);
}

PendingOpPtr Worker::take(const larder_op& wanted) {
  const std::lock_guard lock(mutex_);
  const auto isWanted = [&](const PendingOpPtr& op) { return op->isPendingFor(wanted); };
  if (const auto found = std::find_if(queue_.begin(), queue_.end(), isWanted); found != queue_.end()) {
    PendingOpPtr op = std::move(*found);
    queue_.erase(found);
    return op;
  }
  const auto found = std::find_if(inFlight_.begin(), inFlight_.end(), isWanted);
  return found != inFlight_.end() ? *found : nullptr;
}

void Worker::close(std::vector<PendingOpPtr>& cut) {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  std::move(queue_.begin(), queue_.end(), std::back_inserter(cut));
  queue_.clear();
  std::copy_if(inFlight_.begin(), inFlight_.end(), std::back_inserter(cut),
               [](const PendingOpPtr& op) { return !op->isDone(); });
}

}  // namespace larder::memcached
