// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_FLAKY_CONTROLS_HPP
#define LARDER_TESTS_FLAKY_CONTROLS_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>

namespace larder::tiers_test {

/// What a test makes a backend of the flaky plugin do: its extension by this id.
inline constexpr const char* kFlakyControls = "test.larder.flaky/1";

struct FlakyControls {
  std::atomic<bool> down{false};                ///< all but this answers UNAVAILABLE, nothing done
  std::atomic<bool> holdReads{false};           ///< GETs are done, but answered only when this ends
  std::atomic<std::uint32_t> faultPermille{0};  ///< of operations: failed, half of them after they were done
  std::atomic<std::uint64_t> operations{0};     ///< taken so far
  std::atomic<std::uint32_t> heldReads{0};
  std::atomic<std::int64_t> tellsTtl{0};  ///< what GETs tell of the time that is left; 0: nothing
  std::atomic<const larder_invalidation_listener*> listener{nullptr};  ///< with the option `tells`
};

}  // namespace larder::tiers_test

#endif
