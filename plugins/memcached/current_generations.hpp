// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CURRENT_GENERATIONS_HPP
#define LARDER_MEMCACHED_CURRENT_GENERATIONS_HPP

#include "connection.hpp"
#include "generations.hpp"
#include "store_keys.hpp"

#include <larder/plugin.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// The generation that operations on a namespace were based on, and the server's current one.
struct Guess {
  std::string_view nameSpace;  ///< borrowed from an operation
  std::uint64_t used = kNoGeneration;
  std::uint64_t current = kNoGeneration;

  bool wasRight() const { return used != kNoGeneration && used == current; }
};

/// One guess for each namespace in a round of operations.
class Guesses {
 public:
  /// Returns the guess for `nameSpace`, adding it if there is none yet.
  Guess& of(std::string_view nameSpace);
  std::vector<Guess>& all() { return all_; }

 private:
  std::vector<Guess> all_;
};

/// Reads entries together with their namespaces' generations. Blocks. Not thread-safe.
class CurrentGenerations {
 public:
  /// All arguments must outlive it. `seen` holds the generations known so far and learns new ones.
  CurrentGenerations(plugin::Host host, Connection& connection, const StoreKeys& keys, Generations& seen)
      : host_(host), connection_(connection), keys_(keys), seen_(seen) {}

  /// Returns the generation seen in the last exchange, or kNoGeneration. Costs nothing and may be out of
  /// date.
  std::uint64_t guess(std::string_view nameSpace) const { return seen_.known(nameSpace); }

  /// Reads `lookups` and sets `current` of every guess, in one round trip. A namespace without a generation,
  /// because it is new or its number was evicted, gets a new random one, so that no old entry reappears.
  Reply fetch(std::vector<Lookup>& lookups, Guesses& guesses);

  /// Gives a namespace a new generation.
  Reply replace(std::string_view nameSpace);

 private:
  Reply settle(Guess& guess, const Lookup& stored);
  Reply create(Guess& guess, const Lookup& stored);
  std::uint64_t randomGeneration() const;

  const plugin::Host host_;
  Connection& connection_;
  const StoreKeys& keys_;
  Generations& seen_;
};

}  // namespace larder::memcached

#endif
