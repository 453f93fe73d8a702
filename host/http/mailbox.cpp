// SPDX-License-Identifier: Apache-2.0
#include "http/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace larder::http {

Mailbox::Mailbox()
    : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "cannot create an eventfd for an event loop") {}

void Mailbox::put(Answer answer) {
  if (isOwned()) {
    if (!closed_) own_.push_back(std::move(answer));
    return;
  }
  change([&](Mail& mail) { mail.answers.push_back(std::move(answer)); });
}

void Mailbox::put(Newcomer newcomer) {
  change([&](Mail& mail) { mail.newcomers.push_back(std::move(newcomer)); });
}

void Mailbox::stop(Time until) {
  change([&](Mail& mail) { mail.stopUntil = until; });
}

// Wakes the loop after the unlock, or it would wait for the lock at once.
template <class Change>
void Mailbox::change(Change change) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    change(mail_);
    hasMail_.store(true);
  }
  if (!asleep_.exchange(false)) return;
  const std::uint64_t once = 1;
  // Cannot fail: the kernel refuses the write only if the counter is full.
  [[maybe_unused]] const auto put = ::write(wake_.get(), &once, sizeof once);
}

// Both this and change() write one flag and then read the other's, so one of them sees the other.
bool Mailbox::fallAsleep() {
  asleep_.store(true);
  if (!hasMail_.load()) return true;
  wakeUp();
  return false;
}

Mailbox::Mail Mailbox::take() {
  const std::lock_guard lock(mutex_);
  hasMail_.store(false);
  return std::exchange(mail_, {});
}

void Mailbox::close() {
  Mail dropped;
  std::vector<Answer> dropped_own;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  owner_.store({});  // the system may reuse this thread's id for another
  std::swap(dropped, mail_);
  std::swap(dropped_own, own_);
}

}  // namespace larder::http
