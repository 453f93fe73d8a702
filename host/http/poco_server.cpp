// SPDX-License-Identifier: Apache-2.0
#include <larder/http/poco_server.hpp>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "http/date.hpp"
#include "http/listen.hpp"
#include "http/poco_request.hpp"
#include "http/server_counters.hpp"
#include "http/stored_form.hpp"

namespace larder::http {
namespace {

Poco::Timespan timespan(std::chrono::milliseconds duration) {
  return Poco::Timespan(duration.count() * 1000);
}

// Different readings of where a request ends enable request smuggling, so anything except one plain length or
// one chunked coding is refused (RFC 9112 6.3). Poco is more lenient.
bool framingIsClear(const Poco::Net::HTTPServerRequest& request) {
  std::size_t lengths = 0;
  std::size_t codings = 0;
  for (const auto& [name, value] : request) {
    if (equalsIgnoreCase(name, "Content-Length")) {
      ++lengths;
      if (value.empty() || value.find_first_not_of("0123456789") != std::string::npos) return false;
    }
    if (equalsIgnoreCase(name, "Transfer-Encoding")) {
      ++codings;
      if (!equalsIgnoreCase(value, "chunked")) return false;
    }
  }
  return lengths + codings <= 1;
}

// Returns at most `limit` bytes; nullopt if there are more.
std::optional<std::string> readBody(Poco::Net::HTTPServerRequest& request, std::size_t limit) {
  std::string body;
  if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) return body;
  std::array<char, 16384> block;
  auto& stream = request.stream();
  while (stream.good()) {
    stream.read(block.data(), block.size());
    body.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (body.size() > limit) return std::nullopt;
  }
  return body;
}

void send(const Response& from, bool head, Poco::Net::HTTPServerResponse& to) {
  const bool bodiless = from.status == 204 || from.status == 304;
  to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(from.status),
                        std::string(reasonPhrase(from.status)));
  to.erase("Date");  // set by Poco: the handler's own would be a second one
  auto block = from.stored ? from.stored->headerBlock : std::string_view();
  while (const auto field = takeField(block)) to.add(std::string(field->name), std::string(field->value));
  for (const auto& [name, value] : from.headers) to.add(std::string(name), std::string(value));
  if (!from.field("Date")) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    to.set("Date", formatDate(std::chrono::duration_cast<std::chrono::milliseconds>(now)));
  }
  const auto body = from.content();
  if (!bodiless) to.setContentLength64(static_cast<Poco::Int64>(body.size()));
  std::ostream& out = to.send();
  if (!bodiless && !head) out.write(body.data(), static_cast<std::streamsize>(body.size()));
  // Without this, Poco sends the rest on dropping `to`, and a stop in between would cut the connection first.
  out.flush();
}

}  // namespace

class PocoServer::Server {
 public:
  Server(Handle handle, const ServerOptions& options)
      : handle_(std::move(handle)),
        maxBody_(options.maxBody),
        origin_(options.origin),
        listening_(listenOn(options.key, options.address, options.socketMode)),
        threads_("larder-http", 1, static_cast<int>(std::max<std::size_t>(options.workers, 1))),
        http_(new Factory(*this), threads_, listening_.socket, parameters(options)) {
    http_.start();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(std::chrono::milliseconds(0)); }

  void stop(std::chrono::milliseconds limit) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
    }
    http_.stop();
    {
      std::unique_lock lock(mutex_);
      idle_.wait_for(lock, limit, [this] { return underWay_ == 0; });
    }
    http_.stopAll(true);  // closes the connections that wait for another request
    threads_.joinAll();
    threads_.stopAll();
  }

  const std::string& address() const { return listening_.address; }
  std::uint16_t port() const { return listening_.port; }

  EventServerCounts counts() const {
    auto counts = counters_.all();
    counts.requests = requests_.load();
    counts.openConnections = static_cast<std::uint64_t>(http_.currentConnections());
    counts.connections = static_cast<std::uint64_t>(http_.totalConnections());
    return counts;
  }

 private:
  class RequestHandler final : public Poco::Net::HTTPRequestHandler {
   public:
    explicit RequestHandler(Server& server) : server_(server) {}
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
      server_.serve(request, response);
    }

   private:
    Server& server_;
  };

  class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
   public:
    explicit Factory(Server& server) : server_(server) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
      return new RequestHandler(server_);
    }

   private:
    Server& server_;
  };

  // Counts a request while it is served, so that stop() knows when none is left.
  class UnderWay {
   public:
    explicit UnderWay(Server& server) : server_(server) {
      const std::lock_guard lock(server_.mutex_);
      ++server_.underWay_;
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;
    ~UnderWay() {
      const std::lock_guard lock(server_.mutex_);
      if (--server_.underWay_ == 0) server_.idle_.notify_all();
    }

   private:
    Server& server_;
  };

  static Poco::Net::HTTPServerParams* parameters(const ServerOptions& options) {
    auto* parameters = new Poco::Net::HTTPServerParams;
    parameters->setMaxThreads(static_cast<int>(options.workers));
    parameters->setMaxQueued(static_cast<int>(options.maxQueued));
    parameters->setTimeout(timespan(options.timeout));
    parameters->setKeepAliveTimeout(timespan(options.keepAlive));
    // A thread that closes a connection while Poco stops may miss the stop, and then waits this long for
    // another connection.
    parameters->setThreadIdleTime(timespan(std::chrono::milliseconds(200)));
    return parameters;
  }

  void serve(Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to) {
    const UnderWay under_way(*this);
    const bool head = from.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD;
    if (!framingIsClear(from))
      return refuse(Response::problem(400, "bad-framing", "Bad Request",
                                      "Send one Content-Length or one chunked coding."),
                    to);
    auto body = readBody(from, maxBody_);
    if (!body)
      return refuse(Response::problem(413, "body-too-large", "Content Too Large",
                                      "Send at most " + std::to_string(maxBody_) + " bytes."),
                    to);
    auto request = requestOf(from, *std::move(body));
    if (!request)
      return refuse(
          Response::problem(400, "bad-header", "Bad Request", "A header field contains control characters."),
          to);
    requests_.fetch_add(1);
    origin_.settle(*request);
    send(handle_(*std::move(request)), head, to);
  }

  // Closes the connection, because the bytes that follow cannot be told from the rest of this request.
  void refuse(const Response& response, Poco::Net::HTTPServerResponse& to) {
    counters_.refused(response.status);
    to.setKeepAlive(false);
    send(response, false, to);
  }

  const Handle handle_;
  const std::size_t maxBody_;
  ServerCounters counters_;
  std::atomic<std::uint64_t> requests_{0};
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t underWay_ = 0;
  bool stopped_ = false;
  const RequestOrigin origin_;
  const Listening listening_;
  Poco::ThreadPool threads_;
  Poco::Net::HTTPServer http_;
};

PocoServer::PocoServer(Handle handle, const ServerOptions& options)
    : server_(std::make_unique<Server>(std::move(handle), options)) {}
PocoServer::~PocoServer() = default;

std::string PocoServer::address() const { return server_->address(); }
std::uint16_t PocoServer::port() const { return server_->port(); }
EventServerCounts PocoServer::counts() const { return server_->counts(); }
void PocoServer::stop(std::chrono::milliseconds limit) { server_->stop(limit); }

}  // namespace larder::http
