// SPDX-License-Identifier: Apache-2.0
#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <numeric>

namespace larder {
namespace {

// Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", 1966.
std::size_t editDistance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string closeSpelling(std::string_view name, const std::vector<std::string>& known) {
  const auto closest = std::min_element(known.begin(), known.end(), [name](const auto& a, const auto& b) {
    return editDistance(name, a) < editDistance(name, b);
  });
  if (closest == known.end() || editDistance(name, *closest) > 1 + closest->size() / 3) return {};
  return "; did you mean \"" + *closest + "\"?";
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) return "; there are none";
  if (auto close = closeSpelling(name, known); !close.empty()) return close;
  std::string all;
  for (const auto& each : known) all += (all.empty() ? "" : ", ") + each;
  return "; known are " + all;
}

}  // namespace larder
