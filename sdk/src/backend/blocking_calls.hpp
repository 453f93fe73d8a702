// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_BLOCKING_CALLS_HPP
#define LARDER_BACKEND_BLOCKING_CALLS_HPP

#include <larder/abi.h>

#include <cstddef>
#include <memory>

#include "backend/plugin_instance.hpp"

namespace larder {

/// Makes a plugin that blocks in submit look like one that answers later: its calls run on threads of this
/// class, and operations complete from there. Keys are spread over lanes, and one thread at a time works on a
/// lane, so operations of one key keep their order. A call that hangs holds a thread and its lane.
///
/// At most 10,000 operations with 64 MiB of keys and values wait; one more is LARDER_OVERLOADED. One whose
/// deadline passes while it waits is not called at all.
///
/// Thread-safe. The destructor waits for running calls, but no longer than a second: a thread that is in a
/// hung call is then left to itself, and the instance goes when that call returns, if it does.
class BlockingCalls {
 public:
  /// Throws std::system_error if the threads cannot start.
  BlockingCalls(std::shared_ptr<PluginInstance> instance, std::size_t threads);
  BlockingCalls(const BlockingCalls&) = delete;
  BlockingCalls& operator=(const BlockingCalls&) = delete;
  ~BlockingCalls();

  /// The table whose submit, cancel and drain go by the threads; its other functions are not to be called.
  /// Operations have a `complete`, and are cancelled at their deadline.
  const larder_backend& table() const { return table_; }

 private:
  class State;
  larder_backend table_;
  const std::shared_ptr<State> state_;
};

}  // namespace larder

#endif
