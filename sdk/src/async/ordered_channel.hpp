// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_ORDERED_CHANNEL_HPP
#define LARDER_ASYNC_ORDERED_CHANNEL_HPP

#include "async/connector.hpp"

#include <larder/async/back_off.hpp>
#include <larder/async/file_descriptor.hpp>
#include <larder/async/inbox.hpp>
#include <larder/async/io_loop.hpp>
#include <larder/async/operation_counters.hpp>
#include <larder/async/pending_operations.hpp>
#include <larder/async_backend.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::plugin {

/// The channel of an AsyncBackend: one connection to a server that answers in order, so that the next reply
/// belongs to the first command in flight. A command whose operation has ended early keeps its place, and its
/// late reply is discarded: it cannot reach another operation.
class OrderedChannel final : public Channel {
 public:
  /// The references must outlive it. Throws std::bad_alloc, std::system_error.
  OrderedChannel(Host host, Protocol& protocol, const AsyncBackend::Options& options, std::string name,
                 Inbox& inbox, OperationCounters& counters);

  void admit(const std::vector<Arrival>& arrivals, std::uint64_t now) noexcept override;
  void attend(std::uint64_t now) override;
  bool isReady() const override { return step_ == Step::ready; }
  bool isEmpty() const override { return queue_.empty() && inFlight_.empty(); }
  void transmit(std::uint64_t now) override;
  int fd() const override;
  short events() const override;
  std::uint64_t wakeNs() const override;
  void handle(std::uint64_t now, short events) override;
  void completeAll(larder_status status, std::string_view reason) noexcept override;
  void fail(std::uint64_t now, std::string_view reason) noexcept override;

 private:
  enum class Step { pausing, connecting, greeting, ready };

  /// One accepted operation.
  struct Command : PendingOperation {
    std::uint32_t opcode = 0;
    bool changes = false;     // the store
    std::uint64_t begin = 0;  // of its first byte in all that the connection sends; once encoded
  };
  using Commands = std::list<Command>;

  // Connecting.
  void advance(std::uint64_t now, short events);
  void settle(std::uint64_t now, Connector::State state);
  void greet(std::uint64_t now);
  void readGreeting(std::uint64_t now);
  void becomeReady(std::uint64_t now);
  void refuse(std::uint64_t now, larder_status status, std::string_view reason);
  void lose(std::uint64_t now, std::string_view reason);
  void pause(std::uint64_t now, std::uint64_t lengthNs) noexcept;
  void announce(std::uint32_t health, std::string_view reason);

  // Sending and receiving.
  void enqueue(const Arrival& arrival, std::uint64_t now) noexcept;
  bool allSent() const { return sent_ == output_.size(); }
  void encode(std::uint64_t now);
  void encode(Command& command);
  bool send(std::uint64_t now);
  void receive(std::uint64_t now);
  void acceptReplies(std::uint64_t now);
  void accept(Commands& answered, std::string_view reply);
  bool mayFlush() const { return !queue_.empty() && allSent(); }
  std::uint64_t stallNs() const;
  void abandon(larder_status status, std::string_view reason) noexcept;
  void complete(Commands& commands, larder_status status, std::string_view reason) noexcept;

  const Host host_;
  Protocol& protocol_;
  const AsyncBackend::Options options_;
  const std::string name_;
  Inbox& inbox_;
  OperationCounters& counters_;
  PendingOperations operations_;
  BackOff backOff_;
  Connector connector_;

  Step step_ = Step::pausing;
  std::uint64_t stepEndsNs_ = 0;  // the initial pause ends at once
  std::uint64_t readySinceNs_ = 0;
  larder_status unavailable_ = LARDER_OK;  // what operations fail with; OK: they are accepted
  std::string reason_;
  std::optional<std::uint32_t> announced_;  // the health reported last

  FileDescriptor socket_;
  std::string output_;
  std::size_t sent_ = 0;  // of output_
  std::uint64_t totalSent_ = 0;
  std::string input_;
  std::size_t parsed_ = 0;            // of input_
  std::size_t needed_ = 0;            // bytes of input_ behind parsed_ before the next reply can be complete
  std::uint64_t waitingSinceNs_ = 0;  // the server's last progress; meaningful while commands are in flight

  Commands queue_;     // to be sent
  Commands inFlight_;  // sent, or in output_
  Commands spare_;     // objects to use again
};

}  // namespace larder::plugin

#endif
