// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_COMPLETION_THREAD_HPP
#define LARDER_BACKEND_COMPLETION_THREAD_HPP

namespace larder {

/// Marks this thread, for the scope's lifetime, as running completions of a backend or a timer. Such code
/// must not block on another completion, since this may be the thread that delivers it.
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
