// SPDX-License-Identifier: Apache-2.0
//
// For authors of backends in C++17 that reach a server over one connection: define how a command is encoded
// and how a reply is decoded, and link larder::async_backend.
//
//     class MyProtocol final : public larder::plugin::Protocol { ... };
//
//     class Mine final : public larder::plugin::AsyncBackend {
//      public:
//       static larder::plugin::Info info();
//       Mine(larder::plugin::Host host, const larder::plugin::Settings& settings)
//           : AsyncBackend(host, std::make_unique<MyProtocol>(), {{settings.text("host"), 1234}}, "mine") {}
//     };
//     LARDER_PLUGIN(Mine, "mine", "1.0.0")
#ifndef LARDER_ASYNC_BACKEND_HPP
#define LARDER_ASYNC_BACKEND_HPP

#include <larder/async/address.hpp>
#include <larder/plugin.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace larder::plugin {

/// Thrown by a Protocol that cannot decode what the server sent. The connection is dropped.
class ProtocolError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown by Protocol::acceptGreeting if the server refuses this client. Until a later attempt
/// succeeds, operations fail with `status` and this text, which must contain no secret.
class Refusal : public std::runtime_error {
 public:
  Refusal(larder_status status, const std::string& why) : std::runtime_error(why), status_(status) {}
  larder_status status() const { return status_; }

 private:
  larder_status status_;
};

/// Written by the plugin's author: encodes operations as commands and decodes replies. The server must
/// answer the commands of a connection in order.
///
/// One call runs at a time, on the backend's I/O thread or on the thread of a blocked caller, and none
/// runs once the backend's destructor has begun to return. A call must not block.
class Protocol {
 public:
  virtual ~Protocol() = default;

  /// Appends what a new connection sends first, such as a login. By default nothing.
  virtual void greet(std::string& /*output*/) {}

  /// Reads the replies to greet from the front of `received`, which is not empty. Returns their size in
  /// bytes, or 0 if they are not complete. Called only if greet appended anything. Throws Refusal,
  /// ProtocolError.
  virtual std::size_t acceptGreeting(std::string_view /*received*/) {
    throw ProtocolError("the greeting has no reply");
  }

  /// Appends the command for `op`, which AsyncBackend::judge has accepted. It may consist of several commands
  /// of the server's protocol. If this throws, nothing is sent and the operation fails.
  virtual void encode(const larder_op& op, std::string& output) = 0;

  /// Returns the size in bytes of the reply at the front of `received`, which is not empty, to the command
  /// for an operation of `opcode`. If it is not complete, returns how many bytes it will have, or 0 if that
  /// is still unknown. The operation itself may already have ended at its deadline. Throws
  /// ProtocolError.
  virtual std::size_t measure(std::uint32_t opcode, std::string_view received) = 0;

  /// Decodes the complete `reply` to `op`: sets the operation's result and returns its final status.
  virtual larder_status accept(larder_op& op, std::string_view reply) = 0;
};

/// A backend that keeps its entries in a server and speaks a Protocol. All callers share one pipelined
/// connection. The class provides:
///
/// - a named I/O thread, which blocks all signals and is woken only when it sleeps. A single blocked
///   caller sends and receives on its own thread instead, which saves two thread switches.
/// - name resolution, connecting, and reconnecting with growing pauses. Health is
///   reported and logged at each change. While the server is away, operations fail with LARDER_UNAVAILABLE.
/// - limits on waiting operations, by number and bytes. Beyond them, operations are LARDER_OVERLOADED.
/// - deadlines, cancels and drain: each operation completes exactly once. A reply that arrives too late is
///   discarded. A write that was sent but not answered is LARDER_UNKNOWN_RESULT.
///
/// The destructor completes pending operations with LARDER_CLOSED, and waits for a running look-up of the
/// server's name.
class AsyncBackend : public Backend {
 public:
  struct Options {
    /// The server; a host that begins with "/" is the path of a Unix socket.
    HostPort server;
    /// A server that sends nothing for this long while replies are due is disconnected.
    std::chrono::milliseconds timeout{1'000};
    /// Time limit for resolving the host, connecting and the greeting together.
    std::chrono::milliseconds connectTimeout{1'000};
    /// How many operations may wait for the server, and how many bytes their names and values may take. A
    /// single operation is always accepted.
    std::size_t pendingOperations = 10'000;
    std::uint64_t pendingBytes = std::uint64_t{64} << 20;
    /// The longest reply, in bytes. A server that sends a longer one is disconnected.
    std::size_t longestReply = std::size_t{64} << 20;
  };

  /// `name` names the kind of server in logs and texts, and the thread, as "larder-NAME" truncated to 15
  /// bytes. Does not wait for the server. Throws std::bad_alloc, std::system_error, std::runtime_error.
  AsyncBackend(Host host, std::unique_ptr<Protocol> protocol, const Options& options,
               const std::string& name);
  ~AsyncBackend() override;

  /// The capabilities of this class. An override adds the bits of its protocol.
  std::uint64_t capabilities() const override { return LARDER_CAP_ASYNC | LARDER_CAP_BLOCKING_DEADLINE; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept final;
  void cancel(larder_op& op) noexcept final;
  /// Reports pending, hits, misses, writes, deletes, errors and reconnects.
  void stats(larder_stats& stats) const noexcept override;
  larder_status drain(std::uint64_t deadlineNs) noexcept final;

 protected:
  /// Checks an operation before it is sent: returns LARDER_OK, or its final status. Runs on the caller's
  /// thread. By default applies abi.h and the capabilities to core operations, and returns LARDER_UNSUPPORTED
  /// for extensions. An override for a backend with extensions calls checkExtension for their opcodes.
  virtual larder_status judge(larder_op& op) const noexcept;

 private:
  struct Parts;
  const Host host_;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace larder::plugin

#endif
