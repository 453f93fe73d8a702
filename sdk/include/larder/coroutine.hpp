// SPDX-License-Identifier: Apache-2.0
//
// Awaitable operations of the cache and its backends, for any coroutine type:
//
//     larder::CacheResult user = co_await larder::async(cache, std::move(request), loop);
//     double price = co_await larder::async(priceOf, loop, "bolt", 100);    // of larder::cached
//     larder::Outcome found = co_await larder::async(backend, {.code = OpCode::get, .key = "k"}, deadline);
//     co_await larder::resumeOn(loop);
//
// A coroutine resumes on the thread that delivers the result. That may be a thread of the backend, where it
// must not block. A coroutine that belongs to an event loop then awaits resumeOn(loop).
//
// g++ 12 destroys a struct twice if it is written in braces within a co_await expression. Give a request a
// name first, as above. clang 16 is not affected.
#ifndef LARDER_COROUTINE_HPP
#define LARDER_COROUTINE_HPP

#include <larder/backend.hpp>
#include <larder/cache.hpp>
#include <larder/cached.hpp>
#include <larder/executor.hpp>
#include <larder/policy.hpp>

#include <atomic>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace larder {

/// One operation; await it once. If the backend completes inline, the coroutine is not suspended. Otherwise
/// it resumes on the backend's thread that delivers the result, where it must not block.
class AwaitedOperation {
 public:
  AwaitedOperation(Backend& backend, Operation operation, Deadline deadline)
      : backend_(backend), operation_(std::move(operation)), deadline_(deadline) {}
  AwaitedOperation(const AwaitedOperation&) = delete;
  AwaitedOperation& operator=(const AwaitedOperation&) = delete;

  bool await_ready() {
    if (!backend_.isInline()) return false;
    outcome_ = backend_.perform(operation_, deadline_);
    return true;
  }

  /// Returns false, so the coroutine is not suspended, if the result arrived while the operation was being
  /// started.
  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    backend_.start(std::span(&operation_, 1), deadline_, [this](std::span<Outcome> outcomes) {
      outcome_ = std::move(outcomes[0]);
      if (met_.exchange(true, std::memory_order_acq_rel)) waiting_.resume();
    });
    return !met_.exchange(true, std::memory_order_acq_rel);
  }

  Outcome await_resume() { return std::move(outcome_); }

 private:
  Backend& backend_;
  const Operation operation_;
  const Deadline deadline_;
  Outcome outcome_;
  std::coroutine_handle<> waiting_;
  std::atomic<bool> met_{false};  // set by the result and by the suspension; the later one resumes the
                                  // coroutine
};

/// Makes one operation awaitable. The operation's views are borrowed until the co_await has finished.
inline AwaitedOperation async(Backend& backend, Operation operation, Deadline deadline) {
  return {backend, std::move(operation), deadline};
}

namespace detail {

// Synchronizes the suspension of a coroutine with the arrival of its result, possibly on another thread and
// possibly first. `Start` begins the operation and receives the continuation that takes the result.
template <class Answer, class Start>
class AwaitedAnswer {
 public:
  explicit AwaitedAnswer(Start start) : start_(std::move(start)) {}
  AwaitedAnswer(const AwaitedAnswer&) = delete;
  AwaitedAnswer& operator=(const AwaitedAnswer&) = delete;

  bool await_ready() const noexcept { return false; }

  /// Returns false, so the coroutine is not suspended, if the result arrived while it was being requested.
  bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    start_([this](Answer answer) {
      answer_.emplace(std::move(answer));
      if (met_.exchange(true, std::memory_order_acq_rel)) waiting_.resume();
    });
    return !met_.exchange(true, std::memory_order_acq_rel);
  }

 protected:
  Answer take() { return *std::move(answer_); }

 private:
  Start start_;
  std::optional<Answer> answer_;
  std::coroutine_handle<> waiting_;
  std::atomic<bool> met_{false};
};

// Results that may hold the exception of a computation.
template <class Answer, class Start>
class AwaitedComputation : public AwaitedAnswer<Answer, Start> {
 public:
  using AwaitedAnswer<Answer, Start>::AwaitedAnswer;
  Answer await_resume() {
    auto answer = this->take();
    rethrow(answer);
    return answer;
  }

 private:
  static void rethrow(const CacheResult& result) {
    if (result.source == CacheResult::Source::failed) std::rethrow_exception(result.error);
  }
  static void rethrow(const std::vector<CacheResult>& results) {
    for (const auto& result : results) rethrow(result);
  }
};

