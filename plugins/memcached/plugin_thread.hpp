// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PLUGIN_THREAD_HPP
#define LARDER_MEMCACHED_PLUGIN_THREAD_HPP

#include <functional>
#include <string>
#include <thread>

namespace larder::memcached {

/// A named thread with every signal blocked: signals are the host's to handle. Joined by the destructor, so
/// its owner tells `run` to return before.
class PluginThread {
 public:
  /// `name` is cut to the 15 bytes that the system keeps. Throws std::system_error if there is no thread.
  PluginThread(const std::string& name, std::function<void()> run);
  ~PluginThread();
  PluginThread(const PluginThread&) = delete;
  PluginThread& operator=(const PluginThread&) = delete;

 private:
  std::thread thread_;
};

}  // namespace larder::memcached

#endif
