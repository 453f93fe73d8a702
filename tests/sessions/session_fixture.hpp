// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SESSIONS_SESSION_FIXTURE_HPP
#define LARDER_SESSIONS_SESSION_FIXTURE_HPP

#include <larder/session.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "conformance/manual_clock.hpp"

namespace larder::sessions {

/// One of our backends with its own store, for one test.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::shared_ptr<Backend> backend() const = 0;
  /// Lets time pass: on its own clock, or by waiting if a server keeps the time.
  virtual void pass(std::chrono::milliseconds time) = 0;
  /// Makes every operation fail from now on.
  virtual void fail() = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<Store>()> open;
};
void PrintTo(const StoreKind& kind, std::ostream* out);

std::unique_ptr<Store> lru();
std::unique_ptr<Store> redis();
std::unique_ptr<Store> memcached();

/// A timeout suitable for a busy machine; the library's own is meant for services.
SessionOptions patientOptions();

/// The tests derived from it run once on each backend.
class Sessions : public ::testing::TestWithParam<StoreKind> {
 protected:
  /// Returns a session of `user` that contains "color" = "blue".
  Session loggedIn(std::string_view user);
  /// Returns whether that id is a live session.
  bool alive(const std::string& id) { return sessions_.load(id).has_value(); }

  std::unique_ptr<Store> store_ = GetParam().open();
  SessionStore sessions_{store_->backend(), patientOptions()};
};

/// Returns "lru", "redis" or "memcached".
inline auto everyStore() {
  return ::testing::Values(StoreKind{"lru", lru}, StoreKind{"redis", redis},
                           StoreKind{"memcached", memcached});
}
inline std::string nameOfStore(const ::testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

}  // namespace larder::sessions

#endif
