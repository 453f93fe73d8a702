// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHED_HPP
#define LARDER_CACHED_HPP

#include <larder/cache.hpp>
#include <larder/codec.hpp>
#include <larder/fingerprint.hpp>
#include <larder/policy.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
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

// The signature of any kind of callable, as std::function deduces it.
template <class F>
concept HasOneSignature = requires(F function) { std::function(function); };
template <class F>
using ShapeOf = FunctionShape<decltype(std::function(std::declval<F>()))>;

// True for types that refer to a value instead of holding it.
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

// Reports in one line why a function cannot be cached.
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

// Buffers for a thread's consecutive look-ups. A buffer is moved out while in use, because a codec may call
// another cached function.
struct Scratch {
  Key key;
  std::string argument;
  static Scratch& ofThisThread() {
    thread_local Scratch scratch;
    return scratch;
  }
};

// Replaces a cached function that does not compile, so that the static_assert above is the only
// error.
struct NotCacheable {
  template <class... Any>
  int operator()(Any&&...) const;
};

}  // namespace detail

/// The result of a call, or the exception that it threw; exactly one of the two is set.
template <class Result>
struct CachedAnswer {
  std::optional<Result> value;
  std::exception_ptr error;
};

/// A function whose results are cached. Calling it runs the wrapped function on the calling thread. Copyable;
/// the Cache must outlive it. Thread-safe if the function is. If the policy refreshes in the background, the
/// function also runs on threads of the Cache, until Cache::stopRenewing.
///
/// A call whose result is in this process allocates nothing beyond what the result itself holds.
template <class R, class... Args>
class CachedFunction {
  static_assert(detail::Cacheable<R, Args...>::kAll, "larder::cached: such a function can't be cached");

 public:
  using Result = std::decay_t<R>;

  /// Throws std::invalid_argument for a policy that does not apply to functions, or for a name that is
  /// already registered on `cache` for a function of other types.
  CachedFunction(Cache& cache, std::string name, CachePolicy policy, std::function<R(Args...)> function)
      : made_(std::make_shared<const Made>(
            Made{cache, std::move(name), std::move(policy), std::move(function)})) {
    const auto& [of, own_name, own_policy, own_function] = *made_;
    if (own_name.empty())
      throw std::invalid_argument("larder::cached: give the function a name; it is part of the key");
    detail::checkForValues("larder::cached(\"" + own_name + "\")", own_policy);
    cache.claimFunctionName(own_name, kTypes);
  }

  /// Throws the exception of the function.
  Result operator()(Args... args) const {
    Key key = keyOf(args...);
    if (auto value = findFresh(key)) return *std::move(value);
    if (auto value = getOrCompute(std::move(key), nullptr, args...)) return *std::move(value);
    // Undecodable bytes are recomputed, once for all callers, and overwritten.
    if (auto value = getOrCompute(keyOf(args...), isReadable, args...)) return *std::move(value);
    return made_->function(args...);
  }

  /// Like a call, but without blocking. Calls `done` once, on the threads that Cache::getOrCompute names. The
  /// function runs on `executor`, with copies of the arguments. `executor` must accept work until then.
  void start(Executor& executor, std::function<void(CachedAnswer<Result>)> done,
             std::decay_t<Args>... args) const {
    ask(std::make_shared<Call>(
        Call{made_, executor, std::move(done), std::tuple<std::decay_t<Args>...>(std::move(args)...)}));
  }

  /// Removes the result for these arguments. Blocks, and returns Status::invalid, as Cache::erase does.
  Status erase(const std::decay_t<Args>&... args) const {
    return made_->cache.erase(kNameSpace, keyOf(args...));
  }

 private:
  static constexpr std::string_view kNameSpace = "functions";
  static constexpr std::uint64_t kTypes = fingerprintOf<Result, std::decay_t<Args>...>();

  struct Made {
    Cache& cache;
    std::string name;
    CachePolicy policy;
    std::function<R(Args...)> function;
  };

  // One call of start().
  struct Call {
    std::shared_ptr<const Made> made;
    Executor& executor;
    std::function<void(CachedAnswer<Result>)> done;
    std::tuple<std::decay_t<Args>...> arguments;
    std::optional<Result> own{};  // the value computed by this call, which needs no decoding
    bool again = false;           // the bytes found could not be decoded

    Result run() const { return std::apply(made->function, arguments); }
  };

