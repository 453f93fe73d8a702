// SPDX-License-Identifier: Apache-2.0
//
// Programs that must not compile, one for each CASE. Case 0 must compile, to show that the others fail for
// the intended reason. refused.cmake compiles them and checks the compiler's message.
#include <larder/cached.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct Price {
  explicit Price(int cents) : cents_(cents) {}

 private:
  int cents_;
};

void refused(larder::Cache& engine, const larder::CachePolicy& policy) {
#if CASE == 0
  const auto f =
      larder::cached(engine, "f", policy, [](const std::string& text, int n) { return text.size() + n; });
  f("a", 1);
#elif CASE == 1
  const auto f = larder::cached(engine, "f", policy, [](const char* text) { return std::string(text); });
  f("a");
#elif CASE == 2
  const auto f = larder::cached(engine, "f", policy, [](std::string_view text) { return text.size(); });
  f("a");
#elif CASE == 3
  const auto f =
      larder::cached(engine, "f", policy, [](std::span<const int> numbers) { return numbers.size(); });
  f(std::span<const int>());
#elif CASE == 4
  const auto f = larder::cached(engine, "f", policy, [](int) -> const char* { return "a"; });
  f(1);
#elif CASE == 5
  const auto f = larder::cached(engine, "f", policy, [](int) -> std::string_view { return "a"; });
  f(1);
#elif CASE == 6
  const auto f = larder::cached(engine, "f", policy, [](int n) { return std::make_unique<int>(n); });
  f(1);
#elif CASE == 7
  const auto f = larder::cached(engine, "f", policy, [](std::shared_ptr<int> n) { return *n; });
  f(nullptr);
#elif CASE == 8
  int n = 0;
  const auto f = larder::cached(engine, "f", policy, [](int& out) { return ++out; });
  f(n);
#elif CASE == 9
  const auto f = larder::cached(engine, "f", policy, [](int n) { return Price(n); });
  f(1);
#elif CASE == 10
  const auto f = larder::cached(engine, "f", policy, [](const Price&) { return 1; });
  f(Price(1));
#elif CASE == 11
  const auto f = larder::cached(engine, "f", policy, [](int) {});
  f(1);
#elif CASE == 12
  const auto f = larder::cached(engine, "f", policy, [](auto n) { return n; });
  f(1);
#elif CASE == 13
  const auto f = larder::cached(engine, "f", policy, [](int) { return std::thread(); });
  f(1);
#elif CASE == 14
  const auto f = larder::cached(engine, "f", policy, [](int) { return std::vector<const char*>{"a"}; });
  f(1);
#elif CASE == 15
  static int n = 0;
  const auto f = larder::cached(engine, "f", policy, [](int) -> int& { return n; });
  f(1);
#endif
}
