// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_UNIQUE_FUNCTION_HPP
#define LARDER_UNIQUE_FUNCTION_HPP

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace larder {

template <class Signature, std::size_t InlineBytes = 48>
class UniqueFunction;

/// A callable with a single owner: like std::function, but move-only, so it may hold objects that cannot be
/// copied. A callable of at most `InlineBytes` bytes that is aligned like a pointer and moves without
/// exceptions is stored without allocating.
template <class Result, class... Args, std::size_t InlineBytes>
class UniqueFunction<Result(Args...), InlineBytes> {
 public:
  UniqueFunction() noexcept = default;
  UniqueFunction(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): as std::function

  template <class Callable, class Stored = std::decay_t<Callable>,
            class = std::enable_if_t<!std::is_same_v<Stored, UniqueFunction> &&
                                     std::is_invocable_r_v<Result, Stored&, Args...>>>
  UniqueFunction(Callable&& callable) {  // NOLINT(google-explicit-constructor): as std::function
    if constexpr (kFits<Stored>) {
      ::new (static_cast<void*>(storage_.data())) Stored(std::forward<Callable>(callable));
      operations_ = &kInline<Stored>;
    } else {
      ::new (static_cast<void*>(storage_.data())) Stored*(new Stored(std::forward<Callable>(callable)));
      operations_ = &kAllocated<Stored>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept : operations_(other.operations_) {
    if (operations_ != nullptr) operations_->move(other.storage_.data(), storage_.data());
    other.operations_ = nullptr;
  }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this == &other) return *this;
    reset();
    operations_ = other.operations_;
    if (operations_ != nullptr) operations_->move(other.storage_.data(), storage_.data());
    other.operations_ = nullptr;
    return *this;
  }
  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { reset(); }

  explicit operator bool() const noexcept { return operations_ != nullptr; }

  /// Calls the callable. Undefined if this is empty.
  Result operator()(Args... args) { return operations_->call(storage_.data(), std::forward<Args>(args)...); }

 private:
  struct Operations {
    Result (*call)(void* stored, Args&&... args);
    void (*move)(void* from, void* to) noexcept;  // and destroys `from`
    void (*destroy)(void* stored) noexcept;
  };

  template <class Stored>
  static constexpr bool kFits = sizeof(Stored) <= InlineBytes && alignof(Stored) <= alignof(void*) &&
                                std::is_nothrow_move_constructible_v<Stored>;

  template <class Stored>
  static Stored& at(void* stored) {
    return *std::launder(static_cast<Stored*>(stored));
  }

  template <class Stored>
  static constexpr Operations kInline{
      [](void* stored, Args&&... args) -> Result { return at<Stored>(stored)(std::forward<Args>(args)...); },
      [](void* from, void* to) noexcept {
        ::new (to) Stored(std::move(at<Stored>(from)));
        at<Stored>(from).~Stored();
      },
      [](void* stored) noexcept { at<Stored>(stored).~Stored(); }};

  template <class Stored>
  static constexpr Operations kAllocated{
      [](void* stored, Args&&... args) -> Result {
        return (*at<Stored*>(stored))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept { ::new (to) Stored*(at<Stored*>(from)); },
      [](void* stored) noexcept { delete at<Stored*>(stored); }};

  void reset() noexcept {
    if (operations_ != nullptr) operations_->destroy(storage_.data());
    operations_ = nullptr;
  }

  const Operations* operations_ = nullptr;
  alignas(void*) std::array<std::byte, InlineBytes> storage_;
};

}  // namespace larder

#endif
