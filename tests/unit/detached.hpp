// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_DETACHED_HPP
#define LARDER_UNIT_DETACHED_HPP

#include <coroutine>
#include <exception>

namespace larder::tests {

/// A coroutine that starts immediately, that nothing waits for, and that has no result.
struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

}  // namespace larder::tests

#endif
