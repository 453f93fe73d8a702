// SPDX-License-Identifier: Apache-2.0
#include "listening_reference.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace larder::broken {
namespace {

constexpr std::size_t kMostQueued = 10'000;

// The backends of this process.
struct Replicas {
  std::mutex mutex;
  std::vector<ListeningReference*> all;
};

Replicas& replicas() {
  static Replicas every;
  return every;
}

}  // namespace

ListeningReference::ListeningReference(plugin::Host host, const plugin::Settings& settings)
    : Reference(host, settings), teller_([this] { tellChanges(); }) {
  ::pthread_setname_np(teller_.native_handle(), "teller");
  const std::lock_guard lock(replicas().mutex);
  replicas().all.push_back(this);
}

ListeningReference::~ListeningReference() {
  {
    const std::lock_guard lock(replicas().mutex);
    auto& all = replicas().all;
    all.erase(std::find(all.begin(), all.end(), this));
  }
  {
    const std::lock_guard lock(queued_);
    ends_ = true;
  }
  wakes_.notify_one();
  teller_.join();
}

const void* ListeningReference::extension(std::string_view id) noexcept {
  return id == LARDER_INVALIDATION ? &plugin::implemented : Reference::extension(id);
}

larder_status ListeningReference::listen(Listener listener) noexcept {
  const std::lock_guard lock(listening_);
  replaceListener(listener);
  return LARDER_OK;
}

void ListeningReference::replaceListener(Listener listener) {
  listener_ = listener;
  if (listener != nullptr) listener->lost(listener->user);
}

std::optional<ListeningReference::Change> ListeningReference::changeOf(const larder_op& op) const {
  const std::string name_space(plugin::view(op.name_space));
  switch (op.opcode) {
    case LARDER_OP_SET:
    case LARDER_OP_DELETE: return Change{name_space, std::string(plugin::view(op.key))};
    case LARDER_OP_CLEAR_NAMESPACE: return Change{name_space, std::nullopt};
    default: return std::nullopt;
  }
}

larder_status ListeningReference::answer(larder_op& op) noexcept {
  const std::lock_guard lock(replicas().mutex);     // gives all replicas the same order
  const std::string value(plugin::view(op.value));  // a donated value may be freed during the operation
  const larder_status status = Reference::answer(op);
  if (status != LARDER_OK) return status;
  larder_op copy = op;
  copy.value = plugin::bytes(value);
  for (auto* replica : replicas().all) {
    if (replica != this) replica->mirror(copy);
    if (auto change = replica->changeOf(op)) replica->queue(*std::move(change));
  }
  return status;
}

void ListeningReference::mirror(larder_op op) noexcept {
  if (!ListeningReference::changeOf(op)) return;
  op.flags = 0;
  op.deadline_ns = 0;
  Reference::answer(op);
}

void ListeningReference::queue(Change change) {
  {
    const std::lock_guard lock(queued_);
    if (changes_.size() < kMostQueued)
      changes_.push_back(std::move(change));
    else
      lost_ = true;
  }
  wakes_.notify_one();
}

void ListeningReference::tellChanges() {
  sigset_t every;
  ::sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, nullptr);
  std::unique_lock lock(queued_);
  while (true) {
    wakes_.wait(lock, [this] { return ends_ || !changes_.empty(); });
    if (ends_) return;
    const bool lost = std::exchange(lost_, false);
    const Change change = std::move(changes_.front());
    changes_.pop_front();
    lock.unlock();
    {
      const std::lock_guard listening(listening_);
      const auto name_space = plugin::bytes(change.nameSpace);
      if (listener_ != nullptr && lost) listener_->lost(listener_->user);
      if (listener_ != nullptr && change.key)
        listener_->changed(listener_->user, name_space, plugin::bytes(*change.key));
      else if (listener_ != nullptr)
        listener_->cleared(listener_->user, name_space);
    }
    lock.lock();
  }
}

}  // namespace larder::broken
