// SPDX-License-Identifier: Apache-2.0
//
// A backend that blocks in its calls and in create: see blocking_controls.hpp.
#include "blocking_controls.hpp"

#include <larder/plugin.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "backend/refused_threads.hpp"
#include "unit/plugins/memory_backend.hpp"

namespace plugin = larder::plugin;

namespace {

constexpr larder_option kOptions[] = {
    plugin::option("gate", LARDER_OPTION_STRING, "", "a FIFO: create hangs until somebody opens it to write"),
    plugin::option("living", LARDER_OPTION_STRING, "", "a file that is there while the instance lives"),
    plugin::option("refuse_threads", LARDER_OPTION_BOOLEAN, "false",
                   "no thread can start while the instance lives"),
};

class Blocking final : public larder::tests::MemoryBackend, public larder::tests::BlockingControls {
 public:
  static plugin::Info info() { return {"Larder's tests", "Apache-2.0", kOptions, 3}; }

  Blocking(plugin::Host host, const plugin::Settings& settings)
      : MemoryBackend(host, settings), living_(settings.text("living")) {
    const std::string gate(settings.text("gate"));
    if (!gate.empty()) ::close(::open(gate.c_str(), O_RDONLY));
    if (!living_.empty()) ::close(::open(living_.c_str(), O_CREAT | O_WRONLY, 0600));
    if (settings.number("refuse_threads") != 0) refused_ = std::make_unique<larder::tests::RefusedThreads>();
  }
  ~Blocking() override {
    if (!living_.empty()) ::unlink(living_.c_str());
  }

  std::uint64_t capabilities() const override { return plugin::allCoreCapabilities; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    for (std::uint32_t i = 0; i < count; ++i) {
      enter(*ops[i]);
      results[i] = perform(*ops[i]);
    }
  }

  const void* extension(std::string_view id) noexcept override {
    return id == larder::tests::kBlockingControls ? static_cast<BlockingControls*>(this) : nullptr;
  }

  void hang(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    hanging_.insert(std::string(key));
  }

  void letGo() override {
    const std::lock_guard lock(mutex_);
    hanging_.clear();
    changed_.notify_all();
  }

  void awaitHanging(int count) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, count] { return hung_ >= count; });
  }

  int hanging() override {
    const std::lock_guard lock(mutex_);
    return hung_;
  }

  std::vector<std::string> writesOf(std::string_view key) override {
    const std::lock_guard lock(mutex_);
    return writes_[std::string(key)];
  }

  std::string lastThread() override {
    const std::lock_guard lock(mutex_);
    return lastThread_;
  }

 private:
  void enter(const larder_op& op) {
    std::array<char, 16> name{};
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    const std::string key(plugin::view(op.key));
    std::unique_lock lock(mutex_);
    lastThread_ = name.data();
    if (hanging_.contains(key)) {
      ++hung_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return !hanging_.contains(key); });
      --hung_;
    }
    if (op.opcode == LARDER_OP_SET) writes_[key].emplace_back(plugin::view(op.value));
  }

  const std::string living_;
  std::unique_ptr<larder::tests::RefusedThreads> refused_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> hanging_;
  int hung_ = 0;
  std::map<std::string, std::vector<std::string>> writes_;
  std::string lastThread_;
};

}  // namespace

LARDER_PLUGIN(Blocking, "blocking", "1.0.0")
