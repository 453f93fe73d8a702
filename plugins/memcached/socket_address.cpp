// SPDX-License-Identifier: Apache-2.0
#include "socket_address.hpp"

#include <netdb.h>
#include <sys/un.h>

#include <cstring>

namespace larder::memcached {

namespace {

using Addresses = std::vector<SocketAddress>;

SocketAddresses unixSocket(const std::string& path) {
  SocketAddress address;
  auto& bytes = reinterpret_cast<sockaddr_un&>(address.bytes);
  bytes.sun_family = AF_UNIX;
  if (path.size() >= sizeof bytes.sun_path) return nullptr;
  std::memcpy(bytes.sun_path, path.c_str(), path.size() + 1);
  address.size = sizeof bytes;
  return std::make_shared<const Addresses>(1, address);
}

}  // namespace

ServerAddress::ServerAddress(const Server& server)
    : server_(server), known_(lookUp(false)), isNumeric_(known_ != nullptr), isKnown_(isNumeric_) {}

SocketAddresses ServerAddress::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

SocketAddresses ServerAddress::resolve() {
  if (auto addresses = known()) return addresses;
  auto addresses = lookUp(true);
  const std::lock_guard lock(mutex_);
  known_ = addresses;
  isKnown_ = addresses != nullptr;
  return addresses;
}

void ServerAddress::forget() {
  if (isNumeric_) return;
  const std::lock_guard lock(mutex_);
  known_ = nullptr;
  isKnown_ = false;
}

SocketAddresses ServerAddress::lookUp(bool ask) const {
  if (server_.isSocket()) return unixSocket(server_.host);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (ask ? AI_ADDRCONFIG : AI_NUMERICHOST);
  addrinfo* found = nullptr;
  if (::getaddrinfo(server_.host.c_str(), std::to_string(server_.port).c_str(), &hints, &found) != 0)
    return nullptr;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  auto addresses = std::make_shared<Addresses>();
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    SocketAddress address;
    std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
    address.size = each->ai_addrlen;
    addresses->push_back(address);
  }
  return addresses;
}

}  // namespace larder::memcached
