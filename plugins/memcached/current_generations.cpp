// SPDX-License-Identifier: Apache-2.0
#include "current_generations.hpp"

#include <algorithm>

namespace larder::memcached {

namespace {

constexpr std::time_t kForEver = 0;

}  // namespace

Guess& Guesses::of(std::string_view nameSpace) {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const Guess& guess) { return guess.nameSpace == nameSpace; });
  if (found != all_.end()) return *found;
  all_.push_back({nameSpace});
  return all_.back();
}

// The generations are read last. memcached replies in order, so a generation in the reply proves that the
// reply was complete, and that the server lacks the entries missing from it.
Reply CurrentGenerations::fetch(std::vector<Lookup>& lookups, Guesses& guesses) {
  const std::size_t entries = lookups.size();
  for (const Guess& guess : guesses.all()) lookups.push_back({keys_.generation(guess.nameSpace)});
  Reply reply = connection_.fetch(lookups);

  for (std::size_t i = 0; i < guesses.all().size() && reply == Reply::ok; ++i)
    reply = settle(guesses.all()[i], lookups[entries + i]);
  return reply;
}

Reply CurrentGenerations::settle(Guess& guess, const Lookup& stored) {
  const auto generation = Generations::decode(stored.view());
  if (!generation) return create(guess, stored);
  guess.current = *generation;
  seen_.learn(guess.nameSpace, *generation);
  return Reply::ok;
}

// Another client may be first. The guess then stays open, and the next round reads the other client's number.
Reply CurrentGenerations::create(Guess& guess, const Lookup& stored) {
  const std::uint64_t generation = randomGeneration();
  const std::string bytes = Generations::encode(generation);
  const Reply reply = stored.found() ? connection_.compareAndSet(stored.key, bytes, kForEver, stored.cas)
                                     : connection_.add(stored.key, bytes, kForEver);
  if (reply == Reply::ok) {
    guess.current = generation;
    seen_.learn(guess.nameSpace, generation);
    return reply;
  }
  guess.current = kNoGeneration;
  const bool otherWasFirst = reply == Reply::exists || reply == Reply::notStored || reply == Reply::absent;
  if (otherWasFirst) return Reply::ok;
  return reply == Reply::lost ? Reply::unavailable : reply;  // none of the caller's entries was sent
}

Reply CurrentGenerations::replace(std::string_view nameSpace) {
  const std::uint64_t generation = randomGeneration();
  const Reply reply = connection_.set(keys_.generation(nameSpace), Generations::encode(generation), kForEver);
  if (reply == Reply::ok) seen_.learn(nameSpace, generation);
  return reply;
}

std::uint64_t CurrentGenerations::randomGeneration() const {
  std::uint64_t number = kNoGeneration;
  while (number == kNoGeneration) number = host_.random64();
  return number;
}

}  // namespace larder::memcached
