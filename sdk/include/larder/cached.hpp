// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHED_HPP
#define LARDER_CACHED_HPP

#include <larder/cache.hpp>
#include <larder/codec.hpp>
#include <larder/policy.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace larder {

namespace detail {

template <class Signature>
struct FunctionShape;
template <class R, class... Args>
struct FunctionShape<std::function<R(Args...)>> {
  using Result = R;
  template <template <class, class...> class To>
  using As = To<R, Args...>;
};

// Callables of any kind, by the signature that std::function deduces for them.
template <class F>
concept HasOneSignature = requires(F function) { std::function(function); };
template <class F>
using ShapeOf = FunctionShape<decltype(std::function(std::declval<F>()))>;

// Names an object elsewhere, and does not hold its value.
template <class T>
inline constexpr bool kPointsElsewhere =
    std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_null_pointer_v<T>;
template <class T, class Traits>
inline constexpr bool kPointsElsewhere<std::basic_string_view<T, Traits>> = true;
template <class T, std::size_t N>
inline constexpr bool kPointsElsewhere<std::span<T, N>> = true;
template <class T>
inline constexpr bool kPointsElsewhere<std::reference_wrapper<T>> = true;
template <class T, class Deleter>
inline constexpr bool kPointsElsewhere<std::unique_ptr<T, Deleter>> = true;
template <class T>
inline constexpr bool kPointsElsewhere<std::shared_ptr<T>> = true;
template <class T>
inline constexpr bool kPointsElsewhere<std::weak_ptr<T>> = true;

template <class T>
inline constexpr bool kChangeable =
    std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;

// Says in one line why a function can't be cached.
template <class R, class... Args>
struct Cacheable {
  using Result = std::decay_t<R>;
  static constexpr bool kReturns = !std::is_void_v<R>;
  static constexpr bool kResultIsHeld = !kPointsElsewhere<Result>;
  static constexpr bool kResultIsFixed = !kChangeable<R>;
  static constexpr bool kResultHasCodec = Encodable<Result>;
  static constexpr bool kArgumentsAreHeld = !(kPointsElsewhere<std::decay_t<Args>> || ...);
  static constexpr bool kArgumentsAreFixed = !(kChangeable<Args> || ...);
  static constexpr bool kArgumentsHaveCodecs = (Encodable<std::decay_t<Args>> && ...);
  static constexpr bool kAll = kReturns && kResultIsHeld && kResultIsFixed && kResultHasCodec &&
                               kArgumentsAreHeld && kArgumentsAreFixed && kArgumentsHaveCodecs;

  static_assert(kReturns, "larder::cached: the function returns nothing that could be cached");
  static_assert(
      kResultIsHeld,
      "larder::cached: the result is a pointer or a view: it names something and does not hold it; return "
      "what it points to, like std::string or std::vector");
  static_assert(kResultIsFixed,
                "larder::cached: the result is a reference by which it could be changed; return a value");
  static_assert(
      kResultHasCodec || !kReturns || !kResultIsHeld,
      "larder::cached: no larder::Codec for the function's result; specialise larder::Codec for it");
  static_assert(
      kArgumentsAreHeld,
      "larder::cached: an argument is a pointer or a view: it names something and does not hold it; take "
      "what it points to, like std::string or std::vector");
  static_assert(
      kArgumentsAreFixed,
      "larder::cached: an argument is a reference by which the function could change it; a hit would not; "
      "take a value or a const reference");
  static_assert(
      kArgumentsHaveCodecs || !kArgumentsAreHeld,
      "larder::cached: no larder::Codec for one of the function's arguments; specialise larder::Codec for "
      "it");
};

// In the place of a cached function that does not compile, so that the line above is the only one.
struct NotCacheable {
  template <class... Any>
  int operator()(Any&&...) const;
};

}  // namespace detail

/// The result of a call, or what it threw: one of the two.
template <class Result>
struct CachedAnswer {
  std::optional<Result> value;
  std::exception_ptr error;
};

/// A function whose results are cached: called like the function it was made of, on the calling thread.
/// Copyable; the Cache must outlive it. Thread-safe if the function is. With a policy that renews in the
/// background the function runs on threads of the Cache too, until Cache::stopRenewing.
template <class R, class... Args>
class CachedFunction {
  static_assert(detail::Cacheable<R, Args...>::kAll, "larder::cached: such a function can't be cached");

 public:
  using Result = std::decay_t<R>;

  CachedFunction(Cache& cache, std::string name, CachePolicy policy, std::function<R(Args...)> function)
      : cache_(&cache), name_(std::move(name)), policy_(std::move(policy)), function_(std::move(function)) {
    if (name_.empty())
      throw std::invalid_argument("larder::cached: give the function a name; it is part of the key");
    if (policy_.isForResponses())
      throw std::invalid_argument("larder::cached(\"" + name_ +
                                  "\"): varyByQuery, varyByHeader, statuses, expireFor, clientMaxAge and "
                                  "honourClient are for endpoints; arguments are the key here");
    for (const auto& tag : policy_.tags())
      if (tag.find('{') != std::string::npos)
        throw std::invalid_argument("larder::cached(\"" + name_ + "\"): tag \"" + tag +
                                    "\" has a placeholder; those are for endpoints");
  }

