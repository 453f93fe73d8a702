// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <algorithm>
#include <set>

namespace larder::broken {
namespace {

// Returns the results of a batch in reverse order.
class BatchAnswersReversed final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    Reference::submit(ops, count, results);
    for (std::uint32_t i = 0; i < count / 2; ++i) {
      std::swap(results[i], results[count - 1 - i]);
      std::swap(ops[i]->result, ops[count - 1 - i]->result);
    }
  }
};

// After one failure, the rest of the batch fails too.
class BatchEndsAtTheFirstFailure final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    larder_status failure = LARDER_OK;
    for (std::uint32_t i = 0; i < count; ++i) {
      results[i] = failure < 0 ? failure : answer(*ops[i]);
      if (results[i] < 0) failure = results[i];
    }
  }
};

// Of several operations on one key in a batch, performs only the first.
class BatchLosesDuplicates final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    std::set<Name> seen;
    for (std::uint32_t i = 0; i < count; ++i)
      results[i] = ops[i]->opcode != LARDER_OP_GET || seen.insert(nameOf(*ops[i])).second ? answer(*ops[i])
                                                                                          : LARDER_MISS;
  }
};

// Performs only the first 512 operations of a batch and returns OK for all.
class BatchOf512AtMost final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) results[i] = i < 512 ? answer(*ops[i]) : LARDER_OK;
  }
};

// Performs a batch backwards.
class BatchRunsBackwards final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = count; i-- > 0;) results[i] = answer(*ops[i]);
  }
};

}  // namespace

void batchesFaults(Faults& faults) {
  faults.push_back(brokenClass<BatchAnswersReversed>("batch_answers_reversed"));
  faults.push_back(brokenClass<BatchEndsAtTheFirstFailure>("batch_ends_at_the_first_failure"));
  faults.push_back(brokenClass<BatchLosesDuplicates>("batch_loses_duplicates"));
  faults.push_back(brokenClass<BatchOf512AtMost>("batch_of_512_at_most"));
  faults.push_back(brokenClass<BatchRunsBackwards>("batch_runs_backwards"));
}

}  // namespace larder::broken
