// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_NETWORK_HPP
#define LARDER_HTTP_NETWORK_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

/// An IPv6 address; IPv4 addresses are mapped to ::ffff:a.b.c.d.
using IpAddress = std::array<std::uint8_t, 16>;

/// Parses "192.0.2.1", "192.0.2.1:4711", "2001:db8::1" or "[2001:db8::1]:4711"; nullopt for anything else.
std::optional<IpAddress> parseIp(std::string_view text);

/// Returns "192.0.2.1" or "2001:db8::1", without a port.
std::string textOf(const IpAddress& address);

/// A set of addresses with a common prefix.
class Network {
 public:
  /// Parses an address, or an address with a prefix length: "10.0.0.0/8". nullopt for anything else.
  static std::optional<Network> parse(std::string_view text);

  bool has(const IpAddress& address) const;

 private:
  Network(const IpAddress& base, unsigned bits) : base_(base), bits_(bits) {}

  IpAddress base_;
  unsigned bits_;
};

}  // namespace larder::http

#endif
