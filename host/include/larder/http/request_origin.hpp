// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_ORIGIN_HPP
#define LARDER_HTTP_REQUEST_ORIGIN_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <larder/http/request.hpp>

namespace larder::http {

/// The fields in which a proxy reports its client. The other ones may come from the client and are not
/// trusted.
enum class ForwardedBy : std::uint8_t {
  xForwarded,  ///< X-Forwarded-For and X-Forwarded-Proto
  forwarded    ///< Forwarded (RFC 7239)
};

struct OriginOptions {
  /// Peers whose report about the client is trusted: addresses, networks as "10.0.0.0/8", "unix" for peers on
  /// a Unix socket. Empty: the client is always the peer.
  std::vector<std::string> trustedProxies{};
  ForwardedBy forwardedBy = ForwardedBy::xForwarded;
  /// Names of this server, without ports. Requests for any of them are treated as requests for the first.
  std::vector<std::string> hosts{};
};

/// Determines a request's real client and host behind proxies and aliases. Thread-safe.
class RequestOrigin {
 public:
  /// Throws std::invalid_argument with the reason if an address, a network or a name is malformed.
  explicit RequestOrigin(const OriginOptions& options);
  ~RequestOrigin();
  RequestOrigin(const RequestOrigin&) = delete;
  RequestOrigin& operator=(const RequestOrigin&) = delete;

  /// Sets clientAddress and secure to what trusted proxies report, and Host and Origin to the canonical name.
  /// On entry, clientAddress is the peer's address, empty for a peer on a Unix socket.
  void settle(Request& request) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;  // null: nothing to do
};

}  // namespace larder::http

#endif
