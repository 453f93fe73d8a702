// SPDX-License-Identifier: Apache-2.0
#include <larder/cache.hpp>

#include <semaphore>
#include <utility>

#include "backend/completion_thread.hpp"
#include "cache/engine.hpp"

namespace larder {
namespace {

// Blocks until `start` reports a status. On a completion thread it returns `invalid` at once, because the
// thread might otherwise wait for itself.
template <class Start>
Status awaited(Start start) {
  if (CompletionScope::entered()) return Status::invalid;
  std::binary_semaphore finished(0);
  auto status = Status::internal;
  start([&](Status result) {
    status = result;
    finished.release();
  });
  finished.acquire();
  return status;
}

// Returns the answer. The computation runs on this thread; throws the computation's error if it failed.
template <class Start>
CacheResult ran(Start start) {
  RunLoop loop;
  std::optional<CacheResult> result;
  start(loop, [&loop, &result](CacheResult finished) {
    result = std::move(finished);
    loop.stop();
  });
  loop.run();
  if (result->source == CacheResult::Source::failed) std::rethrow_exception(result->error);
  return std::move(*result);
}

}  // namespace

Cache::Cache(std::shared_ptr<Backend> backend, CacheOptions options)
    : engine_(std::make_unique<Engine>(std::move(backend), std::move(options))) {}
Cache::~Cache() = default;

void Cache::getOrCompute(CacheRequest request, Executor& executor, Done done) {
  engine_->getOrCompute(std::move(request), executor, std::move(done));
}

CacheResult Cache::getOrCompute(CacheRequest request) {
  return ran(
      [&](Executor& here, Done done) { engine_->getOrCompute(std::move(request), here, std::move(done)); });
}

void Cache::getOrComputeMissed(CacheRequest request, Executor& executor, Done done) {
  engine_->getOrComputeMissed(std::move(request), executor, std::move(done));
}

CacheResult Cache::getOrComputeMissed(CacheRequest request) {
  return ran([&](Executor& here, Done done) {
    engine_->getOrComputeMissed(std::move(request), here, std::move(done));
  });
}

void Cache::getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done) {
  engine_->getOrComputeMany(std::move(request), executor, std::move(done));
}

std::vector<CacheResult> Cache::getOrComputeMany(BatchRequest request) {
  RunLoop loop;
  std::vector<CacheResult> results;
  engine_->getOrComputeMany(std::move(request), loop, [&loop, &results](std::vector<CacheResult> finished) {
    results = std::move(finished);
    loop.stop();
  });
  loop.run();
  for (const auto& result : results)
    if (result.source == CacheResult::Source::failed) std::rethrow_exception(result.error);
  return results;
}

std::optional<CacheResult> Cache::findFresh(const FreshLookUp& wanted) { return engine_->findFresh(wanted); }
void Cache::find(CacheRequest request, WhenFound found) {
  engine_->find(std::move(request), std::move(found));
}
std::optional<CacheResult> Cache::find(const CacheRequest& request) { return engine_->find(request); }
Inspection Cache::inspect(const CacheRequest& request) { return engine_->inspect(request); }

Status Cache::invalidate(std::span<const std::string> tags) {
  return awaited([&](WhenInvalid done) { engine_->invalidate({tags.begin(), tags.end()}, std::move(done)); });
}
Status Cache::set(CacheRequest request, std::string payload) {
  return awaited(
      [&](WhenInvalid done) { engine_->set(std::move(request), std::move(payload), std::move(done)); });
}
Status Cache::erase(std::string_view name_space, const Key& key) {
  return awaited([&](WhenInvalid done) { engine_->erase(name_space, key, std::move(done)); });
}
Status Cache::clear(std::string_view name_space) {
  return awaited([&](WhenInvalid done) { engine_->clear(name_space, std::move(done)); });
}
void Cache::invalidate(std::vector<std::string> tags, WhenInvalid done) {
  engine_->invalidate(std::move(tags), std::move(done));
}
void Cache::set(CacheRequest request, std::string payload, WhenInvalid done) {
  engine_->set(std::move(request), std::move(payload), std::move(done));
}
void Cache::erase(std::string_view name_space, const Key& key, WhenInvalid done) {
  engine_->erase(name_space, key, std::move(done));
}
void Cache::clear(std::string_view name_space, WhenInvalid done) {
  engine_->clear(name_space, std::move(done));
}

void Cache::replaceBackend(std::unique_ptr<Backend> next) { engine_->replaceBackend(std::move(next)); }
void Cache::stopRenewing() { engine_->stopRenewing(); }
void Cache::claimFunctionName(std::string_view name, std::uint64_t types) {
  engine_->claimFunctionName(name, types);
}
std::vector<std::string> Cache::finishInvalidations(std::chrono::milliseconds limit) {
  return engine_->finishInvalidations(limit);
}
CacheCounters Cache::counters() const { return engine_->counters(); }
CacheState Cache::state() const { return engine_->state(); }
Backend& Cache::backend() { return engine_->backend(); }
const CacheOptions& Cache::options() const { return engine_->options(); }

}  // namespace larder
