// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_CLIENT_LOAD_HPP
#define LARDER_BENCH_CLIENT_LOAD_HPP

#include <larder/backend.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace larder::bench {

inline constexpr unsigned kKeys = 1000;
inline constexpr std::chrono::seconds kPatience(5);

/// What client_rounds.py asks a program to measure.
struct Load {
  unsigned callers = 0;
  std::size_t bytes = 0;  ///< of each value
  unsigned reads = 0;     ///< percentage of the operations
  std::chrono::duration<double> time{};
};

/// Parses CALLERS BYTES READS SECONDS. Throws std::logic_error.
Load loadOf(char* const* arguments);

/// Performs one blocking operation on the key with this number. Throws std::runtime_error on failure.
using Operate = std::function<void(unsigned key, bool write)>;

/// A client. Creates an Operate for one thread. Thread-safe.
using Contender = std::function<Operate()>;

/// The n-th operation of a caller.
struct Step {
  unsigned key;
  bool write;
};
Step stepOf(unsigned number, const Load& load);
unsigned firstOf(unsigned caller);

void storeAllKeys(const Contender& contender);

/// Stores every key, runs blocking callers, and returns the number of their operations. Calls `onStart` when
/// all are connected, just before they begin.
std::uint64_t runCallers(const Contender& contender, const Load& load, const std::function<void()>& onStart);

/// Throws std::runtime_error(what) unless `held`.
void require(bool held, const char* what);

std::string keyOf(unsigned number);

/// Returns a SET of `value` or a GET; borrows key and value.
Operation operationOf(std::string_view key, bool write, std::string_view value);

/// Whether a GET that finds nothing is a failure. A store that evicts may miss.
enum class Misses { fail, allowed };

/// Returns blocking callers of the plugin, which store values of `bytes` bytes.
Contender plugin(std::shared_ptr<Backend> backend, std::size_t bytes, Misses misses);

/// Opens the plugin in `file` with one option. Throws PluginError.
std::shared_ptr<Backend> openPlugin(const std::string& file, const std::string& option,
                                    const std::string& value);

}  // namespace larder::bench

#endif
