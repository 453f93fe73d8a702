// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_PLUGINS_BLOCKING_CONTROLS_HPP
#define LARDER_BACKEND_PLUGINS_BLOCKING_CONTROLS_HPP

#include <larder/backend.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace larder::tests {

/// Controls of the blocking plugin, which it exposes as the extension with this id.
inline constexpr const char* kBlockingControls = "test.larder.blocking/1";

/// Controls an in-memory store that is neither INLINE nor ASYNC and hangs on demand. Thread-safe.
class BlockingControls {
 public:
  virtual ~BlockingControls() = default;
  /// Makes calls for this key hang until letGo().
  virtual void hang(std::string_view key) = 0;
  virtual void letGo() = 0;
  /// Blocks until `count` calls hang.
  virtual void awaitHanging(int count) = 0;
  virtual int hanging() = 0;
  /// Returns the values of this key's SETs in the order of execution.
  virtual std::vector<std::string> writesOf(std::string_view key) = 0;
  /// Returns the name of the thread that made the last call.
  virtual std::string lastThread() = 0;

  static BlockingControls& of(const Backend& backend) {
    return *static_cast<BlockingControls*>(const_cast<void*>(backend.extension(kBlockingControls)));
  }
};

}  // namespace larder::tests

#endif
