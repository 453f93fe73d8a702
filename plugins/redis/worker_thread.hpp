// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_WORKER_THREAD_HPP
#define LARDER_REDIS_WORKER_THREAD_HPP

#include <functional>
#include <thread>

namespace larder::redis {

/// Starts a thread named `name` (at most 15 characters) with all signals blocked, since signals belong to the
/// host's threads. Throws std::system_error if the system refuses a thread.
std::thread startThread(const char* name, std::function<void()> body);

}  // namespace larder::redis

#endif
