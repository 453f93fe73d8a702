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

/// The outcome of one command.
enum class Reply {
  ok,
  absent,       ///< the key holds nothing
  exists,       ///< the entry has changed since it was read
  notStored,    ///< the key already holds something
  tooLarge,     ///< over the server's -I; the previous entry is gone
  noMemory,     ///< the server or this process is out of memory
  unavailable,  ///< nothing was sent, or only reads
  lost,         ///< a write was sent and no reply came
  protocol,     ///< an error reply or unparsable bytes
};

/// A key to read and the value found.
struct Lookup {
  std::string key;
  MallocBytes bytes{};  ///< NULL if nothing was found
  std::size_t size = 0;
  std::uint64_t cas = 0;

  bool found() const { return bytes != nullptr; }
  std::string_view view() const { return {bytes.get(), size}; }
};

/// One connection to one server. It owns libmemcached's handle and connects on demand.
///
/// It closes the socket after a timeout or an unexpected reply, because later bytes would be taken for the
/// reply to the next command. After a failed connection attempt it backs off for half a second and returns
/// `unavailable` at once, unless another connection to the same server succeeds. Blocks. Not thread-safe.
class Connection {
 public:
  struct Settings {
    Server server;
    std::size_t serverIndex;  ///< in StoreHealth
    std::string probeKey;
    std::chrono::milliseconds timeout;
    std::chrono::milliseconds connectTimeout;
  };

  /// Throws std::bad_alloc. Does not connect. `health` and `counters` must outlive it.
  Connection(plugin::Host host, Settings settings, StoreHealth& health, Counters& counters);

  /// Sets the longest wait of the following commands, at most `timeout`.
  void limitWaits(std::chrono::milliseconds longest);

  /// Reads several keys in one round trip. Returns `ok` if the server replied, whether or not it has the
  /// keys. Retries once on a new connection if the server had closed the old one.
  Reply fetch(std::span<Lookup> lookups);

  Reply set(std::string_view key, std::span<const char> bytes, std::time_t expiry);
  Reply add(std::string_view key, std::span<const char> bytes, std::time_t expiry);
  /// Stores the entry only if the present one still has the number `cas`.
  Reply compareAndSet(std::string_view key, std::span<const char> bytes, std::time_t expiry,
                      std::uint64_t cas);
  Reply erase(std::string_view key);

  /// Closes the socket, so that late bytes cannot be taken for the reply to a later command.
  void disconnect() noexcept;

  /// Returns a text that says why the last command failed.
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
  std::uint64_t sentNs_ = 0;  // when the last command began
  bool connected_ = false;    // the server has replied on the open socket
  bool wasConnected_ = false;
  bool timedOut_ = false;
  std::string error_;
};

}  // namespace larder::memcached

#endif
