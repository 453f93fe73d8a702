// SPDX-License-Identifier: Apache-2.0
#include <larder/plain_lists.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace larder {

std::vector<std::string> splitAtCommas(std::string_view text) {
  std::vector<std::string> elements;
  for (std::size_t begin = 0; !text.empty() && begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    elements.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return elements;
}

void splitPlainLists(BackendSettings& settings, const std::set<std::string>& plain,
                     const std::vector<PluginOption>& options) {
  for (const auto& option : options) {
    const auto given = settings.find(option.name);
    if (!option.list || given == settings.end() || !plain.contains(option.name)) continue;
    std::vector<std::string> elements;
    for (const auto& text : given->second)
      std::ranges::move(splitAtCommas(text), std::back_inserter(elements));
    given->second = std::move(elements);
  }
}

}  // namespace larder
