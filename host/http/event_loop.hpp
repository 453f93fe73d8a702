// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_EVENT_LOOP_HPP
#define LARDER_HTTP_EVENT_LOOP_HPP

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <larder/http/event_server.hpp>
#include <larder/http/handle.hpp>
#include "http/acceptor.hpp"
#include "http/client.hpp"
#include "http/deadline_list.hpp"
#include "http/descriptor.hpp"
#include "http/mailbox.hpp"
#include "http/server_counters.hpp"

namespace larder::http {

class BodyBudget;

/// A thread that serves many connections, each when its socket has an event (epoll(7), edge-triggered: a
/// socket is registered once, not once per request). Reads the clock once per turn.
class EventLoop {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Throws std::system_error if the kernel provides no descriptors. The arguments must outlive the loop.
  EventLoop(const Handle& handle, const EventServerOptions& options, ServerCounters& counters,
            std::shared_ptr<BodyBudget> bodies);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Makes the loop accept connections until it stops, and pass each to `admit`, which gives it to a loop.
  /// Calls `ended` after the last one, with the time by which the loop stops. Call before start().
  void acceptBy(Acceptor& acceptor, Acceptor::Admit admit, std::function<void(Time)> ended);
  void start(const std::string& threadName);

  /// Gives the loop a connection. Thread-safe.
  void admit(Newcomer newcomer);
  /// Tells the loop to end by `until`. Thread-safe and does not wait; join() does.
  void stop(Time until) { mailbox_->stop(until); }
  void join();

  /// The number of requests passed to the Handle. Thread-safe.
  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kWaits = 7;  // of Client::Wait

  void run();
  bool ended() const;
  int timeout();
  void beginTurn();
  void dispatch(void* whom, std::uint32_t events);

  void accept();
  void pauseAccepting();
  void resumeAccepting();
  void add(Newcomer newcomer);

  void onEvents(Client& client, std::uint32_t events);
  void serveReady();
  void progress(Client& client);
  // Returns the bytes read; empty at the end of the input, nullopt if there is nothing for now.
  std::optional<std::string_view> read(Client& client, std::span<char> room);
  void parse(Client& client, std::string_view input);
  void discardInput(Client& client);
  void answerRequests(Client& client);
  // Returns nullopt if the response comes later.
  std::optional<Response> handle(Client& client, Request& request);
  bool takeInlineAnswer(Client& client);
  void deliver(Mailbox::Answer answer);
  void respond(Client& client, Response&& response);
  void write(Client& client);
  void watchOutput(Client& client);
  void end(Client& client);
  void drop(Client& client);
  void later(Client& client);
  void setDeadline(Client& client);

  void readMail();
  void deliverOwnAnswers();
  void continueQueued();
  void cutOffTheLate();
  void cutOff(Client& client);
  void beginStop(Time until);
  void finish(Client& client);
  void dropAll();
  DeadlineList& deadlines(Client::Wait wait) { return deadlines_[static_cast<std::size_t>(wait) - 1]; }

  const Handle& handle_;
  const RequestLimits limits_;
  ServerCounters& counters_;
  const std::shared_ptr<BodyBudget> bodies_;  // shared with clients whose handler outlives the loop
  const std::shared_ptr<Mailbox> mailbox_;
  const Descriptor epoll_;
  Acceptor* acceptor_ = nullptr;
  Acceptor::Admit admit_;
  std::function<void(Time)> acceptingEnded_;
  std::optional<Time> acceptAgain_;  // set while accepting is paused

  Time now_;
  std::chrono::seconds dateSecond_{-1};
  std::string date_;
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::shared_ptr<Client>> queued_;
  std::vector<Client*> ready_;                    // served together in this turn
  std::vector<std::shared_ptr<Client>> dropped_;  // in this turn; its events may still name them
  std::array<DeadlineList, kWaits - 1> deadlines_;
  std::vector<char> block_;  // the read buffer
  std::optional<Time> stopUntil_;
  std::atomic<std::uint64_t> requests_{0};
  std::thread thread_;
};

}  // namespace larder::http

#endif
