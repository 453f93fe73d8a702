// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_EXCHANGE_HPP
#define LARDER_SERVERS_EXCHANGE_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace larder::servers {

/// Connects to 127.0.0.1:`port`, sends `bytes` as they are, ends the sending side, and returns everything
/// until the server closes. Empty if it can't connect; cut if `timeout` passes between two reads.
std::string exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds timeout);

}  // namespace larder::servers

#endif
