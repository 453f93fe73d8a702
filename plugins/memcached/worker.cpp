// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace larder::memcached {

namespace {

// Reserved up front so that the thread allocates nothing outside an exchange: an exception there would end
// the process.
std::vector<PendingOpPtr> reserved() {
  std::vector<PendingOpPtr> ops;
  ops.reserve(kLargestBatch);
  return ops;
}

}  // namespace

Worker::Worker(const std::string& threadName, plugin::Host host, Connection::Settings settings,
               ServerAddress& address, StoreHealth& health, Counters& counters, const StoreKeys& keys)
    : exchange_(host, std::move(settings), address, health, counters, keys),
      batch_(reserved()),
      inFlight_(reserved()),
      thread_(threadName, [this] { run(); }) {}

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
  hasWork_ = true;
  return true;
}

void Worker::run() {
  while (waitForBatch()) exchange_.perform(batch_);
}

bool Worker::waitForBatch() {
  std::unique_lock lock(mutex_);
  inFlight_.clear();
  batch_.clear();
  hasWork_ = !queue_.empty();
  queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (stopping_) return false;

  const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kLargestBatch));
  std::move(queue_.begin(), queue_.begin() + size, std::back_inserter(inFlight_));
  queue_.erase(queue_.begin(), queue_.begin() + size);
  batch_ = inFlight_;  // within its capacity
  return true;
}

std::size_t Worker::takeLapsed(std::uint64_t nowNs, std::span<PendingOpPtr> lapsed) noexcept {
  const std::lock_guard lock(mutex_);
  if (nextLimitNs_.load() > nowNs) return 0;

  std::size_t count = 0;
  std::uint64_t next = kNoLimit;
  const auto hasLapsed = [&](const PendingOpPtr& op) {
    if (op->isDone()) return true;
    if (op->limitNs() > nowNs || count == lapsed.size()) {
      next = std::min(next, op->limitNs());
      return false;
    }
    lapsed[count++] = op;
    return true;
  };
  std::erase_if(queue_, hasLapsed);
  std::for_each(inFlight_.begin(), inFlight_.end(), hasLapsed);
  nextLimitNs_.store(next);
  return count;
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

std::size_t Worker::close(std::span<PendingOpPtr> cut) noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  std::size_t count = 0;
  while (count < cut.size() && !queue_.empty()) {
    cut[count++] = std::move(queue_.front());
    queue_.pop_front();
  }
  for (const auto& op : inFlight_)
    if (count < cut.size() && !op->isDone()) cut[count++] = op;
  return count;
}

}  // namespace larder::memcached
