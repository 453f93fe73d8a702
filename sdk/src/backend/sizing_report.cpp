// SPDX-License-Identifier: Apache-2.0
#include <larder/sizing.hpp>

#include <larder/sizing.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace larder {
namespace {

constexpr std::uint32_t kMostPoints = 8;

double ratio(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(all);
}

}  // namespace

double Sizing::hitRatio(const Point& point) const {
  if (gets == 0) return 0.0;
  const auto same =
      std::find_if(points.begin(), points.end(), [](const Point& p) { return p.percent == 100; });
  double missed = ratio(point.misses, gets);
  if (same != points.end() && same->misses != 0)
    missed *= static_cast<double>(misses) / static_cast<double>(same->misses);
  return 1.0 - std::clamp(missed, 0.0, 1.0);
}

// Asks within withTable, since the backend may be replaced at any time.
std::optional<Sizing> sizing(const Backend& backend) {
  std::array<larder_sizing_point, kMostPoints> points{};
  larder_sizing_report report{};
  report.struct_size = sizeof report;
  report.points = points.data();
  backend.withTable([&report](const larder_backend& table) {
    const std::string_view id = LARDER_SIZING;
    const void* const extension = table.get_extension(table.self, {id.data(), id.size()});
    const auto* const found = static_cast<const larder_sizing*>(extension);
    if (found == nullptr || !LARDER_HAS(found, larder_sizing, report)) return;
    report.count = kMostPoints;
    found->report(table.self, &report);
  });
  if (report.count == 0) return std::nullopt;
  Sizing answer;
  answer.gets = report.gets;
  answer.misses = report.misses;
  for (std::uint32_t i = 0; i < std::min(report.count, kMostPoints); ++i)
    answer.points.push_back({static_cast<unsigned>(points[i].percent), points[i].misses});
  return answer;
}

}  // namespace larder
