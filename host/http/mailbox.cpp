// SPDX-License-Identifier: Apache-2.0
#include "http/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace larder::http {

Mailbox::Mailbox()
    : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "can't make an eventfd for an event loop") {}

void Mailbox::put(Answer answer) {
  if (isOwned()) {
    if (!closed_) own_.push_back(std::move(answer));
    return;
  }
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  mail_.answers.push_back(std::move(answer));
  if (mail_.answers.size() == 1) wake();
}

void Mailbox::put(Newcomer newcomer) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  mail_.newcomers.push_back(std::move(newcomer));
  if (mail_.newcomers.size() == 1) wake();
}

void Mailbox::stop(Time until) {
  const std::lock_guard lock(mutex_);
  mail_.stopUntil = until;
  wake();
}

Mailbox::Mail Mailbox::take() {
  std::uint64_t times = 0;
  [[maybe_unused]] const auto got = ::read(wake_.get(), &times, sizeof times);
  const std::lock_guard lock(mutex_);
  return std::exchange(mail_, {});
}

void Mailbox::close() {
  Mail dropped;
  std::vector<Answer> dropped_own;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  owner_.store({});  // the system may give its id to another thread
  std::swap(dropped, mail_);
  std::swap(dropped_own, own_);
}

// Cannot fail: the kernel refuses the write only if the counter is full.
void Mailbox::wake() {
  const std::uint64_t once = 1;
  [[maybe_unused]] const auto put = ::write(wake_.get(), &once, sizeof once);
}

}  // namespace larder::http
