// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_LOOPBACK_HPP
#define LARDER_SERVERS_LOOPBACK_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::servers {

/// A TCP port of 127.0.0.1 that nobody listens on now. It stays usable for a server that is stopped and
/// started again, because it lies below the range from which the kernel takes ports for clients.
std::uint16_t freeLoopbackPort();

/// Connects to 127.0.0.1:`port`, sends `request` and returns the first bytes of the answer; empty if there
/// was none within `timeout`.
std::string askLoopback(std::uint16_t port, std::string_view request, std::chrono::milliseconds timeout);

/// Connects to 127.0.0.1:`port`, sends `bytes` as they are, ends the sending side, and returns everything
/// until the server closes. Empty if it can't connect; cut if `timeout` passes between two reads.
std::string exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds timeout);

}  // namespace larder::servers

#endif
