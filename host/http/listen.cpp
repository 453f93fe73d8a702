// SPDX-License-Identifier: Apache-2.0
#include "http/listen.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "http/inherited_socket.hpp"

namespace larder::http {
namespace {

constexpr int kBacklog = 1024;  // connections that the kernel completes before we accept them
constexpr std::string_view kUnix = "unix:";
constexpr std::string_view kSystemd = "systemd";

// Poco has no other way to adopt a socket that is already listening.
class Adopted : public Poco::Net::ServerSocket {
 public:
  explicit Adopted(Descriptor socket) : ServerSocket(new Implementation(socket.release()), true) {}

 private:
  class Implementation : public Poco::Net::ServerSocketImpl {
   public:
    explicit Implementation(int descriptor) { reset(descriptor); }
  };
};

bool isLocal(const Poco::Net::SocketAddress& address) {
  return address.family() == Poco::Net::SocketAddress::UNIX_LOCAL;
}

Listening listening(Poco::Net::ServerSocket socket) {
  const auto bound = socket.address();
  if (isLocal(bound)) return {std::move(socket), std::string(kUnix) + bound.toString()};
  return {std::move(socket), bound.toString(), bound.port()};
}

Listening listenOnPort(const std::string& address) {
  Poco::Net::SocketAddress resolved;
  try {
    resolved = Poco::Net::SocketAddress(address);
  } catch (const Poco::Exception& error) {
    throw std::invalid_argument("\"" + address + "\" is not an address: " + error.displayText() +
                                "; write host:port, like 127.0.0.1:8080 or [::1]:8080, or unix:PATH");
  }
  try {
    Poco::Net::ServerSocket socket;
    socket.bind(resolved, true, false);  // SO_REUSEPORT would let two hosts share the address
    socket.listen(kBacklog);
    return listening(std::move(socket));
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("cannot listen on " + address + ": " + error.displayText() +
                             "; choose another port or stop the program that uses it");
  }
}

Listening listenOnFile(const std::string& path, std::uint32_t mode) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  auto file = std::make_unique<SocketFile>(path, mode, socket);
  if (::listen(socket.get(), kBacklog) != 0)
    throw std::system_error(errno, std::generic_category(), "listen");
  return {Adopted(std::move(socket)), std::string(kUnix) + path, 0, std::move(file)};
}

Listening listenOnAny(const std::string& address, std::uint32_t mode) {
  if (address.starts_with(kUnix)) return listenOnFile(address.substr(kUnix.size()), mode);
  if (address == kSystemd) return listening(Adopted(inheritedSocket({})));
  if (address.starts_with(std::string(kSystemd) + ":"))
    return listening(Adopted(inheritedSocket(address.substr(kSystemd.size() + 1))));
  return listenOnPort(address);
}

}  // namespace

Listening listenOn(const std::string& key, const std::string& address, std::uint32_t mode) {
  try {
    return listenOnAny(address, mode);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(key + ": " + error.what());
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(key + ": " + error.what());
  }
}

}  // namespace larder::http
