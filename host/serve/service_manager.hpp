// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVICE_MANAGER_HPP
#define LARDER_SERVE_SERVICE_MANAGER_HPP

#include <optional>
#include <string>
#include <string_view>

namespace larder::host {

/// Reports the service's state to systemd with sd_notify(3) datagrams: a unit of Type=notify counts as
/// started once it reports ready. The protocol is one line per datagram, too little to justify libsystemd.
/// Does nothing without a listener. Thread-safe.
class ServiceManager {
 public:
  /// `socket` is the value of NOTIFY_SOCKET: a path, or an abstract name after '@'; nullopt if there is no
  /// listener.
  explicit ServiceManager(std::optional<std::string> socket) : socket_(std::move(socket)) {}
  /// Returns the manager that this process's environment names.
  static ServiceManager ofThisProcess();

  void ready() const { tell("READY=1"); }
  void reloading() const { tell("RELOADING=1"); }
  void stopping() const { tell("STOPPING=1"); }

 private:
  void tell(std::string_view state) const;

  const std::optional<std::string> socket_;
};

}  // namespace larder::host

#endif
