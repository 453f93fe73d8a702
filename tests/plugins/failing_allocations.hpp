// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PLUGINS_FAILING_ALLOCATIONS_HPP
#define LARDER_PLUGINS_FAILING_ALLOCATIONS_HPP

#include <functional>
#include <string_view>

namespace larder::tests {

/// Runs `calls` with the n-th allocation failing, counted over `calls` itself and the threads whose names
/// begin with `threads`. Returns true if that allocation was reached. Linking this replaces operator new in
/// the program and in the plugins that it loads.
bool runWithFailureAt(long n, std::string_view threads, const std::function<void()>& calls);

}  // namespace larder::tests

#endif
