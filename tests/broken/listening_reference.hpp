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
/// to one is done on all, and told to the listeners of all, each by a thread of its backend.
class ListeningReference : public Reference {
 public:
  ListeningReference(plugin::Host host, const plugin::Settings& settings);
  ~ListeningReference() override;

  std::uint64_t capabilities() const override { return Reference::capabilities() | LARDER_CAP_SHARED; }
  const void* extension(std::string_view id) noexcept override;
  larder_status listen(const larder_invalidation_listener* listener) noexcept override;

 protected:
  using Listener = const larder_invalidation_listener*;

  /// What a listener is told: a key, or that all of a namespace went.
  struct Change {
    std::string nameSpace;
    std::optional<std::string> key;
  };

  larder_status answer(larder_op& op) noexcept override;
  /// What a successful operation changed, if anything.
  virtual std::optional<Change> changeOf(const larder_op& op) const;
  /// Begins to tell `listener`, or nobody. With listening_ held.
  virtual void replaceListener(Listener listener);

  Listener listener_ = nullptr;

 private:
  void mirror(larder_op op) noexcept;
  void queue(Change change);
  void tellChanges();

  std::mutex listening_;  // of listener_, and while it is called
  std::mutex queued_;     // of the three below
  std::condition_variable wakes_;
  std::deque<Change> changes_;
  bool lost_ = false;  // one that found no room
  bool ends_ = false;
  std::thread teller_;
};

}  // namespace larder::broken

#endif
