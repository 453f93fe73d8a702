// SPDX-License-Identifier: Apache-2.0
#include "users/client_network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace larder::users {

std::string networkOf(const std::string& address) {
  in6_addr bytes;
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) return address;
  std::fill(std::begin(bytes.s6_addr) + 8, std::end(bytes.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text;
  return std::string(::inet_ntop(AF_INET6, &bytes, text.data(), text.size())) + "/64";
}

}  // namespace larder::users
