// SPDX-License-Identifier: Apache-2.0
#include "resolver.hpp"

#include "worker_thread.hpp"

#include <netdb.h>

#include <cstring>
#include <utility>

namespace larder::redis {
namespace {

Resolution lookUp(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  Resolution resolution;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    resolution.failure = std::string("look-up of the host: ") + ::gai_strerror(error);
    return resolution;
  }
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address& address = resolution.addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return resolution;
}

}  // namespace

Resolver::~Resolver() {
  if (thread_.joinable()) thread_.join();
}

Resolution Resolver::numeric(const std::string& host, const std::string& port) {
  return lookUp(host, port, AI_NUMERICHOST);
}

void Resolver::start(const std::string& host, const std::string& port) {
  finished_.store(false, std::memory_order_relaxed);
  thread_ = startThread("larder-dns", [this, host, port] {
    result_ = lookUp(host, port, AI_ADDRCONFIG);
    finished_.store(true, std::memory_order_release);
    done_.ring();
  });
}

Resolution Resolver::take() {
  thread_.join();
  done_.clear();
  return std::exchange(result_, {});
}

}  // namespace larder::redis
