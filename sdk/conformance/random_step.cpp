// SPDX-License-Identifier: Apache-2.0
#include "random_step.hpp"

#include <array>
#include <iterator>
#include <utility>

namespace larder::conformance {
namespace {

constexpr std::array kCodes = {OpCode::get,   OpCode::get, OpCode::get,    OpCode::set,
                               OpCode::set,   OpCode::set, OpCode::set,    OpCode::erase,
                               OpCode::touch, OpCode::ttl, OpCode::exists, OpCode::clearNamespace};

constexpr std::array<std::uint32_t, 8> kFlags = {0,
                                                 0,
                                                 0,
                                                 LARDER_IF_ABSENT,
                                                 LARDER_IF_PRESENT,
                                                 LARDER_IF_VERSION,
                                                 LARDER_KEEP_TTL,
                                                 LARDER_IF_VERSION | LARDER_IF_PRESENT};

constexpr std::uint32_t kConditions = LARDER_IF_ABSENT | LARDER_IF_PRESENT | LARDER_KEEP_TTL;

bool isDeclared(OpCode code, std::uint64_t capabilities) {
  switch (code) {
    case OpCode::touch:
    case OpCode::ttl: return (capabilities & LARDER_CAP_TTL) != 0;
    case OpCode::clearNamespace: return (capabilities & LARDER_CAP_CLEAR) != 0;
    default: return true;
  }
}

std::uint32_t declaredOf(std::uint32_t flags, std::uint64_t capabilities) {
  if ((capabilities & LARDER_CAP_CONDITIONS) == 0) flags &= ~kConditions;
  if ((capabilities & LARDER_CAP_VERSIONS) == 0) flags &= ~std::uint32_t{LARDER_IF_VERSION};
  return flags;
}

std::string_view nameOf(OpCode code) {
  switch (code) {
    case OpCode::get: return "GET";
    case OpCode::set: return "SET";
    case OpCode::erase: return "DELETE";
    case OpCode::touch: return "TOUCH";
    case OpCode::exists: return "EXISTS";
    case OpCode::ttl: return "TTL";
    case OpCode::clearNamespace: return "CLEAR_NAMESPACE";
    case OpCode::ping: return "PING";
    default: return "?";  // opcodes of extensions are never drawn
  }
}

}  // namespace

RandomStep drawStep(std::mt19937_64& random, std::uint64_t capabilities) {
  const auto below = [&random](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  RandomStep step;
  do {
    step.code = kCodes[below(kCodes.size())];
  } while (!isDeclared(step.code, capabilities));
  step.space = below(RandomStep::kSpaces);
  step.key = below(std::size(RandomStep::kKeys));
  step.rightVersion = below(3) != 0;
  if (step.code == OpCode::set) {
    step.flags = kFlags[below(kFlags.size())];
    step.valueSize = below(300);
    step.letter = static_cast<unsigned>(below(26));
  }
  if (step.code == OpCode::erase && below(2) == 0) step.flags = LARDER_IF_VERSION;
  step.flags = declaredOf(step.flags, capabilities);
  return step;
}

std::string describe(const RandomStep& step) {
  std::string text(nameOf(step.code));
  text += " " + std::to_string(step.space);
  if (step.code == OpCode::clearNamespace) return text;
  const auto key = RandomStep::kKeys[step.key];
  text += "/\"" + (key == "\xff" ? std::string("\\xff") : std::string(key)) + "\"";
  if (step.code == OpCode::set)
    text += ", " + std::to_string(step.valueSize) + " bytes of '" +
            static_cast<char>('a' + step.letter % 26) + "'";
  for (const auto& [flag, name] :
       {std::pair{LARDER_IF_ABSENT, "IF_ABSENT"}, std::pair{LARDER_IF_PRESENT, "IF_PRESENT"},
        std::pair{LARDER_KEEP_TTL, "KEEP_TTL"}})
    if ((step.flags & flag) != 0) text += std::string(", ") + name;
  if ((step.flags & LARDER_IF_VERSION) != 0)
    text += step.rightVersion ? ", IF_VERSION of the entry" : ", IF_VERSION of no entry";
  return text;
}

}  // namespace larder::conformance
