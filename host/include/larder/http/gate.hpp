// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_GATE_HPP
#define LARDER_HTTP_GATE_HPP

#include <atomic>
#include <cstdint>
#include <memory>

namespace larder::http {

/// Makes the end of an App wait for the running handlers, and keeps an executor from starting further
/// handlers afterwards. Thread-safe; shared by the App and every request, since a request may outlive the
/// App.
class Gate {
 public:
  /// While a Pass exists and is true, the objects that the gate guards exist.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(gate), inside_(gate.enter()) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { gate_.leave(); }
    explicit operator bool() const { return inside_; }

   private:
    Gate& gate_;
    const bool inside_;
  };

  /// Refuses new passes from now on and blocks until all passes are gone.
  void close() {
    state_.fetch_or(kClosed);
    for (auto state = state_.load(); state != kClosed; state = state_.load()) state_.wait(state);
  }

 private:
  static constexpr std::uint64_t kClosed = 1;
  static constexpr std::uint64_t kOne = 2;  // per pass

  bool enter() { return (state_.fetch_add(kOne) & kClosed) == 0; }
  void leave() {
    if (state_.fetch_sub(kOne) == (kOne | kClosed)) state_.notify_all();
  }

  std::atomic<std::uint64_t> state_{0};
};

using GatePtr = std::shared_ptr<Gate>;

}  // namespace larder::http

#endif
