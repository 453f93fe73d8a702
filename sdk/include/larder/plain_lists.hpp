// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PLAIN_LISTS_HPP
#define LARDER_PLAIN_LISTS_HPP

#include <larder/backend_settings.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Returns the elements of a list that was written without brackets: "a,b". An empty text has none.
std::vector<std::string> splitAtCommas(std::string_view text);

/// Splits at their commas the values of `settings` that `plain` names and that are lists in `options`, so
/// that a user can type a list as "a,b", without brackets and quotes that a shell would interpret.
void splitPlainLists(BackendSettings& settings, const std::set<std::string>& plain,
                     const std::vector<PluginOption>& options);

}  // namespace larder

#endif