  /// Throws what the function throws.
  Result operator()(Args... args) const {
    CacheRequest wanted = requestFor(args...);
    std::optional<Result> own;               // what this call computed needs no decoding
    if (policy_.renewal().inBackground()) {  // may run after this call: owns what it uses
      wanted.compute = [function = function_, arguments = std::tuple<std::decay_t<Args>...>(args...)] {
        return Computed{.payload = encoded(std::apply(function, arguments))};
      };
    } else {
      wanted.compute = [&] {
        own.emplace(function_(args...));
        return Computed{.payload = encoded(*own)};
      };
    }
    auto result = cache_->getOrCompute(std::move(wanted));
    if (result.source == CacheResult::Source::computed && own) return *std::move(own);
    if (auto decoded = decode(result.payload.bytes())) return *std::move(decoded);
    return function_(args...);
  }

  /// The same without waiting: calls `done` once, where Cache::getOrCompute calls its own; the function runs
  /// on `executor`, with copies of the arguments. `executor` must accept work until then.
  void start(Executor& executor, std::function<void(CachedAnswer<Result>)> done,
             std::decay_t<Args>... args) const {
    CacheRequest wanted = requestFor(args...);
    const auto call = std::make_shared<Call>(Call{
        function_, executor, std::move(done), std::tuple<std::decay_t<Args>...>(std::move(args)...), {}});
    if (policy_.renewal().inBackground())
      wanted.compute = [call] { return Computed{.payload = encoded(call->run())}; };
    else
      wanted.compute = [call] { return Computed{.payload = encoded(call->own.emplace(call->run()))}; };
    cache_->getOrCompute(std::move(wanted), executor,
                         [call](CacheResult result) { finish(call, std::move(result)); });
  }

  /// Forgets the result for these arguments.
  Status erase(const std::decay_t<Args>&... args) const { return cache_->erase(kNameSpace, keyOf(args...)); }

 private:
  static constexpr std::string_view kNameSpace = "functions";

  // One call of start().
  struct Call {
    std::function<R(Args...)> function;
    Executor& executor;
    std::function<void(CachedAnswer<Result>)> done;
    std::tuple<std::decay_t<Args>...> arguments;
    std::optional<Result> own;  // what this call computed needs no decoding

    Result run() const { return std::apply(function, arguments); }
  };

  // The value on loan from the cache is given back before `done`, which may end the Cache.
  static void finish(const std::shared_ptr<Call>& call, CacheResult result) {
    if (result.source == CacheResult::Source::failed) return call->done({{}, result.error});
    const bool is_own = result.source == CacheResult::Source::computed && call->own;
    auto value = is_own ? std::move(call->own) : decode(result.payload.bytes());
    result = CacheResult{};
    if (value) return call->done({std::move(value), nullptr});
    if (!call->executor.post([call] { runAlone(*call); }))
      call->done({{}, std::make_exception_ptr(Overloaded("no room to run the function; try again"))});
  }

  static void runAlone(Call& call) {
    CachedAnswer<Result> answer;
    try {
      answer.value.emplace(call.run());
    } catch (...) {
      answer.error = std::current_exception();
    }
    call.done(std::move(answer));
  }

  CacheRequest requestFor(const std::decay_t<Args>&... args) const {
    return {.nameSpace = kNameSpace,
            .key = keyOf(args...),
            .expire = policy_.expire(),
            .tags = policy_.tags(),
            .renewal = policy_.renewal(),
            .lockAcrossHosts = policy_.lockAcrossHosts(),
            .compressFrom = policy_.compressFrom()};
  }

  // nullopt for bytes of another version of this program: as good as none.
  static std::optional<Result> decode(std::string_view bytes) {
    ByteReader reader(bytes);
    std::optional<Result> value(std::in_place, Codec<Result>::read(reader));
    if (!reader.finished()) return std::nullopt;
    return value;
  }

  // A field for each argument, whatever its codec writes: no choice of arguments looks like another.
  Key keyOf(const std::decay_t<Args>&... args) const {
    KeyBuilder key;
    key.field(name_);
    (key.field(encoded(args)), ...);
    return key.build();
  }

  template <class T>
  static std::string encoded(const T& value) {
    std::string bytes;
    ByteWriter writer(bytes);
    Codec<T>::write(writer, value);
    return bytes;
  }

  Cache* cache_;
  std::string name_;
  CachePolicy policy_;
  std::function<R(Args...)> function_;
};

/// Wraps `function`: the first call with given arguments runs it, later ones get its result until
/// `policy.expire()` has passed. The key is `name` and the arguments, so a name stands for one function.
///
///     auto price = larder::cached(engine, "price", larder::cache(30s),
///                                 [](std::string sku, int quantity) { return slow(sku, quantity); });
template <class F>
auto cached(Cache& cache, std::string name, CachePolicy policy, F&& function) {
  using Function = std::decay_t<F>;
  static_assert(
      detail::HasOneSignature<Function>,
      "larder::cached: the function has no one signature, for it is overloaded or generic; wrap it in a "
      "lambda that names its types");
  if constexpr (!detail::HasOneSignature<Function>) {
    return detail::NotCacheable{};
  } else {
    using Shape = detail::ShapeOf<Function>;
    if constexpr (!Shape::template As<detail::Cacheable>::kAll)
      return detail::NotCacheable{};
    else
      return typename Shape::template As<CachedFunction>(cache, std::move(name), std::move(policy),
                                                         std::forward<F>(function));
  }
}

}  // namespace larder

#endif
