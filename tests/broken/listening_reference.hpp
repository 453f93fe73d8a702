// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BROKEN_LISTENING_REFERENCE_HPP
#define LARDER_BROKEN_LISTENING_REFERENCE_HPP

#include "reference.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace larder::broken {

/// The reference with larder.invalidation/1. The backends of this process are replicas of each other: a write
/// to one is applied to all, and each backend reports it to its listener on a thread of its own.
class ListeningReference : public Reference {
 public:
  ListeningReference(plugin::Host host, const plugin::Settings& settings);
  ~ListeningReference() override;

  std::uint64_t capabilities() const override { return Reference::capabilities() | LARDER_CAP_SHARED; }
  const void* extension(std::string_view id) noexcept override;
  larder_status listen(const larder_invalidation_listener* listener) noexcept override;

 protected:
  using Listener = const larder_invalidation_listener*;

  /// A change reported to a listener: a key, or a whole namespace if `key` is not set.
  struct Change {
    std::string nameSpace;
    std::optional<std::string> key;
  };

  larder_status answer(larder_op& op) noexcept override;
  /// Returns the change that a successful operation made, if any.
  virtual std::optional<Change> changeOf(const larder_op& op) const;
  /// Starts reporting to `listener`; null: to none. REQUIRES: listening_ is held.
  virtual void replaceListener(Listener listener);

  Listener listener_ = nullptr;

 private:
  void mirror(larder_op op) noexcept;
  void queue(Change change);
  void tellChanges();

  std::mutex listening_;  // guards listener_, and is held while the listener is called
  std::mutex queued_;     // guards the next three members
  std::condition_variable wakes_;
  std::deque<Change> changes_;
  bool lost_ = false;  // a change was dropped because the queue was full
  bool ends_ = false;
  std::thread teller_;
};

}  // namespace larder::broken

#endif
