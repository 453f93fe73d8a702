// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_NAMESPACES_HPP
#define LARDER_REDIS_NAMESPACES_HPP

#include "generation.hpp"
#include "request.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace larder::redis {

/// What is known of one namespace, and which of its commands are in flight.
///
/// CLEAR_NAMESPACE gives the namespace a new generation, which any host may do at any time. So a cached
/// generation is only a guess, and the first operation of a flush is preceded by a GET of the generation's
/// key. If its answer is not the guess, the operations behind it went to entries that are no more: their
/// answers are dropped and they are sent again, in their order.
///
/// While `blocked`, new operations are held back, so that none overtakes. One rule ends it: a blocked
/// namespace is free again as soon as none of its commands is in flight.
struct Namespace {
  enum class Verdict : std::uint8_t {
    holds,    ///< the guess was right
    stale,    ///< it was wrong
    unknown,  ///< the GET failed
  };

  explicit Namespace(std::string start)
      : keyStart(std::move(start)), generationKey(keyStart + "generation") {}

  /// How the keys of the entries of `generation` begin.
  std::string entryStart(const Generation& generation) const {
    return std::string(keyStart).append(view(generation)).append(":");
  }

  /// Uses `generation`, or none, from now on.
  void adopt(const std::optional<Generation>& generation);

  std::string keyStart;
  std::string generationKey;  ///< too short to be an entry's key, so it can't be one

  std::optional<Generation> current;  ///< the guess
  std::string currentEntryStart;      ///< entryStart(*current)
  std::uint64_t checkedInFlush = 0;   ///< the last flush that holds a GET of generationKey

  // The answers to commands in flight.
  Verdict verdict = Verdict::holds;     ///< of the last check answered
  std::optional<Generation> successor;  ///< what becomes current when the namespace is free again
  Generation proposed{};                ///< the generation that a command in flight wants to introduce
  larder_status failure = LARDER_OK;    ///< why the generation could not be read or made
  std::string failureText;

  bool blocked = false;
  std::uint32_t underWay = 0;     ///< commands sent and not answered; more than 0 while blocked
  std::vector<RequestRef> again;  ///< to be sent once more, in order; they come before `held`
  std::vector<RequestRef> held;   ///< arrived while blocked, in order
};

/// How all keys of the namespace `name` begin.
std::string startOfKeys(std::string_view keyPrefix, std::string_view name);

/// How the locks of a namespace begin. Neither clears nor generations concern them, and they can't be taken
/// for entries: a generation's name is hexadecimal.
std::string startOfLocks(std::string_view keyPrefix, std::string_view name);

/// What a key in Redis stands for: an entry, or the generation of a namespace.
struct StoredKey {
  std::string_view nameSpace;
  std::optional<std::string_view> key;  ///< nullopt: the generation
};

/// Reads a key in Redis that Namespace has made; nullopt if it is none. The views are into `text`.
std::optional<StoredKey> readStoredKey(std::string_view keyPrefix, std::string_view text);

/// The namespaces in use, made on demand and forgotten when there are too many. References stay valid
/// while one of their commands is in flight. For the I/O thread.
class Namespaces {
 public:
  /// `keyPrefix` begins every key in Redis. At most `limit` idle namespaces are remembered.
  Namespaces(std::string keyPrefix, std::size_t limit) : keyPrefix_(std::move(keyPrefix)), limit_(limit) {}

  Namespace& find(std::string_view name);

  const std::string& keyPrefix() const { return keyPrefix_; }

  /// Nothing is in flight any more, because the connection is gone. Generations stay, as guesses.
  void settleAll();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::string keyPrefix_;
  std::size_t limit_;
  std::unordered_map<std::string, Namespace, Hash, std::equal_to<>> namespaces_;
};

}  // namespace larder::redis

#endif
