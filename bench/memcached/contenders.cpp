// SPDX-License-Identifier: Apache-2.0
#include "contenders.hpp"

#include <libmemcached/memcached.h>
#include <libmemcached/util.h>

#include <cstdlib>
#include <ctime>
#include <memory>

namespace larder::memcached_bench {

using namespace bench;

namespace {

void operate(memcached_st* handle, unsigned key, bool write, const std::string& value) {
  const std::string name = keyOf(key);
  if (write) {
    const auto code = memcached_set(handle, name.data(), name.size(), value.data(), value.size(), 0, 0);
    return require(code == MEMCACHED_SUCCESS, "libmemcached: set failed");
  }
  std::size_t size = 0;
  std::uint32_t flags = 0;
  auto code = MEMCACHED_SUCCESS;
  const std::unique_ptr<char, decltype(&std::free)> found(
      memcached_get(handle, name.data(), name.size(), &size, &flags, &code), std::free);
  require(code == MEMCACHED_SUCCESS || code == MEMCACHED_NOTFOUND, "libmemcached: get failed");
}

}  // namespace

Contender handlePerThread(const std::string& server, std::size_t bytes) {
  return [configuration = "--SERVER=" + server, value = std::string(bytes, 'v')] {
    const std::shared_ptr<memcached_st> handle(memcached(configuration.data(), configuration.size()),
                                               memcached_free);
    require(handle != nullptr, "libmemcached: no handle");
    memcached_behavior_set(handle.get(), MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
    return [handle, &value](unsigned key, bool write) { operate(handle.get(), key, write, value); };
  };
}

Contender poolOfEight(const std::string& server, std::size_t bytes) {
  const std::string configuration = "--SERVER=" + server + " --POOL-MIN=8 --POOL-MAX=8";
  const std::shared_ptr<memcached_pool_st> pool(memcached_pool(configuration.data(), configuration.size()),
                                                memcached_pool_destroy);
  require(pool != nullptr, "libmemcached: no pool");
  memcached_pool_behavior_set(pool.get(), MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
  return [pool, value = std::string(bytes, 'v')] {
    return [&pool, &value](unsigned key, bool write) {
      timespec longest{kPatience.count(), 0};
      auto code = MEMCACHED_SUCCESS;
      memcached_st* const handle = memcached_pool_fetch(pool.get(), &longest, &code);
      require(handle != nullptr, "libmemcached: the pool is empty");
      operate(handle, key, write, value);
      memcached_pool_release(pool.get(), handle);
    };
  };
}

}  // namespace larder::memcached_bench
