// SPDX-License-Identifier: Apache-2.0
//
// A backend that accepts every operation, never answers by itself and ignores deadlines and cancel. A SET
// with the value "answer" completes all pending operations, long after the host has given up on them.
#include <larder/plugin.hpp>

#include <mutex>

namespace {

class Silent final : public larder::plugin::Backend {
 public:
  static larder::plugin::Info info() { return {"Larder's tests", "Apache-2.0"}; }
  Silent(larder::plugin::Host, const larder::plugin::Settings&) {}
  ~Silent() override { answerAll(); }

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | larder::plugin::allCoreCapabilities;
  }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) {
      results[i] = LARDER_PENDING;
      if (larder::plugin::view(ops[i]->value) == "answer") {
        answerAll();
        results[i] = LARDER_OK;
        continue;
      }
      const std::lock_guard lock(mutex_);
      pending_.push_back(ops[i]);
    }
  }

 private:
  void answerAll() {
    std::vector<larder_op*> all;
    {
      const std::lock_guard lock(mutex_);
      all.swap(pending_);
    }
    for (auto* op : all) {
      op->result.data = "late";
      op->result.size = 4;
      op->complete(op, LARDER_OK);
    }
  }

  std::mutex mutex_;
  std::vector<larder_op*> pending_;
};

}  // namespace

LARDER_PLUGIN(Silent, "silent", "1.0.0")
