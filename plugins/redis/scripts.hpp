// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_SCRIPTS_HPP
#define LARDER_REDIS_SCRIPTS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::redis {

/// Lua scripts for operations that no single native command performs atomically; the texts are in
/// scripts.cpp. Each takes one key.
enum class Script : std::uint8_t {
  set,         ///< VALUE TTL KEEP PRESENT VERSION: 1, or 0 if a condition did not hold
  erase,       ///< VERSION: 1, 0 if the entry has another version, -1 if there is none
  persist,     ///< 1, or 0 if there is no entry
  increment,   ///< AMOUNT VERSION TTL: the sum as text, or nil if it cannot be computed
  compareSet,  ///< EXPECTED VALUE TTL: 1, 0 if the value differs, -1 if there is none
  lock,        ///< TOKEN TTL: 1, or 0 if another token holds the lock
  unlock,      ///< TOKEN: 1, 0 if another token holds the lock, -1 if it is free
  adopt,       ///< GENERATION MARK: the present generation if it has the mark, else the new one
  introspect,  ///< PTTL's remaining ms, and the idle seconds or -1; nil if there is no entry
};

constexpr std::size_t scriptCount = 9;

std::string_view textOf(Script script);

/// Returns the name by which a server knows a script that it has run before: 40 hexadecimal digits. Empty if
/// it cannot be computed; the script's text is then sent.
std::string_view hashOf(Script script);

/// The scripts that the server is known to have. They are called by their hash, which is a tenth of their
/// text.
class KnownScripts {
 public:
  bool has(Script script) const { return known_[static_cast<std::size_t>(script)]; }
  void add(Script script) { known_[static_cast<std::size_t>(script)] = true; }
  void forget() { known_ = {}; }

 private:
  std::array<bool, scriptCount> known_{};
};

}  // namespace larder::redis

#endif
