// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <chrono>
#include <functional>
#include <thread>

namespace larder::broken {
namespace {

// Ignores IF_ABSENT where it contradicts another flag.
class ContradictionAccepted final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if ((op.flags & (LARDER_IF_PRESENT | LARDER_KEEP_TTL)) != 0) op.flags &= ~LARDER_IF_ABSENT;
    return Reference::answer(op);
  }
};

// DELETE ignores IF_VERSION.
class DeleteIfVersionIgnored final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    op.flags = 0;
    return Reference::erase(op);
  }
};

// Looks up under one lock and deletes under another: two callers may both succeed.
class DeleteTwoWinners final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    const larder_status status = exists(op);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    Reference::erase(op);
    return status;
  }
};

// Conditions treat expired entries as present.
class ExpiredCountsAsPresent final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(nameOf(op));
    Entry* old = found != entries_.end() ? &found->second : nullptr;
    if (!conditionsHold(op, old)) return LARDER_NOT_STORED;
    store(op, old);
    return LARDER_OK;
  }
};

// Looks up under one lock and stores under another: two callers may both find nothing.
class IfAbsentTwoWinners final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    {
      const std::lock_guard lock(mutex_);
      if (!conditionsHold(op, find(op))) return LARDER_NOT_STORED;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::lock_guard lock(mutex_);
    store(op, find(op));
    return LARDER_OK;
  }
};

// Ignores IF_PRESENT.
class IfPresentIgnored final : public Reference {
 public:
  using Reference::Reference;

  bool conditionsHold(const larder_op& op, const Entry* entry) const override {
    return (op.flags & LARDER_IF_PRESENT) != 0 || Reference::conditionsHold(op, entry);
  }
};

// Ignores IF_VERSION.
class IfVersionIgnored final : public Reference {
 public:
  using Reference::Reference;

  bool conditionsHold(const larder_op& op, const Entry* entry) const override {
    return (op.flags & LARDER_IF_VERSION) != 0 || Reference::conditionsHold(op, entry);
  }
};

// Compares the version under one lock and stores under another.
class UpdatesGetLost final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    if ((op.flags & LARDER_IF_VERSION) == 0) return Reference::set(op);
    {
      const std::lock_guard lock(mutex_);
      if (!conditionsHold(op, find(op))) return LARDER_NOT_STORED;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::lock_guard lock(mutex_);
    store(op, find(op));
    return LARDER_OK;
  }
};

// Declares VERSIONS, but returns none.
class VersionIsZero final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t nextVersion(const Entry*) override { return 0; }
};

// The version is a hash of the value, so storing the same value again gives the same version.
class VersionOfTheValue final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    Reference::store(op, old);
    op.version = std::hash<std::string_view>()(plugin::view(op.value)) | 1;
    entries_.at(nameOf(op)).version = op.version;
  }
};

// Counts versions per entry: a key that is deleted and set again gets an old version.
class VersionStartsAgain final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t nextVersion(const Entry* old) override { return old != nullptr ? old->version + 1 : 1; }
};

}  // namespace

void conditionsFaults(Faults& faults) {
  faults.push_back(brokenClass<ContradictionAccepted>("contradiction_accepted"));
  faults.push_back(brokenClass<DeleteIfVersionIgnored>("delete_if_version_ignored"));
  faults.push_back(brokenClass<DeleteTwoWinners>("delete_two_winners"));
  faults.push_back(brokenClass<ExpiredCountsAsPresent>("expired_counts_as_present"));
  faults.push_back(brokenClass<IfAbsentTwoWinners>("if_absent_two_winners"));
  faults.push_back(brokenClass<IfPresentIgnored>("if_present_ignored"));
  faults.push_back(brokenClass<IfVersionIgnored>("if_version_ignored"));
  faults.push_back(brokenClass<UpdatesGetLost>("updates_get_lost"));
  faults.push_back(brokenClass<VersionIsZero>("version_is_zero"));
  faults.push_back(brokenClass<VersionOfTheValue>("version_of_the_value"));
  faults.push_back(brokenClass<VersionStartsAgain>("version_starts_again"));
}

}  // namespace larder::broken
