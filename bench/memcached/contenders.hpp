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

/// One blocking operation on the key of a number. Throws std::runtime_error if it fails; a miss is no
/// failure.
using Operate = std::function<void(unsigned key, bool write)>;

/// A client of memcached: makes an Operate for each thread. Any thread may call it.
using Contender = std::function<Operate()>;

std::string keyOf(unsigned number);

/// A SET of `value` or a GET; borrows both.
larder::Operation operationOf(std::string_view key, bool write, std::string_view value);

/// The plugin in `file`, opened for `server`, HOST:PORT. Throws PluginError.
std::shared_ptr<larder::Backend> openPlugin(const std::string& file, const std::string& server);

/// Values of `bytes` bytes. Throw std::runtime_error.
Contender plugin(std::shared_ptr<larder::Backend> backend, std::size_t bytes);
Contender handlePerThread(const std::string& server, std::size_t bytes);
Contender poolOfEight(const std::string& server, std::size_t bytes);

}  // namespace larder::memcached_bench

#endif
