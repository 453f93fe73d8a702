// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_SCRIPTS_HPP
#define LARDER_REDIS_SCRIPTS_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::redis {

/// What one native command can't do atomically, in Lua; the texts are in scripts.cpp. Each takes one key.
enum class Script : std::uint8_t {
  set,         ///< VALUE TTL KEEP PRESENT VERSION: 1, or 0 if a condition did not hold
  erase,       ///< VERSION: 1, 0 if the entry has another version, -1 if there is none
  persist,     ///< 1, or 0 if there is no entry
  increment,   ///< AMOUNT VERSION TTL: the sum as text, or nil if it can't be made
  compareSet,  ///< EXPECTED VALUE TTL: 1, 0 if the value is another, -1 if there is none
  lock,        ///< TOKEN TTL: 1, or 0 if another token has it
  unlock,      ///< TOKEN: 1, 0 if another token has it, -1 if nobody has
  adopt,       ///< GENERATION MARK: the generation that is there if it has the mark, else the new one
  introspect,  ///< the milliseconds left as PTTL tells them and the idle seconds or -1, or nil
};

constexpr std::size_t scriptCount = 9;

std::string_view textOf(Script script);

/// The name by which a server knows a script that it has run before: 40 hexadecimal digits. Empty if it can't
/// be computed: then the text has to travel.
std::string_view hashOf(Script script);

/// Which scripts the server has, as far as is known: those are called by their hash, a tenth of their text.
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
