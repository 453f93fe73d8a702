// SPDX-License-Identifier: Apache-2.0
#include "serve/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace larder::host {

ServiceManager ServiceManager::ofThisProcess() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  return ServiceManager(socket == nullptr ? std::nullopt : std::optional<std::string>(socket));
}

// A lost message only costs what the manager would have done with it, and there is no one to report the loss
// to.
void ServiceManager::tell(std::string_view state) const {
  sockaddr_un address{};
  if (!socket_ || socket_->empty() || socket_->size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_->data(), socket_->size());
  if (socket_->front() == '@') address.sun_path[0] = '\0';

  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_->size());
  (void)::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

}  // namespace larder::host
