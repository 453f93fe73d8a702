// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

namespace larder::broken {
namespace {

// Does not release a donated value if the deadline has passed.
class DonationKeptIfLate final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    if (isLate(op)) op.donated.release = nullptr;
    return Reference::answer(op);
  }
};

// Does not release a donated value if a condition fails.
class DonationKeptIfNotStored final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    const larder_status status = Reference::set(op);
    if (status == LARDER_NOT_STORED) op.donated.release = nullptr;
    return status;
  }
};

// Never releases a donated value.
class DonationNeverReleased final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.donated.release = nullptr;
    return Reference::answer(op);
  }
};

// Releases a donated value twice.
class DonationReleasedTwice final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    plugin::releaseDonation(op);
    return status;
  }
};

}  // namespace

void donationsFaults(Faults& faults) {
  faults.push_back(brokenClass<DonationKeptIfLate>("donation_kept_if_late"));
  faults.push_back(brokenClass<DonationKeptIfNotStored>("donation_kept_if_not_stored"));
  faults.push_back(brokenClass<DonationNeverReleased>("donation_never_released"));
  faults.push_back(brokenClass<DonationReleasedTwice>("donation_released_twice"));
}

}  // namespace larder::broken