template <class Result, class Start>
class AwaitedFunction : public AwaitedAnswer<CachedAnswer<Result>, Start> {
 public:
  using AwaitedAnswer<CachedAnswer<Result>, Start>::AwaitedAnswer;
  Result await_resume() {
    auto answer = this->take();
    if (answer.error != nullptr) std::rethrow_exception(answer.error);
    return *std::move(answer.value);
  }
};

}  // namespace detail

/// Makes Cache::getOrCompute awaitable, once. Returns its result or throws the exception of the computation.
/// The computation runs on `executor`, which must accept work until the co_await has finished. The request's
/// views are borrowed until then. Blocks no thread.
inline auto async(Cache& cache, CacheRequest request, Executor& executor) {
  auto start = [&cache, request = std::move(request), &executor](Cache::Done done) mutable {
    cache.getOrCompute(std::move(request), executor, std::move(done));
  };
  return detail::AwaitedComputation<CacheResult, decltype(start)>(std::move(start));
}

/// Makes Cache::getOrComputeMany awaitable, once. Like its blocking form, throws the exception of the first
/// key that has one.
inline auto async(Cache& cache, BatchRequest request, Executor& executor) {
  auto start = [&cache, request = std::move(request), &executor](Cache::BatchDone done) mutable {
    cache.getOrComputeMany(std::move(request), executor, std::move(done));
  };
  return detail::AwaitedComputation<std::vector<CacheResult>, decltype(start)>(std::move(start));
}

/// Makes a call of a cached function awaitable, once. Returns its result or throws its exception. The
/// function runs on `executor`, with copies of the arguments. `function` must live until the co_await has
/// finished.
template <class R, class... Args>
auto async(const CachedFunction<R, Args...>& function, Executor& executor,
           std::type_identity_t<std::decay_t<Args>>... args) {
  using Result = typename CachedFunction<R, Args...>::Result;
  auto start = [&function, &executor, arguments = std::tuple<std::decay_t<Args>...>(std::move(args)...)](
                   std::function<void(CachedAnswer<Result>)> done) mutable {
    std::apply([&](auto&... each) { function.start(executor, std::move(done), std::move(each)...); },
               arguments);
  };
  return detail::AwaitedFunction<Result, decltype(start)>(std::move(start));
}

namespace detail {

template <class Start>
class AwaitedStatus : public AwaitedAnswer<Status, Start> {
 public:
  using AwaitedAnswer<Status, Start>::AwaitedAnswer;
  [[nodiscard]] Status await_resume() { return this->take(); }
};

}  // namespace detail

/// Makes Cache::invalidate awaitable, once: `co_await larder::async(cache, larder::invalidates("users"))`.
/// Blocks no thread. The coroutine resumes on the thread that delivers the backend's result.
inline auto async(Cache& cache, Invalidation invalidation) {
  auto start = [&cache, invalidation = std::move(invalidation)](Cache::WhenInvalid done) {
    cache.invalidate(invalidation.tags(), std::move(done));
  };
  return detail::AwaitedStatus<decltype(start)>(std::move(start));
}

/// Makes Cache::erase awaitable, once. `nameSpace` is borrowed until the co_await has finished.
inline auto eraseAsync(Cache& cache, std::string_view nameSpace, Key key) {
  auto start = [&cache, nameSpace, key = std::move(key)](Cache::WhenInvalid done) {
    cache.erase(nameSpace, key, std::move(done));
  };
  return detail::AwaitedStatus<decltype(start)>(std::move(start));
}

/// Makes Cache::clear awaitable, once. `nameSpace` is borrowed until the co_await has finished.
inline auto clearAsync(Cache& cache, std::string_view nameSpace) {
  auto start = [&cache, nameSpace](Cache::WhenInvalid done) { cache.clear(nameSpace, std::move(done)); };
  return detail::AwaitedStatus<decltype(start)>(std::move(start));
}

/// Resumes the coroutine as a task of `executor`. If the executor is full, throws Overloaded on the current
/// thread.
class ResumeOn {
 public:
  explicit ResumeOn(Executor& executor) : executor_(executor) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    if (executor_.post([waiting] { waiting.resume(); })) return true;  // it may be running by now
    refused_ = true;
    return false;
  }
  void await_resume() const {
    if (refused_) throw Overloaded("no room to resume a coroutine; try again");
  }

 private:
  Executor& executor_;
  bool refused_ = false;
};

inline ResumeOn resumeOn(Executor& executor) { return ResumeOn(executor); }

}  // namespace larder

#endif
