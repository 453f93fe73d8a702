// SPDX-License-Identifier: Apache-2.0
#include "cache/host_locks.hpp"

#include <larder/key.hpp>

#include <span>
#include <utility>

namespace larder {

HostLocks::HostLocks(GuardedBackend& backend, std::string_view prefix)
    : backend_(backend), nameSpace_(std::string(prefix) + ":locks") {}

void HostLocks::acquire(std::string_view name_space, std::string_view full_key, std::chrono::milliseconds ttl,
                        std::function<void(Answer, Hold)> done) {
  if (!backend_.has(LARDER_CAP_CONDITIONS)) return done(Answer::impossible, {});
  auto key = KeyBuilder().field(name_space).field(full_key).build().stored();
  const Operation set{.code = OpCode::set,
                      .flags = OperationFlags::ifAbsent,
                      .nameSpace = nameSpace_,
                      .key = key,
                      .value = "held",
                      .ttl = ttl};
  backend_.start(std::span(&set, 1), [key, done = std::move(done)](std::span<Outcome> outcomes) {
    const auto& outcome = outcomes[0];
    if (outcome.status == Status::ok) return done(Answer::taken, {key, outcome.version});
    done(outcome.status == Status::notStored ? Answer::held : Answer::impossible, {});
  });
}

void HostLocks::release(const Hold& hold, std::function<void()> done) {
  if (!backend_.has(LARDER_CAP_VERSIONS) || hold.version == 0) return done();
  const Operation erase{.code = OpCode::erase,
                        .flags = OperationFlags::ifVersion,
                        .nameSpace = nameSpace_,
                        .key = hold.key,
                        .expectedVersion = hold.version};
  backend_.start(std::span(&erase, 1), [done = std::move(done)](std::span<Outcome>) { done(); });
}

}  // namespace larder
