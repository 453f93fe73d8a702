// SPDX-License-Identifier: Apache-2.0
#include "socket_address.hpp"

#include <larder/async/resolver.hpp>

#include <sys/un.h>

#include <utility>

namespace larder::memcached {

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
  using Addresses = std::vector<plugin::Address>;
  if (server_.isSocket()) {
    if (server_.host.size() >= sizeof(sockaddr_un::sun_path)) return nullptr;
    return std::make_shared<const Addresses>(1, plugin::Address::ofUnixSocket(server_.host));
  }
  const plugin::HostPort host{server_.host, server_.port};
  plugin::Resolution found = ask ? plugin::Resolver::lookUp(host) : plugin::Resolver::numeric(host);
  if (found.addresses.empty()) return nullptr;
  return std::make_shared<const Addresses>(std::move(found.addresses));
}

}  // namespace larder::memcached
