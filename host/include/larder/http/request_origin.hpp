// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_ORIGIN_HPP
#define LARDER_HTTP_REQUEST_ORIGIN_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <larder/http/request.hpp>

namespace larder::http {

/// Which fields a proxy writes for whom it forwards. The other ones are a client's own words.
enum class ForwardedBy : std::uint8_t {
  xForwarded,  ///< X-Forwarded-For and X-Forwarded-Proto
  forwarded    ///< Forwarded (RFC 7239)
};

struct OriginOptions {
  /// Peers whose word on the client counts: addresses, networks as "10.0.0.0/8", "unix" for those of a Unix
  /// socket. None: the client is the peer that opened the connection.
  std::vector<std::string> trustedProxies{};
  ForwardedBy forwardedBy = ForwardedBy::xForwarded;
  /// Names of this server, without ports: a request for any of them is one for the first.
  std::vector<std::string> hosts{};
};

/// Tells from whom a request really comes, and for which host it is, where a proxy or several names stand in
/// between. Thread-safe.
class RequestOrigin {
 public:
  /// Throws std::invalid_argument, which says what is wrong, if an address, a network or a name is none.
  explicit RequestOrigin(const OriginOptions& options);
  ~RequestOrigin();
  RequestOrigin(const RequestOrigin&) = delete;
  RequestOrigin& operator=(const RequestOrigin&) = delete;

  /// Sets the request's clientAddress and secure by what trusted proxies say of it, and its Host and Origin
  /// to the canonical name. `clientAddress` is the peer's when called, empty for one of a Unix socket.
  void settle(Request& request) const;

 private:
  struct Rules;
  std::unique_ptr<const Rules> rules_;  // null: there is nothing to do
};

}  // namespace larder::http

#endif
