// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_PLUGINS_BLOCKING_CONTROLS_HPP
#define LARDER_BACKEND_PLUGINS_BLOCKING_CONTROLS_HPP

#include <larder/backend.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace larder::tests {

/// What a test makes the blocking plugin do: its extension by this id.
inline constexpr const char* kBlockingControls = "test.larder.blocking/1";

/// A store in memory that is neither INLINE nor ASYNC, and hangs as long as the test wants. Thread-safe.
class BlockingControls {
 public:
  virtual ~BlockingControls() = default;
  /// Calls for this key hang until letGo().
  virtual void hang(std::string_view key) = 0;
  virtual void letGo() = 0;
  /// Blocks until so many calls hang.
  virtual void awaitHanging(int count) = 0;
  virtual int hanging() = 0;
  /// The values of SETs of this key in the order in which they were done.
  virtual std::vector<std::string> writesOf(std::string_view key) = 0;
  /// The name of the thread that made the last call.
  virtual std::string lastThread() = 0;

  static BlockingControls& of(const Backend& backend) {
    return *static_cast<BlockingControls*>(const_cast<void*>(backend.extension(kBlockingControls)));
  }
};

}  // namespace larder::tests

#endif
