// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_BLOCKING_CALLS_HPP
#define LARDER_BACKEND_BLOCKING_CALLS_HPP

#include <larder/abi.h>

#include <cstddef>
#include <memory>

#include "backend/plugin_instance.hpp"

namespace larder {

/// Adapts a plugin that blocks in submit to the interface of an asynchronous one: its calls run on threads of
/// this class, and operations complete from there. Keys are spread over lanes, and one thread at a time works
/// on a lane, so operations of one key keep their order. A hung call holds a thread and its lane.
///
/// At most 10,000 operations with 64 MiB of keys and values wait; beyond that the answer is
/// LARDER_OVERLOADED. The plugin is not called for an operation whose deadline passes while it waits.
///
/// Thread-safe. The destructor waits at most one second for running calls. A thread that is still in a hung
/// call is then detached, and the instance is destroyed when that call returns, if it does.
class BlockingCalls {
 public:
  /// Throws std::system_error if the threads cannot start.
  BlockingCalls(std::shared_ptr<PluginInstance> instance, std::size_t threads);
  BlockingCalls(const BlockingCalls&) = delete;
  BlockingCalls& operator=(const BlockingCalls&) = delete;
  ~BlockingCalls();

  /// Returns the table whose submit, cancel and drain use the threads; its other functions must not be
  /// called. Operations must have a `complete` and be cancelled at their deadline.
  const larder_backend& table() const { return table_; }

 private:
  class State;
  larder_backend table_;
  const std::shared_ptr<State> state_;
};

}  // namespace larder

#endif
