// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BROKEN_ASYNC_REFERENCE_HPP
#define LARDER_BROKEN_ASYNC_REFERENCE_HPP

#include "reference.hpp"

#include <condition_variable>
#include <deque>
#include <thread>

namespace larder::broken {

/// How a thread of the plugin prepares itself.
struct ThreadManners {
  bool named = true;
  bool blocksSignals = true;
};

/// The reference with a worker thread: submit answers PENDING, as a network plugin would.
class AsyncReference : public Reference {
 public:
  AsyncReference(plugin::Host host, const plugin::Settings& settings, ThreadManners manners = {});
  ~AsyncReference() override;

  std::uint64_t capabilities() const override;
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void stats(larder_stats& stats) const noexcept override;
  larder_status drain(std::uint64_t deadline_ns) noexcept override;

 protected:
  static constexpr std::size_t kMostPending = 65'536;

  virtual larder_status enqueue(larder_op& op) noexcept;
  /// Runs on the worker, with no lock held.
  virtual void complete(larder_op& op, larder_status status) noexcept;

  std::mutex& queueMutex() const { return queueMutex_; }

 private:
  larder_status performAndWait(larder_op& op) noexcept;
  void start(ThreadManners manners);
  void work();

  mutable std::mutex queueMutex_;
  std::condition_variable queueChanged_;
  std::deque<larder_op*> queue_;
  std::size_t pending_ = 0;  // queued or being performed
  bool completing_ = false;
  bool cutting_ = false;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace larder::broken

#endif
