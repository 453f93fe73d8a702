// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_PLUGINS_SCRIPTED_CONTROLS_HPP
#define LARDER_UNIT_PLUGINS_SCRIPTED_CONTROLS_HPP

#include <larder/backend.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <thread>

namespace larder::tests {

/// What a test makes the scripted plugin do: its extension by this id.
inline constexpr const char* kScriptedControls = "test.larder.scripted/1";

/// A store in memory that looks like one behind a network. Operations of an opcode that is held are neither
/// done nor answered until the test lets them go; all others are done and answered at once. With the option
/// "shared" it says that other hosts see its entries. Thread-safe.
class ScriptedControls {
 public:
  virtual ~ScriptedControls() = default;
  /// Operations of this code that come from now on wait.
  virtual void hold(OpCode code) = 0;
  /// The same, but they are done at once and only their answers wait.
  virtual void holdAnswers(OpCode code) = 0;
  /// Does and answers those that wait, on this thread, and holds no more of them.
  virtual void release(OpCode code) = 0;
  virtual std::size_t held(OpCode code) const = 0;
  /// How often operations were handed over, however many at once.
  virtual std::uint64_t roundTrips() const = 0;

  /// False if so many were not held within ten seconds.
  bool awaitHeld(OpCode code, std::size_t count) const {
    for (int i = 0; i < 10'000 && held(code) < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return held(code) >= count;
  }

  static ScriptedControls& of(const Backend& backend) {
    return *static_cast<ScriptedControls*>(const_cast<void*>(backend.extension(kScriptedControls)));
  }
};

}  // namespace larder::tests

#endif
