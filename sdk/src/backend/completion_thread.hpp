// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_COMPLETION_THREAD_HPP
#define LARDER_BACKEND_COMPLETION_THREAD_HPP

namespace larder {

/// While it lives, this thread runs what a backend or a timer has completed. A call that waits for another
/// completion must not be made there: the thread may be the one that brings it.
class CompletionScope {
 public:
  CompletionScope() { ++depth(); }
  ~CompletionScope() { --depth(); }
  CompletionScope(const CompletionScope&) = delete;
  CompletionScope& operator=(const CompletionScope&) = delete;

  static bool entered() { return depth() > 0; }

 private:
  static int& depth() {
    thread_local int depth = 0;
    return depth;
  }
};

}  // namespace larder

#endif
