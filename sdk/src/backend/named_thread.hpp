// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_NAMED_THREAD_HPP
#define LARDER_BACKEND_NAMED_THREAD_HPP

#include <functional>
#include <string>
#include <thread>

namespace larder {

/// Starts a thread that runs `body` under `name`, of at most 15 bytes, with all signals blocked: signals are
/// for the application's own threads. Throws std::system_error if the system cannot start another thread.
std::thread startThread(const std::string& name, std::function<void()> body);

}  // namespace larder

#endif
