// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVICE_MANAGER_HPP
#define LARDER_SERVE_SERVICE_MANAGER_HPP

#include <optional>
#include <string>
#include <string_view>

namespace larder::host {

/// Tells systemd how the service is, by sd_notify(3)'s datagrams: a unit of Type=notify counts as started
/// when it is ready. The protocol is a line in a datagram, which libsystemd would be much for. Does nothing
/// where nobody listens. Thread-safe.
class ServiceManager {
 public:
  /// `socket` is the value of NOTIFY_SOCKET: a path, or an abstract name after '@'; nullopt: nobody listens.
  explicit ServiceManager(std::optional<std::string> socket) : socket_(std::move(socket)) {}
  /// That of this process's environment.
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
