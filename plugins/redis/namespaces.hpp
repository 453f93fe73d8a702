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

/// The known state of one namespace, and its commands in flight.
///
/// CLEAR_NAMESPACE gives the namespace a new generation, and any host may do so at any time. A cached
/// generation is therefore only a guess, and a GET of the generation's key precedes the first operation of
/// each flush. If the reply differs from the guess, the operations after it went to unreachable entries:
/// their replies are dropped and they are sent again, in order.
///
/// While `blocked`, new operations are held back so that none overtakes the others. A single rule ends it: a
/// blocked namespace is freed as soon as none of its commands is in flight.
struct Namespace {
  enum class Verdict : std::uint8_t {
    holds,    ///< the guess was right
    stale,    ///< the guess was wrong
    unknown,  ///< the GET failed
  };

  explicit Namespace(std::string start)
      : keyStart(std::move(start)), generationKey(keyStart + "generation") {}

  /// Returns the prefix of the keys of all entries of `generation`.
  std::string entryStart(const Generation& generation) const {
    return std::string(keyStart).append(view(generation)).append(":");
  }

  /// Uses `generation`, or none, from now on.
  void adopt(const std::optional<Generation>& generation);

  std::string keyStart;
  std::string generationKey;  ///< too short to collide with an entry's key

  std::optional<Generation> current;  ///< the guess
  std::string currentEntryStart;      ///< entryStart(*current)
  std::uint64_t checkedInFlush = 0;   ///< the last flush with a GET of generationKey

  // From the replies to commands in flight.
  Verdict verdict = Verdict::holds;     ///< of the last answered check
  std::optional<Generation> successor;  ///< becomes current when the namespace is free again
  Generation proposed{};                ///< the generation that a command in flight introduces
  larder_status failure = LARDER_OK;    ///< why the generation could not be read or created
  std::string failureText;

  bool blocked = false;
  std::uint32_t underWay = 0;     ///< unanswered commands; more than 0 while blocked
  std::vector<RequestRef> again;  ///< to be sent again, in order, ahead of `held`
  std::vector<RequestRef> held;   ///< arrived while blocked, in order
};

/// How the keys of a namespace begin, after the prefix.
enum class KeyForm : std::uint8_t {
  server,       ///< "{LENGTH:NAME}:"
  clusterPart,  ///< "NAME:", where NAME is from nameInPart and has a hash tag of its own
};

/// Returns the prefix of all keys of the namespace `name`.
std::string startOfKeys(KeyForm form, std::string_view keyPrefix, std::string_view name);

/// Returns the prefix of the locks of a namespace. Locks are independent of clears and generations, and
/// cannot collide with entries because a generation's name is hexadecimal.
std::string startOfLocks(KeyForm form, std::string_view keyPrefix, std::string_view name);

/// The meaning of a key in Redis: an entry, or the generation of a namespace.
struct StoredKey {
  std::string_view nameSpace;
  std::optional<std::string_view> key;  ///< nullopt: the generation
};

/// Parses a Redis key that Namespace created; nullopt for any other key. The views point into `text`. In a
/// cluster the namespace is the one that the part belongs to.
std::optional<StoredKey> readStoredKey(KeyForm form, std::string_view keyPrefix, std::string_view text);

/// The namespaces in use, created on demand and dropped when there are too many. References stay valid while
/// one of the namespace's commands is in flight. Used by the I/O thread only.
class Namespaces {
 public:
  /// `keyPrefix` begins every key in Redis. At most `limit` idle namespaces are kept.
  Namespaces(KeyForm form, std::string keyPrefix, std::size_t limit)
      : form_(form), keyPrefix_(std::move(keyPrefix)), limit_(limit) {}

  Namespace& find(std::string_view name);

  /// Returns the prefix of the locks of the namespace `name`.
  std::string locksOf(std::string_view name) const { return startOfLocks(form_, keyPrefix_, name); }

  /// Records that nothing is in flight any more, because the connection is lost. Generations stay, as
  /// guesses.
  void settleAll();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  KeyForm form_;
  std::string keyPrefix_;
  std::size_t limit_;
  std::unordered_map<std::string, Namespace, Hash, std::equal_to<>> namespaces_;
};

}  // namespace larder::redis

#endif
