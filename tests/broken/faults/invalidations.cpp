// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

// Does not report that a namespace was cleared.
class ClearsAreNotTold final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    if (op.opcode == LARDER_OP_CLEAR_NAMESPACE) return std::nullopt;
    return ListeningReference::changeOf(op);
  }
};

// Never replaces its first listener.
class ListensToTheFirstForEver final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  void replaceListener(Listener listener) override {
    if (listener_ == nullptr) ListeningReference::replaceListener(listener);
  }
};

// Does not tell a new listener that earlier changes may have been missed.
class LossesBeforeAreNotTold final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  void replaceListener(Listener listener) override { listener_ = listener; }
};

// Reports writes, but not removals.
class RemovalsAreNotTold final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    if (op.opcode == LARDER_OP_DELETE) return std::nullopt;
    return ListeningReference::changeOf(op);
  }
};

// Drops changes without reporting the loss.
class TellsEverySecondChange final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    auto change = ListeningReference::changeOf(op);
    return change && ++told_ % 2 == 0 ? std::nullopt : std::move(change);
  }

 private:
  mutable std::atomic<int> told_{0};
};

// Reports keys as C strings.
class ToldNamesAreCutAtNul final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    auto change = ListeningReference::changeOf(op);
    if (change && change->key) change->key = change->key->c_str();
    return change;
  }
};

}  // namespace

void invalidationsFaults(Faults& faults) {
  faults.push_back(brokenClass<ClearsAreNotTold>("clears_are_not_told"));
  faults.push_back(brokenClass<ListensToTheFirstForEver>("listens_to_the_first_for_ever"));
  faults.push_back(brokenClass<LossesBeforeAreNotTold>("losses_before_are_not_told"));
  faults.push_back(brokenClass<RemovalsAreNotTold>("removals_are_not_told"));
  faults.push_back(brokenClass<TellsEverySecondChange>("tells_every_second_change"));
  faults.push_back(brokenClass<ToldNamesAreCutAtNul>("told_names_are_cut_at_nul"));
}

}  // namespace larder::broken
