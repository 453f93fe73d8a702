// SPDX-License-Identifier: Apache-2.0
#include "http/network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace larder::http {
namespace {

constexpr std::size_t kV4At = 12;  // where an IPv4 address begins in its IPv6 form
constexpr unsigned kV4Bits = 96;   // the bits before it

bool isV4(const IpAddress& address) {
  constexpr std::array<std::uint8_t, kV4At> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

std::string_view withoutPort(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    const bool closed = end != std::string_view::npos && (end + 1 == text.size() || text[end + 1] == ':');
    return closed ? text.substr(1, end - 1) : std::string_view();
  }
  const auto colon = text.find(':');
  const bool one = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  return one ? text.substr(0, colon) : text;
}

std::optional<IpAddress> parseBare(const std::string& text) {
  IpAddress address{};
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) == 1) return address;
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) != 1) return std::nullopt;
  address[10] = address[11] = 0xff;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&v4);
  std::copy(bytes, bytes + sizeof v4, address.begin() + kV4At);
  return address;
}

std::optional<unsigned> parseBits(std::string_view text) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return bits;
}

}  // namespace

// inet_pton reads to the first NUL, which a header cannot have.
std::optional<IpAddress> parseIp(std::string_view text) { return parseBare(std::string(withoutPort(text))); }

std::string textOf(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (isV4(address))
    ::inet_ntop(AF_INET, &address[kV4At], text.data(), text.size());
  else
    ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = parseBare(std::string(text.substr(0, slash)));
  if (!base) return std::nullopt;
  const unsigned before = isV4(*base) ? kV4Bits : 0;
  if (slash == std::string_view::npos) return Network(*base, 128);
  const auto bits = parseBits(text.substr(slash + 1));
  if (!bits || *bits + before > 128) return std::nullopt;
  return Network(*base, *bits + before);
}

bool Network::has(const IpAddress& address) const {
  const auto whole = bits_ / 8;
  if (!std::equal(base_.begin(), base_.begin() + whole, address.begin())) return false;
  const auto rest = bits_ % 8;
  return rest == 0 || (base_[whole] ^ address[whole]) >> (8 - rest) == 0;
}

}  // namespace larder::http
