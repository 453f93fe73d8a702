// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_MEMCACHED_CONTENDERS_HPP
#define LARDER_BENCH_MEMCACHED_CONTENDERS_HPP

#include <larder/backend.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace larder::memcached_bench {

/// Performs one blocking operation on the key with this number. Throws std::runtime_error on failure; a miss
/// is not a failure.
using Operate = std::function<void(unsigned key, bool write)>;

/// A memcached client. Creates an Operate for one thread. Thread-safe.
using Contender = std::function<Operate()>;

std::string keyOf(unsigned number);

/// Returns a SET of `value` or a GET; borrows key and value.
larder::Operation operationOf(std::string_view key, bool write, std::string_view value);

/// Opens the plugin in `file` for `server`, HOST:PORT. Throws PluginError.
std::shared_ptr<larder::Backend> openPlugin(const std::string& file, const std::string& server);

/// Store values of `bytes` bytes. Throw std::runtime_error.
Contender plugin(std::shared_ptr<larder::Backend> backend, std::size_t bytes);
Contender handlePerThread(const std::string& server, std::size_t bytes);
Contender poolOfEight(const std::string& server, std::size_t bytes);

}  // namespace larder::memcached_bench

#endif
