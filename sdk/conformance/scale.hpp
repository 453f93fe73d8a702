// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SCALE_HPP
#define LARDER_CONFORMANCE_SCALE_HPP

#include <chrono>

namespace larder::conformance {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define LARDER_CONFORMANCE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define LARDER_CONFORMANCE_SANITIZED 1
#endif
#endif

#ifdef LARDER_CONFORMANCE_SANITIZED
inline constexpr int kSlowdown = 10;
#else
inline constexpr int kSlowdown = 1;
#endif

/// Returns the volume of work to do: all of it, or a tenth in a build with sanitizers.
constexpr int scaled(int volume) { return volume / kSlowdown; }

/// Returns the delay to tolerate for an event: the contract's, plus the cost of a loaded machine and a slow
/// build.
constexpr std::chrono::milliseconds tolerance(std::chrono::milliseconds allowed) {
  return kSlowdown * allowed + std::chrono::milliseconds(250);
}

}  // namespace larder::conformance

#endif
