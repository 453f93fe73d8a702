// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_BODY_BUDGET_HPP
#define LARDER_HTTP_BODY_BUDGET_HPP

#include <atomic>
#include <cstddef>

namespace larder::http {

/// The memory, in bytes, that the request bodies of one server share. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}

  /// Reserves `bytes`. Returns false, and reserves nothing, if fewer are left.
  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace larder::http

#endif
