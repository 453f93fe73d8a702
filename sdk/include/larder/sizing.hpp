// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SIZING_HPP
#define LARDER_SIZING_HPP

#include <larder/backend.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace larder {

/// What a bounded backend would have answered since it was opened if it had less or more memory, by its own
/// estimate.
struct Sizing {
  struct Point {
    unsigned percent = 100;    ///< of the memory that the backend has
    std::uint64_t misses = 0;  ///< estimated; never decreases
  };

  std::uint64_t gets = 0;     ///< GETs covered by the estimate, perhaps not all since the start
  std::uint64_t misses = 0;   ///< of these, counted rather than estimated
  std::vector<Point> points;  ///< by ascending percent; never empty

  /// Returns the share of the GETs, 0 to 1, that would be hits at that size. The counted misses correct the
  /// estimate: its error at 100 percent is subtracted at the other sizes too. 0 without GETs.
  double hitRatio(const Point& point) const;
};

/// Returns the estimate since the backend was opened; nullopt if the backend makes none. Uses
/// larder.sizing/1, see larder/sizing.h. Thread-safe. Does not block. Throws std::bad_alloc.
std::optional<Sizing> sizing(const Backend& backend);

}  // namespace larder

#endif
