// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.hpp"

#include <ostream>
#include <thread>

#include "engine/our_backends.hpp"
#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"

namespace larder::sessions {
namespace {

using namespace std::chrono_literals;

class LruStore final : public Store {
 public:
  std::shared_ptr<Backend> backend() const override { return backend_; }
  void pass(std::chrono::milliseconds time) override { services_.advance(time); }
  void fail() override { backend_->drain(backend_->in(1s)); }

 private:
  conformance::ManualServices services_;
  std::shared_ptr<Backend> backend_ =
      Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "sessions", {}, services_);
};

template <class Server>
class ServerStore final : public Store {
 public:
  ServerStore(const char* plugin, const char* option)
      : backend_(tests::openStore(plugin, {{option, {server_.url()}}}, services_, "sessions")) {}
  std::shared_ptr<Backend> backend() const override { return backend_; }
  // The server keeps the time.
  void pass(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }
  void fail() override { server_.stop(); }

 private:
  Server server_;
  HostServices services_;
  std::shared_ptr<Backend> backend_;
};

}  // namespace

void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

std::unique_ptr<Store> lru() { return std::make_unique<LruStore>(); }
std::unique_ptr<Store> redis() {
  return std::make_unique<ServerStore<servers::RedisServer>>(LARDER_REDIS_PLUGIN, "url");
}
std::unique_ptr<Store> memcached() {
  return std::make_unique<ServerStore<servers::MemcachedServer>>(LARDER_MEMCACHED_PLUGIN, "servers");
}

SessionOptions patientOptions() {
  SessionOptions options;
  options.operationTimeout = 20s;
  options.conflictTimeout = 60s;
  return options;
}

Session Sessions::loggedIn(std::string_view user) {
  auto session = sessions_.create();
  session.set("color", "blue");
  EXPECT_TRUE(sessions_.login(session, user));
  return session;
}

}  // namespace larder::sessions
