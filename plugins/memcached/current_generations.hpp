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

/// The generation of a namespace that operations were based on, and the one that the server has.
struct Guess {
  std::string_view nameSpace;  ///< borrowed from an operation
  std::uint64_t used = kNoGeneration;
  std::uint64_t current = kNoGeneration;

  bool wasRight() const { return used != kNoGeneration && used == current; }
};

/// One guess for each namespace of a round of operations.
class Guesses {
 public:
  /// The guess for `nameSpace`, added if there is none yet.
  Guess& of(std::string_view nameSpace);
  std::vector<Guess>& all() { return all_; }

 private:
  std::vector<Guess> all_;
};

/// Reads entries together with the generations they are under. Blocks. One thread at a time.
class CurrentGenerations {
 public:
  /// All outlive it; `seen` is what is known of generations so far, and learns more.
  CurrentGenerations(plugin::Host host, Connection& connection, const StoreKeys& keys, Generations& seen)
      : host_(host), connection_(connection), keys_(keys), seen_(seen) {}

  /// What the last exchange saw, perhaps kNoGeneration: costs nothing and may be wrong.
  std::uint64_t guess(std::string_view nameSpace) const { return seen_.known(nameSpace); }

  /// Reads `lookups` and sets `current` of every guess, in one round trip. A namespace that has no
  /// generation, because it is new or its number was evicted, gets a new one at random: nothing old comes to
  /// life.
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
