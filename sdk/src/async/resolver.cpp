// SPDX-License-Identifier: Apache-2.0
#include <larder/async/resolver.hpp>

#include <netdb.h>

#include <cstring>
#include <exception>
#include <memory>
#include <utility>

namespace larder::plugin {
namespace {

Resolution addressesOf(const HostPort& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  Resolution resolution;
  resolution.host = host;
  const int error = ::getaddrinfo(host.host.c_str(), std::to_string(host.port).c_str(), &hints, &found);
  if (error != 0) {
    resolution.failure = std::string("look-up of the host: ") + ::gai_strerror(error);
    return resolution;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address& address = resolution.addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
  }
  return resolution;
}

}  // namespace

Resolution Resolver::numeric(const HostPort& host) { return addressesOf(host, AI_NUMERICHOST); }

Resolution Resolver::lookUp(const HostPort& host) { return addressesOf(host, AI_ADDRCONFIG); }

void Resolver::start(std::function<Resolution()> lookUp) {
  finished_.store(false, std::memory_order_relaxed);
  thread_ = PluginThread("larder-dns", [this, run = std::move(lookUp)] {
    try {
      result_ = run();
    } catch (const std::exception& fault) {
      result_.failure = fault.what();
    }
    finished_.store(true, std::memory_order_release);
    done_.ring();
  });
}

Resolution Resolver::take() {
  thread_.join();
  done_.clear();
  return std::exchange(result_, {});
}

}  // namespace larder::plugin
