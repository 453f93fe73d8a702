// SPDX-License-Identifier: Apache-2.0
// Declares INLINE, but waits for its server in submit.
#include "reference.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace larder::broken {
namespace {

constexpr int kPatienceMs = 400;

class Broken final : public Reference {
 public:
  static plugin::Info info() {
    static constexpr larder_option kOptions[] = {plugin::option("server", LARDER_OPTION_STRING, "127.0.0.1:9",
                                                                "the server, an IPv4 address and a port")};
    return {"The Larder authors", "Apache-2.0", kOptions, 1};
  }

  Broken(plugin::Host host, const plugin::Settings& settings)
      : Reference(host, settings), server_(settings.text("server")) {}

  larder_status answer(larder_op& op) noexcept override {
    waitForAWord();
    return Reference::answer(op);
  }

 private:
  void waitForAWord() const noexcept {
    const auto colon = server_.find(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(server_.c_str() + colon + 1)));
    ::inet_pton(AF_INET, server_.substr(0, colon).c_str(), &address.sin_addr);
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      pollfd word{connection, POLLIN, 0};
      ::poll(&word, 1, kPatienceMs);
    }
    ::close(connection);
  }

  const std::string server_;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
