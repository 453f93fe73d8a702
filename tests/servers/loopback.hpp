// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_LOOPBACK_HPP
#define LARDER_SERVERS_LOOPBACK_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::servers {

/// Returns a TCP port of 127.0.0.1 without a listener. A server can be restarted on it, because it lies below
/// the range of ephemeral client ports.
std::uint16_t freeLoopbackPort();

/// Connects to 127.0.0.1:`port`, sends `request` and returns the first bytes of the response; empty if none
/// arrives within `timeout`.
std::string askLoopback(std::uint16_t port, std::string_view request, std::chrono::milliseconds timeout);

/// Connects to 127.0.0.1:`port`, sends `bytes`, shuts down the sending side, and returns everything that
/// arrives until the server closes. Empty if it cannot connect; truncated if no data arrives for `timeout`.
std::string exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds timeout);

}  // namespace larder::servers

#endif
