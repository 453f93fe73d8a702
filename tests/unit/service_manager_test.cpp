// SPDX-License-Identifier: Apache-2.0
#include "serve/service_manager.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "servers/temp_directory.hpp"

namespace larder::host {
namespace {

// Stands in for systemd: a socket that receives datagrams.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket() { ::close(descriptor_); }

  std::string next() const {
    std::array<char, 256> text{};
    const auto got = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
    return got < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(got));
  }

 private:
  const int descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
};

void expectToBeTold(const std::string& name) {
  const NotifySocket socket(name);
  const ServiceManager manager(name);

  manager.ready();
  manager.reloading();
  manager.stopping();

  EXPECT_EQ(socket.next(), "READY=1");
  EXPECT_EQ(socket.next(), "RELOADING=1");
  EXPECT_EQ(socket.next(), "STOPPING=1");
}

TEST(ServiceManager, IsNotifiedThroughASocketWithAPath) {
  const servers::TempDirectory directory("larder-notify");
  expectToBeTold((directory.path() / "socket").string());
}

TEST(ServiceManager, IsNotifiedThroughAnAbstractSocket) {
  expectToBeTold("@larder-notify-" + std::to_string(::getpid()));
}

TEST(ServiceManager, IsOptional) {
  ServiceManager(std::nullopt).ready();
  ServiceManager("/nowhere/socket").ready();
  ServiceManager(std::string(500, 'x')).ready();
}

}  // namespace
}  // namespace larder::host
