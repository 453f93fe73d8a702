// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_FLAKY_CONTROLS_HPP
#define LARDER_TESTS_FLAKY_CONTROLS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::tiers_test {

/// Controls of a flaky plugin's backend, which it exposes as the extension with this id.
inline constexpr const char* kFlakyControls = "test.larder.flaky/1";

struct FlakyControls {
  std::atomic<bool> down{false};                ///< every operation answers UNAVAILABLE and has no effect
  std::atomic<bool> holdReads{false};           ///< GETs are executed, but answered only once this is reset
  std::atomic<std::uint32_t> faultPermille{0};  ///< operations that fail, half of them after taking effect
  std::atomic<std::uint64_t> operations{0};     ///< received so far
  std::atomic<std::uint32_t> heldReads{0};
  std::atomic<std::int64_t> tellsTtl{0};  ///< remaining ttl that GETs report; 0: not reported
  std::atomic<const larder_invalidation_listener*> listener{nullptr};  ///< set with the option `tells`
};

}  // namespace larder::tiers_test

#endif
