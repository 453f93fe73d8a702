// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIT_PLUGINS_SCRIPTED_CONTROLS_HPP
#define LARDER_UNIT_PLUGINS_SCRIPTED_CONTROLS_HPP

#include <larder/backend.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace larder::tests {

/// Controls the scripted plugin; its extension with this id.
inline constexpr const char* kScriptedControls = "test.larder.scripted/1";

/// An in-memory store that looks like a network store. Operations of a held opcode are neither executed nor
/// answered until the test releases them; all others are executed and answered immediately. With the option
/// "shared" it declares that other hosts see its entries. Thread-safe.
class ScriptedControls {
 public:
  virtual ~ScriptedControls() = default;
  /// Holds operations with this code from now on.
  virtual void hold(OpCode code) = 0;
  /// Does the same, but executes them immediately and holds only their answers.
  virtual void holdAnswers(OpCode code) = 0;
  /// Executes and answers the held operations on this thread, and holds no more of them.
  virtual void release(OpCode code) = 0;
  /// Waits until at least `count` operations are held; returns false after 30 s.
  virtual bool awaitHeld(OpCode code, std::size_t count) = 0;
  /// Returns the number of submit calls, each for any number of operations.
  virtual std::uint64_t roundTrips() const = 0;

  static ScriptedControls& of(const Backend& backend) {
    return *static_cast<ScriptedControls*>(const_cast<void*>(backend.extension(kScriptedControls)));
  }
};

}  // namespace larder::tests

#endif
