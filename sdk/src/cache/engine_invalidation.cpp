// SPDX-License-Identifier: Apache-2.0
#include "cache/engine.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace larder {

namespace {

constexpr std::chrono::seconds kFormerCloses{2};  // the wait for the backend replaced before the present one

}  // namespace

Status Cache::Engine::invalidate(std::span<const std::string> tags) {
  std::vector<StaleScope> scopes;
  for (const auto& tag : tags) scopes.push_back({StaleScope::Kind::tag, {}, tag});
  const auto status = invalidate(scopes, [tags](const FlightName& flight) {
    return std::any_of(flight.tags.begin(), flight.tags.end(), [tags](const std::string& tag) {
      return std::find(tags.begin(), tags.end(), tag) != tags.end();
    });
  });
  flights_.closeUnknown();
  return status;
}

Status Cache::Engine::erase(std::string_view short_name, const Key& key) {
  const StaleScope scope{StaleScope::Kind::entry, fullName(short_name), key.stored()};
  return invalidate(std::span(&scope, 1), [&](const FlightName& flight) {
    return flight.nameSpace == scope.nameSpace && flight.key == key.full();
  });
}

Status Cache::Engine::clear(std::string_view short_name) {
  const StaleScope scope{StaleScope::Kind::nameSpace, fullName(short_name), {}};
  return invalidate(std::span(&scope, 1),
                    [&](const FlightName& flight) { return flight.nameSpace == scope.nameSpace; });
}

void Cache::Engine::replaceBackend(std::unique_ptr<Backend> next) {
  const auto cleared = next->perform({.code = OpCode::clearNamespace, .nameSpace = tags_.nameSpace()},
                                     next->in(options_.operationTimeout));
  if (cleared.status != Status::ok)
    throw std::runtime_error("backends." + std::string(next->name()) + ": can't forget its tags: " +
                             std::string(toString(cleared.status)) + "; old entries would come back");
  if (!backend_->replace(std::move(next), kFormerCloses))
    throw std::runtime_error("the backend that was replaced before is still in use; try again");
}

// What is being computed counts as outdated twice: before the write, so that no computation from before it is
// stored after it, and after the write, so that whoever comes from now on joins none that looked before it. A
// value that is on its way to the backend must be there first: the write could overtake it on another
// connection. So must one that set out during the write: the next invalidation no longer knows of it.
Status Cache::Engine::invalidate(std::span<const StaleScope> scopes,
                                 const std::function<bool(const FlightName&)>& covered) {
  flights_.outdate(covered, options_.operationTimeout);
  const auto status = invalidating_.carryOut(scopes);
  flights_.outdate(covered, options_.operationTimeout);
  ++invalidations_;
  if (status != Status::ok) ++invalidationFailures_;
  return status;
}

}  // namespace larder
