// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PLUGIN_THREAD_HPP
#define LARDER_MEMCACHED_PLUGIN_THREAD_HPP

#include <functional>
#include <string>
#include <thread>

namespace larder::memcached {

/// A named thread with every signal blocked, because signals are for the host to handle. The destructor joins
/// it, so the owner must make `run` return first.
class PluginThread {
 public:
  /// Truncates `name` to the 15 bytes that the system keeps. Throws std::system_error if the thread cannot be
  /// started.
  PluginThread(const std::string& name, std::function<void()> run);
  ~PluginThread();
  PluginThread(const PluginThread&) = delete;
  PluginThread& operator=(const PluginThread&) = delete;

 private:
  std::thread thread_;
};

}  // namespace larder::memcached

#endif
