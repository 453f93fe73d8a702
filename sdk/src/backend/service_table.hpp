// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_SERVICE_TABLE_HPP
#define LARDER_BACKEND_SERVICE_TABLE_HPP

#include <larder/abi.h>
#include <larder/host_services.hpp>

#include <atomic>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "backend/fault_log.hpp"

namespace larder {

/// The functions that a plugin calls back: the application's services under the backend's name. No exception
/// propagates into the plugin; it is logged, and the plugin gets a neutral result.
///
/// Thread-safe.
class ServiceTable final : public FaultLog {
 public:
  ServiceTable(HostServices& services, std::string name);
  ServiceTable(const ServiceTable&) = delete;
  ServiceTable& operator=(const ServiceTable&) = delete;

  const larder_host* table() const { return &table_; }
  const std::string& name() const { return name_; }
  const Clock& clock() const { return clock_; }

  void log(LogLevel level, std::string_view message) noexcept;
  void logCaught(std::string_view source) noexcept override;

  /// Declares that the plugin keeps its deadlines and will not be cut off, so that calls no longer need a
  /// lock.
  void trust() { trusted_.store(true, std::memory_order_release); }
  /// Cuts off an untrusted plugin that hangs. When this returns, none of its calls is inside the
  /// application's services, and later calls do nothing.
  void cutOff();

 private:
  template <class Call>
  void call(const char* service, Call what) noexcept;
  template <class Otherwise, class Call>
  auto call(const char* service, Otherwise otherwise, Call what) noexcept -> decltype(otherwise());
  static ServiceTable& of(void* self) { return *static_cast<ServiceTable*>(self); }

  HostServices& services_;
  const Clock& clock_;  // read for every operation
  const std::string name_;
  std::atomic<bool> trusted_{false};
  std::shared_mutex mutex_;  // held shared during a call, unless trusted
  bool cutOff_ = false;
  larder_host table_{};
};

}  // namespace larder

#endif
