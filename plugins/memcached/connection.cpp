// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <algorithm>
#include <new>
#include <vector>

namespace larder::memcached {

namespace {

// libmemcached's result object, on the stack because libmemcached frees one on the heap behind the caller's
// back.
class FetchedResult {
 public:
  explicit FetchedResult(memcached_st* handle) { memcached_result_create(handle, &result_); }
  ~FetchedResult() { memcached_result_free(&result_); }
  FetchedResult(const FetchedResult&) = delete;
  FetchedResult& operator=(const FetchedResult&) = delete;

  /// Fetches the next result; false, with the reason in `code`, if there is none.
  bool next(memcached_st* handle, memcached_return_t& code) {
    return memcached_fetch_result(handle, &result_, &code) != nullptr;
  }
  std::string_view key() const {
    return {memcached_result_key_value(&result_), memcached_result_key_length(&result_)};
  }
  void moveInto(Lookup& lookup) {
    lookup.size = memcached_result_length(&result_);
    lookup.cas = memcached_result_cas(&result_);
    lookup.bytes.reset(memcached_result_take_value(&result_));
  }

 private:
  memcached_result_st result_;
};

}  // namespace

Connection::Connection(plugin::Host host, Settings settings, StoreHealth& health, Counters& counters)
    : host_(host),
      settings_(std::move(settings)),
      health_(health),
      counters_(counters),
      handle_(memcached_create(nullptr)),
      longestWait_(settings_.timeout) {
  if (handle_ == nullptr) throw std::bad_alloc();
  const Server& server = settings_.server;
  const auto added = server.isSocket()
                         ? memcached_server_add_unix_socket(handle_.get(), server.host.c_str())
                         : memcached_server_add(handle_.get(), server.host.c_str(), server.port);
  if (memcached_failed(added)) throw plugin::ConfigError("servers: \"" + server.name() + "\" is refused");

  // Use the text protocol: newer memcached versions support only it and its successor, and StoreKeys makes
  // every key safe for it. Sockets never block in libmemcached, so its poll timeout is the effective one.
  memcached_behavior_set(handle_.get(), MEMCACHED_BEHAVIOR_BINARY_PROTOCOL, 0);
  memcached_behavior_set(handle_.get(), MEMCACHED_BEHAVIOR_SUPPORT_CAS, 1);
  memcached_behavior_set(handle_.get(), MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
  memcached_behavior_set(handle_.get(), MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 1);
  limitWaits(settings_.timeout);
}

void Connection::limitWaits(std::chrono::milliseconds longest) {
  longestWait_ = std::clamp(longest, std::chrono::milliseconds(1), settings_.timeout);
  setTimeout(MEMCACHED_BEHAVIOR_POLL_TIMEOUT, longestWait_);
  setTimeout(MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, std::min(longestWait_, settings_.connectTimeout));
}

Reply Connection::fetch(std::span<Lookup> lookups) {
  const bool wasOpen = connected_;
  Reply reply = tryFetch(lookups);
  // Only using the connection reveals that the server restarted or closed it as idle.
  if (reply == Reply::lost && wasOpen && !timedOut_) reply = tryFetch(lookups);
  return reply == Reply::lost ? Reply::unavailable : reply;
}

Reply Connection::tryFetch(std::span<Lookup> lookups) {
  sentNs_ = host_.monotonicNs();
  if (isBackingOff()) return Reply::unavailable;

  std::vector<const char*> keys;
  std::vector<std::size_t> sizes;
  for (Lookup& lookup : lookups) {
    lookup.bytes.reset();
    keys.push_back(lookup.key.data());
    sizes.push_back(lookup.key.size());
  }
  memcached_return_t code = memcached_mget(handle_.get(), keys.data(), sizes.data(), keys.size());
  if (memcached_success(code)) code = receive(lookups);
  if (code != MEMCACHED_SUCCESS) return failed(code);
  answered();
  return Reply::ok;
}

// A reply on another connection to the server ends the back-off for all.
bool Connection::isBackingOff() const {
  return !connected_ && health_.isDown(settings_.serverIndex) && sentNs_ < connectAgainNs_;
}

// The server replies in request order and leaves out absent keys, so matching needs no index and a key may be
// requested twice.
memcached_return_t Connection::receive(std::span<Lookup> lookups) {
  FetchedResult result(handle_.get());
  memcached_return_t code = MEMCACHED_FAILURE;
  auto next = lookups.begin();
  while (result.next(handle_.get(), code)) {
    next =
        std::find_if(next, lookups.end(), [&](const Lookup& lookup) { return lookup.key == result.key(); });
    if (next == lookups.end()) return MEMCACHED_PROTOCOL_ERROR;
    result.moveInto(*next++);
  }
  return code == MEMCACHED_END || code == MEMCACHED_NOTFOUND ? MEMCACHED_SUCCESS : code;
}

Reply Connection::set(std::string_view key, std::span<const char> bytes, std::time_t expiry) {
  return write([&](memcached_st* handle) {
    return memcached_set(handle, key.data(), key.size(), bytes.data(), bytes.size(), expiry, 0);
  });
}

Reply Connection::add(std::string_view key, std::span<const char> bytes, std::time_t expiry) {
  return write([&](memcached_st* handle) {
    return memcached_add(handle, key.data(), key.size(), bytes.data(), bytes.size(), expiry, 0);
  });
}

Reply Connection::compareAndSet(std::string_view key, std::span<const char> bytes, std::time_t expiry,
                                std::uint64_t cas) {
  return write([&](memcached_st* handle) {
    return memcached_cas(handle, key.data(), key.size(), bytes.data(), bytes.size(), expiry, 0, cas);
  });
}

Reply Connection::erase(std::string_view key) {
  return write([&](memcached_st* handle) { return memcached_delete(handle, key.data(), key.size(), 0); });
}

template <class Send>
Reply Connection::write(Send send) {
  if (const Reply reply = ensureConnected(); reply != Reply::ok) return reply;
  sentNs_ = host_.monotonicNs();
  return judge(send(handle_.get()));
}

// libmemcached returns the same code for "could not connect" and for "the connection broke after the command
// was sent". For a write on a connection that has already had a reply, only the latter is possible.
Reply Connection::ensureConnected() {
  if (connected_) return Reply::ok;
  Lookup probe{settings_.probeKey};
  return fetch({&probe, 1});
}

Reply Connection::judge(memcached_return_t code) {
  switch (code) {
    case MEMCACHED_SUCCESS:
    case MEMCACHED_STORED:
    case MEMCACHED_DELETED: answered(); return Reply::ok;
    case MEMCACHED_NOTFOUND: answered(); return Reply::absent;
    case MEMCACHED_DATA_EXISTS: answered(); return Reply::exists;
    case MEMCACHED_NOTSTORED: answered(); return Reply::notStored;
    case MEMCACHED_E2BIG:
      error_ = "the entry is over the server's limit (memcached -I)";
      return Reply::tooLarge;
    case MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE:
      error_ = "the server is out of memory";
      return Reply::noMemory;
    default: return failed(code);
  }
}

Reply Connection::failed(memcached_return_t code) {
  const std::string why = describe(code);
  error_ = "memcached " + settings_.server.name() + ": " + why;
  const bool wasOpen = connected_;
  disconnect();
  switch (code) {
    case MEMCACHED_MEMORY_ALLOCATION_FAILURE: return Reply::noMemory;
    case MEMCACHED_CLIENT_ERROR:
    case MEMCACHED_SERVER_ERROR:
    case MEMCACHED_ERROR:
    case MEMCACHED_PROTOCOL_ERROR:
    case MEMCACHED_PARTIAL_READ:
    case MEMCACHED_UNKNOWN_READ_FAILURE: return Reply::protocol;
    default: break;
  }
  timedOut_ = code == MEMCACHED_TIMEOUT;
  // A wait cut short by a deadline says nothing about the server, and neither does a broken idle connection.
  const bool telling = timedOut_ ? longestWait_ >= std::min(settings_.timeout, kTellingWait) : !wasOpen;
  if (telling) health_.down(settings_.serverIndex, why);
  if (telling && !wasOpen) connectAgainNs_ = host_.monotonicNs() + kBackOffNs;
  return Reply::lost;
}

// libmemcached's own messages mislead: a refused connection is "disabled until timed retry".
std::string Connection::describe(memcached_return_t code) const {
  if (code == MEMCACHED_TIMEOUT) return "no answer within " + std::to_string(longestWait_.count()) + " ms";
  if (code == MEMCACHED_HOST_LOOKUP_FAILURE) return "the host's name is not known";
  const bool connecting =
      code == MEMCACHED_SERVER_TEMPORARILY_DISABLED || code == MEMCACHED_CONNECTION_FAILURE;
  if (connecting) return connected_ ? "the connection was lost" : "cannot connect";
  return memcached_strerror(handle_.get(), code);
}

void Connection::answered() {
  if (!connected_) {
    connected_ = true;
    if (wasConnected_) counters_.countReconnect();
    wasConnected_ = true;
  }
  health_.up(settings_.serverIndex, sentNs_);
}

// memcached_quit first sends a quit command; a stuck server must not delay that.
void Connection::disconnect() noexcept {
  setTimeout(MEMCACHED_BEHAVIOR_POLL_TIMEOUT, std::chrono::milliseconds(1));
  memcached_quit(handle_.get());
  setTimeout(MEMCACHED_BEHAVIOR_POLL_TIMEOUT, longestWait_);
  connected_ = false;
}

void Connection::setTimeout(memcached_behavior_t behavior, std::chrono::milliseconds time) {
  memcached_behavior_set(handle_.get(), behavior, static_cast<std::uint64_t>(time.count()));
}

}  // namespace larder::memcached
