// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CONNECTION_HPP
#define LARDER_MEMCACHED_CONNECTION_HPP

#include "counters.hpp"
#include "pending_op.hpp"
#include "server_list.hpp"
#include "store_health.hpp"

#include <larder/plugin.hpp>

#include <libmemcached/memcached.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace larder::memcached {

/// How a server answered one command.
enum class Reply {
  ok,
  absent,       ///< nothing under the key
  exists,       ///< it changed since it was read
  notStored,    ///< there is something under the key
  tooLarge,     ///< over the server's -I; what was there is gone
  noMemory,     ///< the server's or ours
  unavailable,  ///< nothing was sent, or only reads
  lost,         ///< a write was sent and no answer came
  protocol,     ///< an error or nonsense
};

/// A key to read, and what was found.
struct Lookup {
  std::string key;
  MallocBytes bytes{};  ///< NULL if nothing was found
  std::size_t size = 0;
  std::uint64_t cas = 0;

  bool found() const { return bytes != nullptr; }
  std::string_view view() const { return {bytes.get(), size}; }
};

/// One connection to one server: owns libmemcached's handle and connects when needed.
///
/// After a time-out or any answer that it did not expect it closes the socket, because what arrives there
/// later would be taken for the answer to the next command. After a failed attempt to connect it makes no
/// other for half a second and answers `unavailable` at once, unless another connection to the same server
/// gets through. Blocks. One thread at a time.
class Connection {
 public:
  struct Settings {
    Server server;
    std::size_t serverIndex;  ///< in StoreHealth
    std::string probeKey;
    std::chrono::milliseconds timeout;
    std::chrono::milliseconds connectTimeout;
  };

  /// Throws std::bad_alloc. Does not connect. `health` and `counters` outlive it.
  Connection(plugin::Host host, Settings settings, StoreHealth& health, Counters& counters);

  /// The longest wait of the commands that follow, until it is set again; `timeout` bounds it.
  void limitWaits(std::chrono::milliseconds longest);

  /// Reads several keys in one round trip: `ok` if the server answered, whatever it found. Tries once more
  /// on a new connection if the server had closed the old one.
  Reply fetch(std::span<Lookup> lookups);

  Reply set(std::string_view key, std::span<const char> bytes, std::time_t expiry);
  Reply add(std::string_view key, std::span<const char> bytes, std::time_t expiry);
  /// Stores if what is there is still what `cas` names.
  Reply compareAndSet(std::string_view key, std::span<const char> bytes, std::time_t expiry,
                      std::uint64_t cas);
  Reply erase(std::string_view key);

  /// Closes the socket: what it may still bring belongs to no later command.
  void disconnect() noexcept;

  /// Why the last command failed, in words.
  const std::string& error() const { return error_; }

 private:
  struct FreeHandle {
    void operator()(memcached_st* handle) const { memcached_free(handle); }
  };

  template <class Send>
  Reply write(Send send);
  Reply ensureConnected();
  Reply tryFetch(std::span<Lookup> lookups);
  bool isBackingOff() const;
  memcached_return_t receive(std::span<Lookup> lookups);
  Reply judge(memcached_return_t code);
  Reply failed(memcached_return_t code);
  std::string describe(memcached_return_t code) const;
  void answered();
  void setTimeout(memcached_behavior_t behavior, std::chrono::milliseconds time);

  const plugin::Host host_;
  const Settings settings_;
  StoreHealth& health_;
  Counters& counters_;
  std::unique_ptr<memcached_st, FreeHandle> handle_;
  std::chrono::milliseconds longestWait_;
  std::uint64_t connectAgainNs_ = 0;
  std::uint64_t sentNs_ = 0;  // when the last command was begun
  bool connected_ = false;    // the server has answered on the socket that is open
  bool wasConnected_ = false;
  bool timedOut_ = false;
  std::string error_;
};

}  // namespace larder::memcached

#endif
