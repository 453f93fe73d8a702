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

/// Where an event loop gets what others have for it: responses, new connections, the order to stop. Bounded
/// by what there is: one response for each open connection at most, and no more connections than may be open.
/// Thread-safe where it does not say otherwise.
class Mailbox {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Answer {
    std::shared_ptr<Client> client;
    std::uint64_t request;  // Connection::requests when it was taken
    Response response;
  };
  struct Mail {
    std::vector<Answer> answers;
    std::vector<Newcomer> newcomers;
    std::optional<Time> stopUntil;
  };

  Mailbox();

  /// Readable while there is mail from other threads.
  int descriptor() const { return wake_.get(); }

  /// Makes this thread the loop's.
  void own() { owner_.store(std::this_thread::get_id()); }
  bool isOwned() const { return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  void put(Answer answer);
  void put(Newcomer newcomer);
  /// Finish by then.
  void stop(Time until);

  /// What other threads have put. For the loop.
  Mail take();
  /// The answers that were put by the loop's own thread. For the loop.
  std::vector<Answer>& ownAnswers() { return own_; }

  /// What comes from now on is dropped.
  void close();

 private:
  void wake();

  const Descriptor wake_;  // eventfd
  std::atomic<std::thread::id> owner_{};
  std::vector<Answer> own_;
  std::mutex mutex_;
  Mail mail_;
  bool closed_ = false;
};

}  // namespace larder::http

#endif