  std::optional<Result> findFresh(Key& key) const {
    const auto hit = made_->cache.findFresh({.nameSpace = kNameSpace,
                                             .key = key,
                                             .tags = made_->policy.tags(),
                                             .eagerRefresh = made_->policy.renewal().eagerRefresh});
    if (!hit) return std::nullopt;
    auto value = decodeValue<Result>(hit->payload.bytes());
    if (value) detail::Scratch::ofThisThread().key = std::move(key);
    return value;
  }

  // Returns nullopt if the bytes found cannot be decoded.
  std::optional<Result> getOrCompute(Key key, bool (*accepts)(std::string_view),
                                     const std::decay_t<Args>&... args) const {
    CacheRequest wanted = requestFor(*made_, std::move(key));
    wanted.accepts = accepts;
    std::optional<Result> own;                     // the value computed by this call, which needs no decoding
    if (made_->policy.renewal().inBackground()) {  // may outlive this call, so it owns what it uses
      wanted.compute = [made = made_, arguments = std::tuple<std::decay_t<Args>...>(args...)] {
        return Computed{.payload = encodeValue<Result>(std::apply(made->function, arguments))};
      };
    } else {
      wanted.compute = [&] {
        own.emplace(made_->function(args...));
        return Computed{.payload = encodeValue<Result>(*own)};
      };
    }
    const auto result = made_->cache.getOrComputeMissed(std::move(wanted));
    if (result.source == CacheResult::Source::computed && own) return own;
    return decodeValue<Result>(result.payload.bytes());
  }

  static void ask(const std::shared_ptr<Call>& call) {
    const Made& made = *call->made;
    CacheRequest wanted = std::apply(
        [&made](const auto&... args) { return requestFor(made, keyFor(made, args...)); }, call->arguments);
    wanted.accepts = call->again ? isReadable : nullptr;
    if (made.policy.renewal().inBackground())
      wanted.compute = [call] { return Computed{.payload = encodeValue<Result>(call->run())}; };
    else
      wanted.compute = [call] {
        return Computed{.payload = encodeValue<Result>(call->own.emplace(call->run()))};
      };
    made.cache.getOrCompute(std::move(wanted), call->executor,
                            [call](CacheResult result) { finish(call, std::move(result)); });
  }

  // Releases the bytes borrowed from the cache before calling `done`, which may destroy the Cache.
  static void finish(const std::shared_ptr<Call>& call, CacheResult result) {
    if (result.source == CacheResult::Source::failed) return call->done({{}, result.error});
    const bool is_own = result.source == CacheResult::Source::computed && call->own;
    auto value = is_own ? std::move(call->own) : decodeValue<Result>(result.payload.bytes());
    result = CacheResult{};
    if (value) return call->done({std::move(value), nullptr});
    if (!std::exchange(call->again, true)) return ask(call);
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

  static CacheRequest requestFor(const Made& made, Key key) {
    return detail::valueRequest(kNameSpace, std::move(key), made.policy);
  }

  static bool isReadable(std::string_view bytes) { return decodeValue<Result>(bytes).has_value(); }

  // The key holds the name, the types and one length-prefixed field per argument, whatever its codec writes.
  // Different arguments therefore never produce the same key, and a function of other types never finds these
  // results.
  static Key keyFor(const Made& made, const std::decay_t<Args>&... args) {
    auto& scratch = detail::Scratch::ofThisThread();
    KeyBuilder key(std::exchange(scratch.key, Key()));
    std::array<char, 16> types;
    const auto end = std::to_chars(types.data(), types.data() + types.size(), kTypes, 16).ptr;
    key.field(made.name).field({types.data(), end});
    std::string bytes = std::exchange(scratch.argument, std::string());
    (addArgument(key, bytes, args), ...);
    scratch.argument = std::move(bytes);
    return key.build();
  }
  Key keyOf(const std::decay_t<Args>&... args) const { return keyFor(*made_, args...); }

  template <class T>
  static void addArgument(KeyBuilder& key, std::string& bytes, const T& value) {
    bytes.clear();
    ByteWriter writer(bytes);
    Codec<T>::write(writer, value);
    key.field(bytes);
  }

  std::shared_ptr<const Made> made_;
};

/// Wraps `function` so that its results are cached. The first call with given arguments runs it; later calls
/// return that result until `policy.expire()` has passed. The key consists of `name` and the arguments, so
/// each name stands for one function.
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
