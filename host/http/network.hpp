// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_NETWORK_HPP
#define LARDER_HTTP_NETWORK_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::http {

/// As IPv6 has it; IPv4 is ::ffff:a.b.c.d.
using IpAddress = std::array<std::uint8_t, 16>;

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711". Nothing if it is none of these.
std::optional<IpAddress> parseIp(std::string_view text);

/// "192.0.2.1" or "2001:db8::1", without a port.
std::string textOf(const IpAddress& address);

/// The addresses that begin with the same bits.
class Network {
 public:
  /// An address, or one with the number of its bits behind it: "10.0.0.0/8". Nothing if it is neither.
  static std::optional<Network> parse(std::string_view text);

  bool has(const IpAddress& address) const;

 private:
  Network(const IpAddress& base, unsigned bits) : base_(base), bits_(bits) {}

  IpAddress base_;
  unsigned bits_;
};

}  // namespace larder::http

#endif
