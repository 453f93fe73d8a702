// SPDX-License-Identifier: Apache-2.0
#include "backend/service_table.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <utility>

#include "loading/abi_bytes.hpp"

namespace larder {
namespace {

larder_status fillRandom(void*, void* data, std::uint64_t size) noexcept {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    const auto got = ::getrandom(at, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return LARDER_INTERNAL;
    at += got;
    size -= static_cast<std::uint64_t>(got);
  }
  return LARDER_OK;
}

// Returns the text of the exception being handled. Call from a catch block.
std::string textOfCaught() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

ServiceTable::ServiceTable(HostServices& services, std::string name)
    : services_(services), clock_(services.clock()), name_(std::move(name)) {
  table_.struct_size = sizeof table_;
  table_.abi_minor = LARDER_ABI_MINOR;
  table_.self = this;
  table_.log = [](void* self, std::uint32_t level, larder_bytes message) noexcept {
    of(self).log(static_cast<LogLevel>(std::min<std::uint32_t>(level, LARDER_LOG_ERROR)), viewOf(message));
  };
  table_.log_level = [](void* self) noexcept -> std::uint32_t {
    return of(self).call(
        "logLevel", [] { return std::uint32_t{LARDER_LOG_ERROR}; },
        [](ServiceTable& table) { return static_cast<std::uint32_t>(table.services_.logLevel()); });
  };
  table_.monotonic_ns = [](void* self) noexcept -> std::uint64_t {
    return static_cast<std::uint64_t>(of(self)
                                          .call(
                                              "clock", [] { return SystemClock().monotonic(); },
                                              [](ServiceTable& table) { return table.clock_.monotonic(); })
                                          .count());
  };
  table_.realtime_ms = [](void* self) noexcept -> std::int64_t {
    return of(self)
        .call(
            "clock", [] { return SystemClock().realtime(); },
            [](ServiceTable& table) { return table.clock_.realtime(); })
        .count();
  };
  table_.alloc = [](void*, std::uint64_t size) noexcept { return std::malloc(size); };
  table_.free = [](void*, void* memory, std::uint64_t) noexcept { std::free(memory); };
  table_.random = fillRandom;
  table_.register_metric = [](void* self, std::uint32_t kind, larder_bytes metric,
                              larder_bytes help) noexcept -> std::uint64_t {
    return of(self).call(
        "registerMetric", [] { return std::uint64_t{0}; },
        [=](ServiceTable& table) {
          return table.services_.registerMetric(table.name_, static_cast<MetricKind>(kind), viewOf(metric),
                                                viewOf(help));
        });
  };
  table_.add_metric = [](void* self, std::uint64_t metric, std::uint64_t amount) noexcept {
    of(self).call("addMetric", [=](ServiceTable& table) { table.services_.addMetric(metric, amount); });
  };
  table_.set_metric = [](void* self, std::uint64_t metric, std::int64_t value) noexcept {
    of(self).call("setMetric", [=](ServiceTable& table) { table.services_.setMetric(metric, value); });
  };
  table_.report_health = [](void* self, std::uint32_t health, larder_bytes reason) noexcept {
    of(self).call("health", [=](ServiceTable& table) {
      table.services_.health(table.name_,
                             static_cast<Health>(std::min<std::uint32_t>(health, LARDER_HEALTH_DOWN)),
                             viewOf(reason));
    });
  };
  table_.get_extension = [](void*, larder_bytes) noexcept -> const void* { return nullptr; };
}

void ServiceTable::log(LogLevel level, std::string_view message) noexcept {
  call("log", [=](ServiceTable& table) { table.services_.log(level, table.name_, message); });
}

void ServiceTable::logCaught(std::string_view source) noexcept {
  try {
    log(LogLevel::error, std::string(source) + " threw: " + textOfCaught());
  } catch (...) {  // no memory to log it
  }
}

void ServiceTable::cutOff() {
  const std::unique_lock lock(mutex_);
  cutOff_ = true;
}

template <class Call>
void ServiceTable::call(const char* service, Call what) noexcept {
  const auto nothing = [] { return 0; };
  call(service, nothing, [&what](ServiceTable& table) {
    what(table);
    return 0;
  });
}

// An exception thrown by the log itself is dropped, since there is nowhere left to report it.
template <class Otherwise, class Call>
auto ServiceTable::call(const char* service, Otherwise otherwise, Call what) noexcept
    -> decltype(otherwise()) {
  const std::string_view name(service);
  try {
    if (trusted_.load(std::memory_order_acquire)) return what(*this);
    const std::shared_lock lock(mutex_);
    return cutOff_ ? otherwise() : what(*this);
  } catch (...) {
    if (name != "log") logCaught("HostServices::" + std::string(name));
    return otherwise();
  }
}

}  // namespace larder
