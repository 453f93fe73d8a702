// SPDX-License-Identifier: Apache-2.0
#include "http/listen.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>

#include <stdexcept>

namespace larder::http {
namespace {

constexpr int kBacklog = 1024;  // connections that the kernel completes before we accept them

Poco::Net::SocketAddress resolve(const std::string& key, const std::string& address) {
  try {
    return Poco::Net::SocketAddress(address);
  } catch (const Poco::Exception& error) {
    throw std::invalid_argument(key + ": \"" + address + "\" is no address: " + error.displayText() +
                                "; write host:port, like 127.0.0.1:8080 or [::1]:8080");
  }
}

}  // namespace

Poco::Net::ServerSocket listenOn(const std::string& key, const std::string& address) {
  const auto resolved = resolve(key, address);
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(resolved, true, false);  // SO_REUSEPORT would let two hosts share it
    socket.listen(kBacklog);
    return socket;
  } catch (const Poco::Exception& error) {
    throw std::runtime_error(key + ": can't listen on " + address + ": " + error.displayText() +
                             "; choose another port or end what uses it");
  }
}

}  // namespace larder::http
