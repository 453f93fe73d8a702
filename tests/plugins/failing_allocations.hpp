// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PLUGINS_FAILING_ALLOCATIONS_HPP
#define LARDER_PLUGINS_FAILING_ALLOCATIONS_HPP

#include <functional>
#include <string_view>

namespace larder::tests {

/// Runs `calls` with the n-th allocation failing, of those that it makes and that threads make whose names
/// begin with `threads`. Returns true if that allocation was reached. A program that links this has its
/// operator new replaced, and so have the plugins that it loads.
bool runWithFailureAt(long n, std::string_view threads, const std::function<void()>& calls);

}  // namespace larder::tests

#endif
