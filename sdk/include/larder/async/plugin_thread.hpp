// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_PLUGIN_THREAD_HPP
#define LARDER_ASYNC_PLUGIN_THREAD_HPP

#include <functional>
#include <string>
#include <thread>

namespace larder::plugin {

/// A thread of a plugin, or none. It has a name, and all signals are blocked, because they are for the host's
/// threads. Destroying or assigning it joins the thread, so the owner must make `run` return first. Movable.
class PluginThread {
 public:
  PluginThread() = default;

  /// Starts `run` on a thread named `name`, of which the system keeps 15 bytes. `run` must not throw. Throws
  /// std::system_error if the system refuses a thread.
  PluginThread(const std::string& name, std::function<void()> run);
  ~PluginThread() { join(); }
  PluginThread(PluginThread&&) = default;
  PluginThread& operator=(PluginThread&& other) noexcept {
    join();
    thread_ = std::move(other.thread_);
    return *this;
  }

  /// Blocks until `run` has returned. Without a thread, returns at once.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  /// Returns true from the start until join, even if `run` has returned.
  bool isStarted() const { return thread_.joinable(); }

  /// Returns true if the calling thread is this thread.
  bool isCurrent() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  std::thread thread_;
};

}  // namespace larder::plugin

#endif
