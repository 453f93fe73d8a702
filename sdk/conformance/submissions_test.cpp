// SPDX-License-Identifier: Apache-2.0
//
// Batches as submitted to the plugin directly, because the SDK may split a batch.
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace larder::conformance {
namespace {

class Submissions : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }

  using Ops = std::vector<std::unique_ptr<RawOp>>;

  Ops make(std::uint32_t opcode, int count) const {
    Ops ops;
    for (int i = 0; i < count; ++i)
      ops.push_back(
          std::make_unique<RawOp>(opcode, space_, "k" + std::to_string(i), "value " + std::to_string(i)));
    return ops;
  }

  // Submits all operations in one call without callbacks, so each has its final status afterwards.
  std::vector<larder_status> submit(const Ops& ops) const {
    std::vector<larder_op*> pointers;
    for (const auto& op : ops) {
      op->op().complete = nullptr;
      pointers.push_back(&op->op());
    }
    std::vector<larder_status> results(ops.size(), LARDER_INTERNAL);
    raw_->table().submit(raw_->table().self, pointers.data(), static_cast<std::uint32_t>(pointers.size()),
                         results.data());
    return results;
  }

  std::unique_ptr<RawBackend> raw_;
};

TEST_F(Submissions, OfAThousandOperationsAllComplete) {
  const auto writes = make(LARDER_OP_SET, 1000);
  const auto reads = make(LARDER_OP_GET, 1000);

  for (const auto status : submit(writes)) ASSERT_EQ(status, LARDER_OK);
  const auto results = submit(reads);

  for (std::size_t i = 0; i < reads.size(); ++i) {
    ASSERT_EQ(results[i], LARDER_OK) << i;
    ASSERT_EQ(reads[i]->value(), "value " + std::to_string(i));
  }
}

// The operations live until the backend is drained, so a second completion is counted and corrupts nothing.
TEST_F(Submissions, ThatAreCancelledCompleteExactlyOnce) {
  const auto writes = make(LARDER_OP_SET, 500);
  for (const auto& op : writes) {
    op->start(*raw_);
    if (op->completions() == 0) raw_->table().cancel(raw_->table().self, &op->op());
  }

  for (const auto& op : writes) op->wait();
  raw_->drain(5s);

  for (const auto& op : writes) ASSERT_EQ(op->completions(), 1);
}

}  // namespace
}  // namespace larder::conformance
