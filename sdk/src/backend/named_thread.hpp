// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_NAMED_THREAD_HPP
#define LARDER_BACKEND_NAMED_THREAD_HPP

#include <functional>
#include <string>
#include <thread>

namespace larder {

/// Starts a thread that runs `body` under `name`, up to 15 bytes, with all signals blocked: they are for the
/// application's own threads. Throws std::system_error if the system has no thread left.
std::thread startThread(const std::string& name, std::function<void()> body);

}  // namespace larder

#endif
