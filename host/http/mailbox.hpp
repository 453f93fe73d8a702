// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_MAILBOX_HPP
#define LARDER_HTTP_MAILBOX_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <larder/http/response.hpp>
#include "http/client.hpp"
#include "http/descriptor.hpp"

namespace larder::http {

/// Passes responses, new connections and the order to stop to an event loop. Bounded: at most one response
/// per open connection, and no more connections than may be open. Thread-safe unless a function says
/// otherwise.
class Mailbox {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Answer {
    std::shared_ptr<Client> client;
    std::uint64_t request;  // Connection::requests() when the request was taken
    Response response;
  };
  struct Mail {
    std::vector<Answer> answers;
    std::vector<Newcomer> newcomers;
    std::optional<Time> stopUntil;
  };

  Mailbox();

  /// Returns a descriptor for an edge-triggered wait, which the first mail from another thread ends after
  /// fallAsleep(). Nobody reads it. The mailbox owns it.
  int descriptor() const { return wake_.get(); }

  /// Asks for a wake-up. Returns false, and asks for none, if there is mail from other threads already. Only
  /// for the loop, which calls it before a wait and wakeUp() after: mail for a loop that is awake costs no
  /// system call.
  bool fallAsleep();
  void wakeUp() { asleep_.store(false, std::memory_order_relaxed); }
  /// Returns true if there is mail from other threads. Only for the loop.
  bool hasMail() const { return hasMail_.load(); }

  /// Makes the calling thread the loop's.
  void own() { owner_.store(std::this_thread::get_id()); }
  bool isOwned() const { return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  void put(Answer answer);
  void put(Newcomer newcomer);
  /// Tells the loop to finish by `until`.
  void stop(Time until);

  /// Takes everything that other threads have put. Only for the loop.
  Mail take();
  /// Returns the answers put by the loop's own thread. Only for the loop.
  std::vector<Answer>& ownAnswers() { return own_; }

  /// Drops the contents, and everything put from now on.
  void close();

 private:
  template <class Change>
  void change(Change change);

  const Descriptor wake_;  // eventfd
  std::atomic<std::thread::id> owner_{};
  std::atomic<bool> asleep_{false};
  std::atomic<bool> hasMail_{false};
  std::vector<Answer> own_;
  std::mutex mutex_;
  Mail mail_;
  bool closed_ = false;
};

}  // namespace larder::http

#endif
