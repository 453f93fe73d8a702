// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_PENDING_RESPONSE_HPP
#define LARDER_HTTP_PENDING_RESPONSE_HPP

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "http/mailbox.hpp"

namespace larder::http {

/// The one response owed to a request. Thread-safe.
class PendingResponse {
 public:
  PendingResponse(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<Client> client)
      : mailbox_(std::move(mailbox)), client_(std::move(client)), request_(client_->connection.requests()) {}
  PendingResponse(const PendingResponse&) = delete;
  PendingResponse& operator=(const PendingResponse&) = delete;

  /// Answers the client if the handler's side dropped the response, as an executor that stops does.
  ~PendingResponse() {
    if (given_.load()) return;
    give(dropped());
  }

  static Response dropped() {
    return Response::unavailable("not-answered", "Service Unavailable",
                                 "The request was dropped; try again.");
  }

  /// Sends the response. Only the first call counts.
  void give(Response response) {
    if (given_.exchange(true)) return;
    mailbox_->put({std::move(client_), request_, std::move(response)});
  }

 private:
  const std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<Client> client_;
  const std::uint64_t request_;
  std::atomic<bool> given_{false};
};

}  // namespace larder::http

#endif
