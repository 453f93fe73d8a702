// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_WAKE_UP_HPP
#define LARDER_ASYNC_WAKE_UP_HPP

#include <larder/async/file_descriptor.hpp>

namespace larder::plugin {

/// Wakes another thread from poll() through an eventfd. Throws std::system_error if the system has none left.
class WakeUp {
 public:
  WakeUp();

  int fd() const { return event_.get(); }

  /// Makes fd() readable. [any-thread]
  void ring() const;

  /// Makes fd() unreadable again, no matter how often ring() was called.
  void clear() const;

 private:
  FileDescriptor event_;
};

}  // namespace larder::plugin

#endif
